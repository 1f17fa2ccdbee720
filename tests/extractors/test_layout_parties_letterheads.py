"""Invented letterheads of many countries: who sells, who buys, and whose VAT id is whose."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import stringWidth

from extractors.layout.parties import find_parties
from extractors.reading import Match, State
from schemas import Field, Kind, Role, Schema
from tiling import Box, Page, Word, WordsSource

INVOICE = Schema(
    name="invoice",
    version="1",
    fields=(
        Field(name="seller_name", kind=Kind.NAME, role=Role.ISSUER),
        Field(name="seller_address", kind=Kind.ADDRESS, role=Role.ISSUER),
        Field(name="seller_vat_id", kind=Kind.VAT_ID, role=Role.ISSUER),
        Field(name="seller_tax_number", kind=Kind.CODE, role=Role.ISSUER),
        Field(name="seller_email", kind=Kind.CODE, role=Role.ISSUER),
        Field(name="buyer_name", kind=Kind.NAME, role=Role.RECIPIENT),
        Field(name="buyer_address", kind=Kind.ADDRESS, role=Role.RECIPIENT),
        Field(name="buyer_vat_id", kind=Kind.VAT_ID, role=Role.RECIPIENT),
        Field(name="total", kind=Kind.MONEY),
    ),
)


@dataclass(frozen=True)
class Row:
    """One printed text: anchor and top in points, size, text, and where the anchor is (l, c or r; b for bold)."""

    x: float
    y: float
    size: float
    text: str
    align: str = "l"


def col(x, y, size, *texts, align="l"):
    return [Row(x, y + i * size * 1.3, size, text, align) for i, text in enumerate(texts)]


def row(x, y, size, text, align="l"):
    return [Row(x, y, size, text, align)]


def words_of(printed):
    font = "Helvetica-Bold" if "b" in printed.align else "Helvetica"
    width = stringWidth(printed.text, font, printed.size)
    x = printed.x - (width / 2 if "c" in printed.align else width if "r" in printed.align else 0)
    for text in printed.text.split(" "):
        end = x + stringWidth(text, font, printed.size)
        yield Box(x, printed.y, end, printed.y + printed.size), text
        x = end + stringWidth(" ", font, printed.size)


def sheet(*groups, index=0):
    """A page of A4 with rows placed by hand; rows of about the same top are one printed line."""
    rows = sorted((r for group in groups for r in group), key=lambda r: (r.y, r.x))
    words, line, top = [], -1, None
    for printed in rows:
        if top is None or abs(printed.y - top) > 2.5:
            line, top = line + 1, printed.y
        for box, text in words_of(printed):
            words.append(Word(text=text, box=box, size_pt=printed.size, line=line, bold="b" in printed.align))
    words.sort(key=lambda w: (w.line, w.box.x0))
    return Page(index=index, width_pt=595, height_pt=842, words=tuple(words), words_source=WordsSource.TEXT_LAYER)


TABLE = [
    *row(60, 420, 9, "Pos"), *row(100, 420, 9, "Description"), *row(330, 420, 9, "Qty"), *row(480, 420, 9, "Amount"),
    *row(60, 436, 9, "1"), *row(100, 436, 9, "Widget 3000 blue"), *row(330, 436, 9, "2"), *row(480, 436, 9, "80.00"),
    *row(60, 452, 9, "2"), *row(100, 452, 9, "Assembly on site"), *row(330, 452, 9, "3"), *row(480, 452, 9, "180.00"),
    *row(400, 480, 9, "Total"), *row(480, 480, 9, "260.00"),
]  # fmt: skip


LETTERHEADS = {
    "din window": (
        [
            *row(350, 40.0, 16, "Holzwerk Ahrens GmbH", "b"),
            *col(350, 62.0, 8, "Sägemühlenweg 4", "26121 Oldenburg", "Tel. 0441 998877", "info@holzwerk-ahrens.de"),
            *row(70, 128, 6, "Holzwerk Ahrens GmbH · Sägemühlenweg 4 · 26121 Oldenburg"),
            *col(70, 142.0, 10, "Frau", "Sabine Kröger", "Lindenallee 17", "26655 Westerstede"),
            *col(400, 150.0, 9, "Kundennummer: 10442", "Rechnungsdatum: 03.02.2025", "Sachbearbeiter: P. Lüders"),
            *row(70, 290, 13, "Rechnung Nr. 2025-118", "b"),
            *col(60, 790.0, 7, "Holzwerk Ahrens GmbH", "Geschäftsführer: Jan Ahrens", "HRB 20211 Oldenburg"),
            *col(250, 790.0, 7, "Landessparkasse Oldenburg", "IBAN DE02 2805 0100 0000 1234 56"),
            *col(440, 790.0, 7, "USt-IdNr. DE811122334", "Steuernummer 64/222/11111"),
        ],
        "Holzwerk Ahrens GmbH", "Sabine Kröger", "DE811122334", None,
    ),
    "din company attn": (
        [
            *row(70, 120, 6, "Blumen Petersen e.K. | Marktstr. 9 | 24937 Flensburg"),
            *col(70, 134.0, 10, "Hotel Fördeblick GmbH & Co. KG", "z. Hd. Frau Jensen", "Hafendamm 31",
                "24937 Flensburg"),
            *row(420, 60, 22, "Blumen Petersen"),
            *row(70, 260, 12, "RECHNUNG"),
            *col(400, 260.0, 9, "Rechnungsnr. 5512", "Datum 12.03.2025"),
            *row(300, 800, 7,
                "Blumen Petersen e.K. - Marktstr. 9 - 24937 Flensburg - USt-ID: DE234567891"
                " - IBAN DE12500105170648489890",
                "c"),
        ],
        "Blumen Petersen e.K.", "Hotel Fördeblick GmbH & Co. KG", "DE234567891", None,
    ),
    "only logo image": (
        [
            *col(70, 140.0, 10, "Stadtwerke Niederau AöR", "Einkauf", "Werkstraße 2-4", "01689 Niederau"),
            *row(70, 260, 12, "Rechnung 4711"),
            *col(60, 780.0, 7, "Elbtal Messtechnik GmbH", "Am Hafen 12", "01662 Meißen"),
            *col(220, 780.0, 7, "Telefon 03521 4455", "www.elbtal-messtechnik.de"),
            *col(400, 780.0, 7, "USt-IdNr.: DE298765432", "Amtsgericht Dresden HRB 3344"),
        ],
        "Elbtal Messtechnik GmbH", "Stadtwerke Niederau AöR", "DE298765432", None,
    ),
    "french right window": (
        [
            *row(40, 40, 18, "Menuiserie Lacombe"),
            *col(40, 66.0, 9, "SARL au capital de 8 000 €", "ZA des Granges", "38160 Saint-Marcellin",
                "Tél : 04 76 00 11 22", "contact@menuiserie-lacombe.fr"),
            *col(330, 140.0, 10, "Monsieur Paul Girard", "12 bis rue des Tilleuls", "38000 Grenoble"),
            *row(40, 240, 12, "Facture n° F-2025-031"),
            *row(40, 256, 9, "Date : 04/02/2025"),
            *row(300, 800, 7,
                "Menuiserie Lacombe SARL - SIRET 512 345 678 00021 - TVA intracommunautaire FR 40 512345678"
                " - RCS Grenoble",
                "c"),
        ],
        "Menuiserie Lacombe", "Monsieur Paul Girard", "FR40512345678", None,
    ),
    "french facture a": (
        [
            *col(40, 40.0, 10, "SAS Bureau Nord", "45 avenue Foch", "59000 Lille", "SIRET : 80011122200015",
                "N° TVA : FR22800111222"),
            *row(330, 100, 9, "Facturé à :"),
            *col(330, 114.0, 10, "Imprimerie Delattre", "Service comptabilité", "3 place du Marché", "62000 Arras",
                "N° TVA : FR77333444555"),
            *row(330, 190, 9, "Livré à :"),
            *col(330, 204.0, 10, "Imprimerie Delattre - Atelier", "Rue des Presses", "62223 Saint-Laurent-Blangy"),
        ],
        "SAS Bureau Nord", "Imprimerie Delattre", "FR22800111222", "FR77333444555",
    ),
    "us bill ship": (
        [
            *row(50, 40, 20, "Northgate Supply Co."),
            *col(50, 66.0, 9, "1200 Harbor Blvd, Suite 300", "Oakland, CA 94607", "Phone: (510) 555-0100",
                "billing@northgatesupply.com"),
            *row(545, 40, 24, "INVOICE", "r"),
            *col(400, 80.0, 9, "Invoice #: 10023", "Date: 02/14/2025", "Due Date: 03/16/2025"),
            *row(50, 150, 9, "BILL TO", "b"),
            *col(50, 163.0, 9, "Cascade Coffee Roasters", "Attn: Accounts Payable", "88 Pine Street",
                "Seattle, WA 98101"),
            *row(300, 150, 9, "SHIP TO", "b"),
            *col(300, 163.0, 9, "Cascade Coffee Warehouse", "410 Dock Road", "Tacoma, WA 98421"),
            *row(50, 700, 9, "Make all checks payable to Northgate Supply Co."),
        ],
        "Northgate Supply Co.", "Cascade Coffee Roasters", None, None,
    ),
    "us person seller": (
        [
            *col(50, 40.0, 9, "Jane Holloway", "Freelance Illustration", "55 Elm Ave", "Burlington, VT 05401",
                "jane@holloway.art"),
            *row(50, 140, 9, "Bill To: Fern & Fable Books LLC"),
            *col(50, 153.0, 9, "200 Main St", "Portland, ME 04101"),
            *row(400, 140, 9, "Invoice No. 88"),
        ],
        "Jane Holloway", "Fern & Fable Books LLC", None, None,
    ),
    "us table header labels": (
        [
            *row(300, 40, 16, "Redwood IT Services, Inc.", "c"),
            *row(300, 60, 9, "77 Innovation Way | Austin, TX 78701 | (512) 555-7000 | www.redwooditservices.com",
                "c"),
            *row(60, 120, 9, "Invoice To"),
            *row(320, 120, 9, "Invoice Details"),
            *col(60, 136.0, 9, "Lone Star Dental PLLC", "910 Congress Ave", "Austin, TX 78701"),
            *col(320, 136.0, 9, "Invoice Number 5541", "Invoice Date Mar 3, 2025", "Terms Net 30"),
        ],
        "Redwood IT Services, Inc.", "Lone Star Dental PLLC", None, None,
    ),
    "british": (
        [
            *row(545, 40, 14, "Marlowe & Finch Ltd", "r"),
            *row(545, 60, 9, "22 Castle Street", "r"),
            *row(545, 72, 9, "Edinburgh", "r"),
            *row(545, 84, 9, "EH2 3HT", "r"),
            *row(545, 96, 9, "VAT Reg No: GB 123 4567 82", "r"),
            *row(545, 108, 9, "Company No: SC123456", "r"),
            *col(50, 120.0, 10, "The Accounts Department", "Harrow Textiles plc", "Mill Lane", "Leeds", "LS1 4AP"),
            *row(50, 230, 14, "INVOICE"),
        ],
        "Marlowe & Finch Ltd", "Harrow Textiles plc", "GB123456782", None,
    ),
    "uk label left": (
        [
            *col(50, 40.0, 11, "Oakfield Plumbing", "7 Station Road, Guildford GU1 1AA", "Tel 01483 555123"),
            *row(50, 120, 9, "Invoice to:"),
            *col(120, 120.0, 9, "Mrs P. Whitcombe", "4 The Crescent", "Woking", "GU21 5AB"),
            *row(400, 120, 9, "Invoice no:"),
            *row(480, 120, 9, "0093"),
        ],
        "Oakfield Plumbing", "Mrs P. Whitcombe", None, None,
    ),
    "spanish": (
        [
            *col(50, 40.0, 10, "Suministros Aranda S.L.", "C/ Mayor 15, 2º A", "28013 Madrid", "CIF: B83123456",
                "Tel.: 91 555 66 77"),
            *row(320, 40, 9, "CLIENTE", "b"),
            *col(320, 54.0, 10, "Talleres Hermanos Ruiz, S.A.", "Pol. Ind. Las Arenas, nave 7",
                "28320 Pinto (Madrid)", "NIF: A28999888"),
            *row(50, 150, 12, "FACTURA Nº 2025/0044"),
        ],
        "Suministros Aranda S.L.", "Talleres Hermanos Ruiz, S.A.", "B83123456", "A28999888",
    ),
    "es emisor receptor rows": (
        [
            *row(50, 60, 10, "Datos del emisor", "b"),
            *col(50, 76.0, 9, "Nombre:", "Dirección:", "NIF:"),
            *col(130, 76.0, 9, "Lucía Fernández Prado", "Calle Sol 8, 41001 Sevilla", "45678912X"),
            *row(320, 60, 10, "Datos del cliente", "b"),
            *col(320, 76.0, 9, "Nombre:", "Dirección:", "NIF:"),
            *col(400, 76.0, 9, "Gestoría Bética S.L.", "Avda. de la Constitución 20, 41004 Sevilla", "B41222333"),
        ],
        "Lucía Fernández Prado", "Gestoría Bética S.L.", "45678912X", "B41222333",
    ),
    "italian": (
        [
            *row(40, 40.0, 12, "Ceramiche Valli S.r.l.", "b"),
            *col(40, 58.0, 9, "Via dei Mille, 22", "48018 Faenza (RA)", "P. IVA 02233445566", "C.F. 02233445566",
                "info@ceramichevalli.it"),
            *col(340, 110.0, 10, "Spett.le", "Ristorante Da Gino di Gino Bassi", "Piazza Garibaldi 3",
                "47121 Forlì (FC)", "P.IVA 03344556677"),
            *row(40, 220, 12, "Fattura n. 31 del 10/02/2025"),
        ],
        "Ceramiche Valli S.r.l.", "Ristorante Da Gino di Gino Bassi", "02233445566", "03344556677",
    ),
    "it cedente cessionario": (
        [
            *row(40, 50, 10, "Cedente/prestatore (fornitore)"),
            *col(40, 66.0, 9, "Identificativo fiscale ai fini IVA: IT01234567890",
                "Denominazione: Elettrica Brenta SNC", "Indirizzo: Via Roma 1", "Comune: Padova Provincia: PD"),
            *row(320, 50, 10, "Cessionario/committente (cliente)"),
            *col(320, 66.0, 9, "Identificativo fiscale ai fini IVA: IT09876543210",
                "Denominazione: Albergo Alle Alpi SPA", "Indirizzo: Corso Italia 9", "Comune: Cortina Provincia: BL"),
        ],
        "Elettrica Brenta SNC", "Albergo Alle Alpi SPA", "IT01234567890", "IT09876543210",
    ),
    "dutch": (
        [
            *col(380, 40.0, 9, "Fietsenmakerij De Snelle B.V.", "Kanaalstraat 88", "3531 CL Utrecht", "KvK 30112233",
                "BTW NL812345678B01", "IBAN NL91ABNA0417164300"),
            *col(60, 140.0, 10, "Gemeente Zeist", "t.a.v. Crediteuren", "Het Rond 1", "3701 HS Zeist"),
            *row(60, 240, 14, "Factuur"),
            *col(60, 260.0, 9, "Factuurnummer: 2025-77", "Klantnummer: 8812"),
        ],
        "Fietsenmakerij De Snelle B.V.", "Gemeente Zeist", "NL812345678B01", None,
    ),
    "portuguese": (
        [
            *col(40, 40.0, 10, "Panificadora Ribeirinha, Lda.", "Rua do Cais, 14", "4050-123 Porto",
                "Contribuinte N.º: 501234567"),
            *row(330, 110, 9, "Exmo.(s) Sr.(s)"),
            *col(330, 124.0, 10, "Café Central Unipessoal Lda", "Avenida da Boavista, 900", "4100-112 Porto"),
            *row(330, 180, 9, "V/ Nº Contrib. 509876543"),
        ],
        "Panificadora Ribeirinha, Lda.", "Café Central Unipessoal Lda", "501234567", None,
    ),
    "swiss": (
        [
            *col(60, 50.0, 10, "Alpina Treuhand AG", "Bahnhofstrasse 10", "CH-8001 Zürich", "CHE-123.456.789 MWST"),
            *col(350, 130.0, 10, "Käserei Obermatt", "Herr Urs Bieri", "Dorfstrasse 5", "3550 Langnau i.E."),
            *row(60, 240, 14, "Rechnung"),
        ],
        "Alpina Treuhand AG", "Käserei Obermatt", "CHE123456789", None,
    ),
    "swedish": (
        [
            *col(60, 40.0, 10, "Nordisk Snickeri AB", "Storgatan 12", "111 22 Stockholm", "Org.nr 556677-8899",
                "Momsreg.nr SE556677889901"),
            *row(340, 120, 9, "Fakturaadress"),
            *col(340, 134.0, 10, "Fastighets AB Linden", "Box 204", "403 11 Göteborg"),
        ],
        "Nordisk Snickeri AB", "Fastighets AB Linden", "SE556677889901", None,
    ),
    "polish": (
        [
            *row(50, 60, 9, "Sprzedawca:"),
            *col(50, 74.0, 9, "Zielony Ogród Sp. z o.o.", "ul. Kwiatowa 5", "00-950 Warszawa", "NIP: 5213456784"),
            *row(320, 60, 9, "Nabywca:"),
            *col(320, 74.0, 9, "Jan Kowalski Usługi", "ul. Długa 7/3", "31-147 Kraków", "NIP: 6762345673"),
        ],
        "Zielony Ogród Sp. z o.o.", "Jan Kowalski Usługi", "5213456784", "6762345673",
    ),
    "indian gst": (
        [
            *row(300, 40, 14, "SHREE GANESH TRADERS PVT LTD", "c"),
            *row(300, 58, 8, "Plot No. 14, MIDC Industrial Area, Andheri East, Mumbai - 400093", "c"),
            *row(300, 70, 8, "GSTIN: 27AABCS1234F1Z5  Phone: 022-28371234", "c"),
            *row(50, 110, 9, "Buyer (Bill to)"),
            *col(50, 123.0, 9, "Krishna Hardware Stores", "Shop 4, M.G. Road", "Pune - 411001",
                "GSTIN/UIN: 27AACCK9876P1ZQ"),
        ],
        "SHREE GANESH TRADERS PVT LTD", "Krishna Hardware Stores", "27AABCS1234F1Z5", "27AACCK9876P1ZQ",
    ),
    "from to inline": (
        [
            *row(50, 60, 9, "From:"),
            *col(50, 74.0, 9, "Quill Editing Services", "3 Harbour View, Galway H91 XY12"),
            *row(50, 120, 9, "To:"),
            *col(50, 134.0, 9, "Tidewater Press", "Unit 5, Docklands, Dublin D01 AB12"),
        ],
        "Quill Editing Services", "Tidewater Press", None, None,
    ),
    "saas": (
        [
            *row(60, 50, 18, "Invoice"),
            *col(60, 80.0, 9, "Invoice number 9F2A-0003", "Date of issue March 1, 2025", "Date due March 1, 2025"),
            *col(60, 140.0, 9, "Nimbus Analytics, Inc.", "548 Market Street", "PMB 77777",
                "San Francisco, California 94104", "United States", "support@nimbusanalytics.io"),
            *col(300, 140.0, 9, "Bill to", "Orchid Robotics GmbH", "Torstraße 140", "10119 Berlin", "Germany",
                "ap@orchid-robotics.de", "DE VAT DE321654987"),
        ],
        "Nimbus Analytics, Inc.", "Orchid Robotics GmbH", None, "DE321654987",
    ),
    "no seller name": (
        [
            *col(70, 140.0, 10, "Karin Winter", "Rosenweg 3", "50667 Köln"),
            *row(70, 250, 12, "Rechnung 12"),
            *row(70, 780, 7, "IBAN DE12500105170648489890"),
        ],
        None, "Karin Winter", None, None,
    ),
    "none": (
        [
            *row(70, 60, 14, "INVOICE"),
            *col(70, 90.0, 9, "Invoice No: 12", "Date: 1 March 2025"),
        ],
        None, None, None, None,
    ),
    "austrian": (
        [
            *col(60, 40.0, 9, "Tischlerei Moser GmbH", "Hauptplatz 7", "A-6020 Innsbruck", "UID: ATU12345678"),
            *col(60, 130.0, 10, "An", "Pension Bergblick", "Familie Huber", "Seestraße 12", "A-6213 Pertisau"),
            *row(60, 240, 12, "Honorarnote Nr. 8"),
        ],
        "Tischlerei Moser GmbH", "Pension Bergblick", "ATU12345678", None,
    ),
    "my tax invoice": (
        [
            *row(300, 40, 13, "BRIGHT LIGHTING SDN BHD (778899-K)", "c"),
            *row(300, 56, 8, "NO. 12, JALAN PERUSAHAAN 3, TAMAN INDUSTRI, 81100 JOHOR BAHRU", "c"),
            *row(300, 67, 8, "TEL: 07-3334444  GST NO: 000123456789", "c"),
            *row(50, 110, 10, "TAX INVOICE"),
            *row(50, 130, 9, "BILL TO :"),
            *col(110, 130.0, 9, "HARMONY CAFE ENTERPRISE", "8, JALAN BUNGA", "80400 JOHOR BAHRU"),
        ],
        "BRIGHT LIGHTING SDN BHD", "HARMONY CAFE ENTERPRISE", "000123456789", None,
    ),
    "australian": (
        [
            *row(50, 40, 16, "Coastal Surveying Pty Ltd"),
            *col(50, 62.0, 9, "ABN 51 824 753 556", "PO Box 88", "Byron Bay NSW 2481"),
            *row(50, 130, 9, "Tax Invoice for"),
            *col(50, 144.0, 9, "Bluegum Homes", "14 Banksia Drive", "Ballina NSW 2478"),
        ],
        "Coastal Surveying Pty Ltd", "Bluegum Homes", None, None,
    ),
    "two col unlabelled boxes": (
        [
            *col(60, 100.0, 10, "Werbeagentur Pixelfeld", "Inh. Tom Schäfer", "Kastanienallee 5", "10435 Berlin"),
            *col(340, 100.0, 10, "Zahnarztpraxis Dr. Meier", "Berliner Str. 99", "13189 Berlin"),
            *row(60, 220, 12, "Rechnung 2025-9"),
            *row(60, 760, 8, "Tom Schäfer, Berliner Sparkasse, IBAN DE12500105170648489890"),
        ],
        "Werbeagentur Pixelfeld", "Zahnarztpraxis Dr. Meier", None, None,
    ),
    "be bilingual": (
        [
            *col(50, 40.0, 10, "Drukkerij Van Damme BV", "Industrielaan 40", "9000 Gent", "BTW BE 0456.789.123"),
            *row(330, 110, 8, "Klant / Client"),
            *col(330, 124.0, 10, "Librairie du Parc SRL", "Rue Royale 55", "1000 Bruxelles", "TVA BE 0765.432.198"),
        ],
        "Drukkerij Van Damme BV", "Librairie du Parc SRL", "BE0456789123", "BE0765432198",
    ),
    "customer no with name inline": (
        [
            *row(50, 40.0, 12, "Greenline Energy", "b"),
            *col(50, 56.0, 9, "PO Box 12345, Dallas, TX 75201", "www.greenlineenergy.com", "1-800-555-0199"),
            *col(50, 110.0, 9, "Customer Name: ROBERT P MILLER", "Service Address: 44 W OAK LN, PLANO, TX 75023",
                "Account Number: 9988-7766"),
        ],
        "Greenline Energy", "ROBERT P MILLER", None, None,
    ),
    "firma abteilung": (
        [
            *row(70, 120, 6, "Lieferant Süd GmbH, Lieferantenweg 20, 80333 München"),
            *col(70, 134.0, 10, "Firma", "Kundenwerk Mitte AG", "Abteilung Einkauf", "Herrn Meier",
                "Postfach 10 20 30", "69876 Frankfurt"),
            *row(70, 260, 12, "Rechnung"),
            *col(400, 134.0, 9, "Ihr Ansprechpartner: Frau Lutz", "Telefon: 089 1234",
                "E-Mail: lutz@lieferant-sued.de", "Datum: 01.02.2025"),
        ],
        "Lieferant Süd GmbH", "Kundenwerk Mitte AG", None, None,
    ),
    "two line centred name": (
        [
            *row(300, 30, 18, "AUTOHAUS", "cb"),
            *row(300, 52, 18, "SCHNEIDER & SÖHNE GmbH", "cb"),
            *row(300, 76, 8, "Industriestr. 44 · 70565 Stuttgart · Tel. 0711 777888", "c"),
            *col(70, 140.0, 10, "Gerda Baumann", "Alte Gasse 2", "70173 Stuttgart"),
            *row(70, 260, 12, "Rechnung Nr. 88"),
        ],
        "SCHNEIDER & SÖHNE GmbH", "Gerda Baumann", None, None,
    ),
    "digits in names": (
        [
            *col(60, 40.0, 10, "1&2 Netzwerk GmbH", "Ring 5", "56410 Montabaur", "USt-IdNr. DE123123123"),
            *col(60, 140.0, 10, "3K Maschinenbau AG", "Tor 4", "Daimlerstr. 100", "70372 Stuttgart"),
        ],
        "1&2 Netzwerk GmbH", "3K Maschinenbau AG", "DE123123123", None,
    ),
    "three labels in a row": (
        [
            *row(50, 40, 16, "Pinnacle Hardware Inc."),
            *row(50, 120, 9, "Bill To:"),
            *row(220, 120, 9, "Ship To:"),
            *row(390, 120, 9, "Remit To:"),
            *col(50, 134.0, 9, "Summit Builders LLC", "12 Granite Rd", "Denver, CO 80202"),
            *col(220, 134.0, 9, "Summit Site 7", "99 Quarry Ln", "Golden, CO 80401"),
            *col(390, 134.0, 9, "Pinnacle Hardware Inc.", "PO Box 5511", "Boulder, CO 80301"),
        ],
        "Pinnacle Hardware Inc.", "Summit Builders LLC", None, None,
    ),
    "both left unlabelled": (
        [
            *col(50, 40.0, 10, "Brightside Cleaning", "101 Main Street", "Springfield, IL 62701", "(217) 555-0111"),
            *col(50, 140.0, 10, "Prairie Medical Group", "500 Oak Street", "Springfield, IL 62702"),
            *row(50, 230, 14, "Invoice 300"),
        ],
        "Brightside Cleaning", "Prairie Medical Group", None, None,
    ),
    "buyer left seller right": (
        [
            *col(60, 120.0, 10, "Gasthof zur Linde", "Inh. Peter Wolf", "Dorfplatz 1", "83512 Wasserburg"),
            *col(360, 60.0, 10, "Getränke Huber KG", "Brauereistraße 8", "83022 Rosenheim", "Tel. 08031 4455",
                "Fax 08031 4456", "info@getraenke-huber.de", "www.getraenke-huber.de", "USt-IdNr. DE131313131"),
            *row(60, 260, 12, "RECHNUNG 20250017"),
        ],
        "Getränke Huber KG", "Gasthof zur Linde", "DE131313131", None,
    ),
    "footer only no legal form": (
        [
            *col(70, 150.0, 10, "Frau", "Ulrike Seidel", "Gartenweg 8", "01099 Dresden"),
            *row(70, 250, 12, "Rechnung Nr. 17"),
            *col(60, 770.0, 7, "Praxis für Logopädie Anna Berg", "Hauptstraße 12", "01097 Dresden"),
            *col(250, 770.0, 7, "Tel. 0351 123456", "praxis@logopaedie-annaberg.de"),
            *col(420, 770.0, 7, "Steuernummer 203/111/02222", "IBAN DE12500105170648489890"),
        ],
        "Praxis für Logopädie Anna Berg", "Ulrike Seidel", None, None,
    ),
    "label left column": (
        [
            *col(60, 40.0, 10, "Malermeister Krug", "Bergstraße 3", "35037 Marburg"),
            *row(60, 130, 9, "Kunde:"),
            *col(150, 130.0, 9, "Hausverwaltung Lahn GmbH", "Uferweg 10", "35039 Marburg"),
            *row(60, 190, 9, "Rechnungsnr.:"),
            *row(150, 190, 9, "R-99"),
        ],
        "Malermeister Krug", "Hausverwaltung Lahn GmbH", None, None,
    ),
    "customer then address fr inline": (
        [
            *col(40, 40.0, 10, "Garage du Lac", "120 route de Thonon", "74500 Évian", "RCS Thonon 444 555 666"),
            *row(330, 120, 10, "Client : Transports Mermet"),
            *col(330, 133.0, 10, "ZI des Bois", "74200 Thonon"),
            *row(40, 200, 12, "FACTURE N° 5541"),
        ],
        "Garage du Lac", "Transports Mermet", None, None,
    ),
    "en intl with country & vat": (
        [
            *col(50, 40.0, 10, "Lumen Optics Oy", "Teollisuuskatu 21", "00510 Helsinki", "Finland", "VAT FI12345671"),
            *row(50, 130, 9, "Customer"),
            *col(50, 143.0, 10, "Fjord Imaging AS", "Karl Johans gate 5", "0154 Oslo", "Norway",
                "VAT NO 987 654 325 MVA"),
        ],
        "Lumen Optics Oy", "Fjord Imaging AS", "FI12345671", "NO987654325MVA",
    ),
    "sender label de": (
        [
            *row(60, 60, 8, "Absender"),
            *col(60, 72.0, 9, "Nordlicht Verlag GbR", "Kanalufer 3", "24103 Kiel"),
            *row(330, 60, 8, "Empfänger"),
            *col(330, 72.0, 9, "Buchhandlung Möwe e.K.", "Am Markt 6", "23552 Lübeck"),
            *row(60, 150, 12, "Rechnung"),
        ],
        "Nordlicht Verlag GbR", "Buchhandlung Möwe e.K.", None, None,
    ),
    "odoo like": (
        [
            *row(40, 30, 9, "Quality goods since 1999"),
            *col(40, 50.0, 9, "Tundra Traders", "Polar Street 7", "99501 Anchorage AK", "United States"),
            *col(320, 140.0, 9, "Ember Ltd, Sarah Flint", "12 Coal Road", "Leeds LS1 4AP", "United Kingdom"),
            *row(40, 220, 16, "Invoice INV/2025/00012"),
            *row(300, 800, 7, "+1 907 555 0100 | hello@tundratraders.com | http://www.tundratraders.com", "c"),
        ],
        "Tundra Traders", "Ember Ltd, Sarah Flint", None, None,
    ),
    "credit note rows below": (
        [
            *row(60, 40, 16, "CREDIT NOTE"),
            *row(60, 90, 9, "Supplier:"),
            *col(130, 90.0, 9, "Baltic Timber OÜ", "Sadama 5", "10111 Tallinn", "Estonia", "VAT EE123456789"),
            *row(330, 90, 9, "Buyer:"),
            *col(400, 90.0, 9, "Nordwood AB", "Skogsvägen 8", "852 30 Sundsvall", "Sweden", "VAT SE556600112201"),
        ],
        "Baltic Timber OÜ", "Nordwood AB", "EE123456789", "SE556600112201",
    ),
    "label block far right align": (
        [
            *row(545, 40, 18, "INVOICE", "r"),
            *row(545, 70, 9, "Ridgeway Tutors", "r"),
            *row(545, 82, 9, "5 Hill Lane", "r"),
            *row(545, 94, 9, "Bath BA1 5LT", "r"),
            *row(50, 150, 9, "Billed to"),
            *col(50, 163.0, 10, "Mr and Mrs D. Okafor", "19 Park View", "Bristol BS8 2PQ"),
        ],
        "Ridgeway Tutors", "Mr and Mrs D. Okafor", None, None,
    ),
    "insurance": (
        [
            *col(60, 40.0, 9, "Nordsee Versicherung AG", "Deichstraße 1", "20459 Hamburg"),
            *row(60, 120, 6, "Nordsee Versicherung AG, Deichstraße 1, 20459 Hamburg"),
            *col(60, 132.0, 10, "Herrn", "Max Ehlers", "Heideweg 4", "21465 Reinbek"),
            *col(350, 120.0, 9, "Versicherungsnummer: 12-345-678", "Vermittler: Agentur Petra Lange",
                "Telefon: 040 998877", "Datum: 02.01.2025"),
            *row(60, 250, 11, "Beitragsrechnung zur Kfz-Versicherung", "b"),
            *row(60, 270, 9, "Sehr geehrter Herr Ehlers,"),
            *row(60, 285, 9, "für Ihren Vertrag berechnen wir Ihnen den folgenden Beitrag:"),
        ],
        "Nordsee Versicherung AG", "Max Ehlers", None, None,
    ),
    "rent": (
        [
            *col(60, 40.0, 10, "Hausverwaltung Sommer GmbH", "im Auftrag der Eigentümer", "Talstraße 8",
                "70188 Stuttgart"),
            *col(60, 140.0, 10, "Eheleute", "Karin und Jochen Vogt", "Talstraße 22", "70188 Stuttgart"),
            *row(60, 250, 12, "Betriebskostenabrechnung 2024"),
        ],
        "Hausverwaltung Sommer GmbH", "Karin und Jochen Vogt", None, None,
    ),
    "telecom": (
        [
            *row(545, 40, 20, "telvio", "r"),
            *row(545, 70, 8, "telvio Deutschland GmbH", "r"),
            *row(545, 81, 8, "Funkturmstr. 1", "r"),
            *row(545, 92, 8, "10117 Berlin", "r"),
            *row(545, 103, 8, "Kundenservice 0800 123 123", "r"),
            *row(545, 114, 8, "www.telvio.de", "r"),
            *row(60, 120, 6, "telvio Deutschland GmbH · Postfach 11 22 · 10001 Berlin"),
            *col(60, 134.0, 10, "Bäckerei Krume GmbH", "Ofengasse 3", "99084 Erfurt"),
            *col(400, 140.0, 8, "Rechnungsnummer 99 88 77", "Kundennummer 123 456", "Rechnungsdatum 03.02.2025"),
        ],
        "telvio Deutschland GmbH", "Bäckerei Krume GmbH", None, None,
    ),
    "fr with logo sidebar": (
        [
            *col(30, 200.0, 7, "EURL Jardins du Sud", "Chemin des Oliviers", "13100 Aix-en-Provence",
                "04 42 11 22 33", "SIRET 399 888 777 00011", "TVA FR61399888777"),
            *col(330, 120.0, 10, "Résidence Les Pins", "Syndic Foncia Provence", "22 cours Mirabeau",
                "13100 Aix-en-Provence"),
            *row(150, 240, 12, "FACTURE N°2025-88"),
        ],
        "EURL Jardins du Sud", "Résidence Les Pins", "FR61399888777", None,
    ),
    "fr adresses cote a cote": (
        [
            *row(40, 40, 16, "FACTURE"),
            *row(40, 90, 9, "Émetteur :"),
            *col(40, 104.0, 9, "Société Lumière & Fils", "8 rue Diderot", "21000 Dijon", "Tél. : 03 80 00 00 00",
                "Email : contact@lumierefils.fr"),
            *row(320, 90, 9, "Adressé à :"),
            *col(320, 104.0, 9, "Lycée Carnot", "16 boulevard Thiers", "21000 Dijon"),
        ],
        "Société Lumière & Fils", "Lycée Carnot", None, None,
    ),
    "fr client code": (
        [
            *col(40, 40.0, 10, "TRANSPORTS VAUGELAS", "ZI Nord - BP 44", "01000 BOURG EN BRESSE"),
            *col(330, 110.0, 10, "SCIERIE DU REVERMONT", "A l'attention de M. Petit", "Route de Lons",
                "39190 COUSANCE"),
            *col(40, 180.0, 9, "Code client : C00123", "N° TVA client : FR12345678901", "Date : 03/02/2025"),
            *row(297, 810, 7,
                "TRANSPORTS VAUGELAS - SAS au capital de 50 000 euros - RCS Bourg 333 444 555 - TVA FR83333444555",
                "c"),
        ],
        "TRANSPORTS VAUGELAS", "SCIERIE DU REVERMONT", "FR83333444555", "FR12345678901",
    ),
    "es factura simple": (
        [
            *col(60, 60.0, 10, "MUEBLES ROBLEDO", "Ctra. de Toledo, km 12", "28903 Getafe", "Tlf. 916 000 111",
                "NIF 12345678Z"),
            *row(60, 160, 9, "Cliente: Hostal La Encina"),
            *col(60, 173.0, 9, "Dirección: Plaza Mayor 1", "Población: 40001 Segovia", "NIF/CIF: B40123456"),
        ],
        "MUEBLES ROBLEDO", "Hostal La Encina", "12345678Z", "B40123456",
    ),
    "it fattura destinatario": (
        [
            *row(300, 40, 12, "OFFICINA MECCANICA FERRARIS di Ferraris Luca", "c"),
            *row(300, 56, 8, "Via Torino 45 - 10036 Settimo Torinese (TO) - Tel. 011 800 8000", "c"),
            *row(300, 67, 8, "P.IVA 07643520567 - C.F. FRRLCU70A01L219X", "c"),
            *row(330, 110, 8, "Destinatario"),
            *col(330, 122.0, 9, "Autotrasporti Canavese SNC", "Strada Vicinale 9", "10086 Rivarolo Canavese (TO)"),
        ],
        "OFFICINA MECCANICA FERRARIS di Ferraris Luca", "Autotrasporti Canavese SNC", "07643520567", None,
    ),
    "nl webshop": (
        [
            *row(60, 40, 22, "fietsplezier"),
            *col(60, 120.0, 9, "Factuuradres", "Mevr. A. de Wit", "Dorpsstraat 4", "1234 AB Weesp"),
            *col(250, 120.0, 9, "Afleveradres", "Mevr. A. de Wit", "Werkplein 2", "1382 LV Weesp"),
            *col(420, 40.0, 8, "Fietsplezier B.V.", "Rijksweg 10", "6211 AA Maastricht", "KvK: 14012345",
                "BTW: NL803456789B01"),
        ],
        "Fietsplezier B.V.", "Mevr. A. de Wit", "NL803456789B01", None,
    ),
    "us utility": (
        [
            *row(50, 30, 14, "City of Maplewood"),
            *col(50, 48.0, 9, "Water & Sewer Department", "100 Civic Center Dr", "Maplewood, MN 55109",
                "651-555-0100"),
            *col(350, 48.0, 9, "Account Number: 55-0012", "Bill Date: 01/15/2025", "Due Date: 02/10/2025"),
            *col(80, 150.0, 10, "THOMAS R LINDQUIST", "2210 BIRCH LN", "MAPLEWOOD MN 55109-1234"),
        ],
        "City of Maplewood", "THOMAS R LINDQUIST", None, None,
    ),
    "us statement pay stub": (
        [
            *col(50, 40.0, 10, "Riverbend Veterinary Clinic", "3400 River Rd", "Eugene, OR 97404"),
            *row(50, 120, 9, "Client:"),
            *col(110, 120.0, 9, "Dana Whitlock", "78 Fern Hollow", "Eugene, OR 97405"),
            *row(50, 700, 9, "Please detach and return with payment to:"),
            *col(50, 714.0, 9, "Riverbend Veterinary Clinic", "PO Box 99", "Eugene, OR 97401"),
        ],
        "Riverbend Veterinary Clinic", "Dana Whitlock", None, None,
    ),
    "uk builder person buyer": (
        [
            *row(50, 40.0, 12, "J. Hartley & Sons Builders"),
            *col(50, 56.0, 9, "Unit 2 Mill Yard, Otley LS21 3AA", "07700 900123  info@hartleybuilders.co.uk"),
            *col(50, 120.0, 10, "Mr T Booth", "15 Moor Lane", "Ilkley", "LS29 8AB"),
            *row(400, 120, 9, "INVOICE 0212"),
        ],
        "J. Hartley & Sons Builders", "Mr T Booth", None, None,
    ),
    "de kleinunternehmer": (
        [
            *col(380, 40.0, 10, "Grafik & Text", "Mona Lehmann", "Schillerstr. 7", "04109 Leipzig",
                "mona@grafiktext.de"),
            *col(60, 130.0, 10, "Verein Kulturhof e.V.", "Hofstraße 1", "04177 Leipzig"),
            *row(60, 230, 12, "Rechnung 07/2025"),
            *row(60, 600, 9, "Gemäß § 19 UStG wird keine Umsatzsteuer berechnet."),
            *row(60, 640, 9, "Mona Lehmann, IBAN DE12500105170648489890, Steuernummer 231/222/33333"),
        ],
        "Grafik & Text", "Verein Kulturhof e.V.", None, None,
    ),
    "en importer exporter": (
        [
            *row(40, 60, 8, "Exporter"),
            *col(40, 72.0, 9, "Saigon Ceramics Co., Ltd", "45 Nguyen Hue Street", "District 1, Ho Chi Minh City",
                "Vietnam"),
            *row(320, 60, 8, "Consignee"),
            *col(320, 72.0, 9, "Baltic Home GmbH", "Speicherstr. 9", "18055 Rostock", "Germany"),
            *row(320, 140, 8, "Buyer (if other than consignee)"),
            *col(320, 152.0, 9, "Nordic Retail Group AB", "Hamngatan 2", "111 47 Stockholm"),
        ],
        "Saigon Ceramics Co., Ltd", "Nordic Retail Group AB", None, None,
    ),
}  # fmt: skip


def found_on(*pages, schema=INVOICE, excluded=()):
    return {finding.path: finding for finding in find_parties(pages, schema, excluded)}


def value(findings, path):
    return findings[path].value if path in findings else None


def squashed(text):
    return text and re.sub(r"[\s.-]", "", text)


@pytest.mark.parametrize("name", LETTERHEADS)
def test_the_parties_of_a_letterhead_are_found(name):
    rows, seller, buyer, seller_vat, buyer_vat = LETTERHEADS[name]
    findings = found_on(sheet(rows, TABLE))
    assert value(findings, "seller_name") == seller
    assert value(findings, "buyer_name") == buyer
    assert squashed(value(findings, "seller_vat_id")) == squashed(seller_vat)
    assert squashed(value(findings, "buyer_vat_id")) == squashed(buyer_vat)


@pytest.mark.parametrize("name", LETTERHEADS)
def test_every_finding_shows_where_it_stands(name):
    page = sheet(LETTERHEADS[name][0], TABLE)
    printed = " ".join(w.text for w in page.words)
    for finding in found_on(page).values():
        evidence = finding.evidence
        assert finding.state is State.VALUE
        assert evidence.page == 0
        assert evidence.match in {Match.EXACT, Match.NORMALISED}
        assert all(part in printed for part in evidence.text.split(" "))
        inside = [w.text for w in page.words if evidence.box.contains(w.box.cx, w.box.cy)]
        assert set(evidence.text.split(" ")) <= set(inside)
        assert all(0 <= signal <= 1 for signal in finding.signals.values())


@pytest.mark.parametrize("name", LETTERHEADS)
def test_both_sides_are_never_the_same_party(name):
    findings = found_on(sheet(LETTERHEADS[name][0], TABLE))
    if "seller_name" in findings and "buyer_name" in findings:
        assert value(findings, "seller_name") != value(findings, "buyer_name")


def test_addresses_are_told_without_the_name():
    findings = found_on(sheet(LETTERHEADS["din window"][0]))
    assert value(findings, "seller_address") == "Sägemühlenweg 4, 26121 Oldenburg"
    assert value(findings, "buyer_address") == "Lindenallee 17, 26655 Westerstede"


def test_a_return_line_gives_the_address_where_there_is_no_other():
    findings = found_on(sheet(LETTERHEADS["din company attn"][0]))
    assert value(findings, "seller_address") == "Marktstr. 9, 24937 Flensburg"


def test_tax_number_and_email_are_the_sellers_own():
    findings = found_on(sheet(LETTERHEADS["din window"][0]))
    assert value(findings, "seller_tax_number") == "64/222/11111"
    assert value(findings, "seller_email") == "info@holzwerk-ahrens.de"


def test_the_delivery_address_is_the_buyer_only_where_nobody_else_is():
    rows = [*row(50, 40, 16, "Pinnacle Hardware Inc."), *row(220, 120, 9, "Ship To:")]
    rows += col(220, 134, 9, "Summit Site Seven", "99 Quarry Ln", "Golden, CO 80401")
    billed = [
        *row(50, 120, 9, "Bill To:"),
        *col(50, 134, 9, "Summit Builders LLC", "12 Granite Rd", "Denver, CO 80202"),
    ]
    assert value(found_on(sheet(rows, billed)), "buyer_name") == "Summit Builders LLC"
    assert value(found_on(sheet(rows)), "buyer_name") in {None, "Summit Site Seven"}


def test_a_buyers_own_web_address_under_its_delivery_address_makes_it_no_seller():
    page = sheet(
        row(110, 32, 8, "Moulin du Pin SARL - 12 chemin des Oliviers - 84340 Malaucène - France"),
        row(37, 124, 10, "Adresse de livraison"),
        col(37, 138, 10, "Belle Boutique", "35 rue du Port", "69001 Lyon", "France"),
        col(50, 190, 10, "+33 4 72 00 00 55", "sav@belleboutique.example"),
        col(326, 134, 11, "Belle Boutique", "Anne Payet", "35 rue du Port", "69001 Lyon", "France"),
    )
    findings = found_on(page)
    assert value(findings, "seller_name") == "Moulin du Pin SARL"
    assert value(findings, "buyer_name") == "Belle Boutique"


def test_a_tax_representative_is_no_party():
    rows = [*row(50, 40, 9, "Vendeur"), *col(50, 54, 9, "Ateliers Morel SARL", "4 rue Haute", "25000 Besançon")]
    rows += row(50, 110, 9, "Représentant fiscal")
    rows += col(50, 124, 9, "Fisc Conseil SAS", "9 rue Basse", "67000 Strasbourg", "N° TVA : FR83404833048")
    findings = found_on(sheet(rows))
    assert value(findings, "seller_name") == "Ateliers Morel SARL"
    assert value(findings, "seller_vat_id") is None


def test_a_lone_vat_id_labelled_as_the_customers_is_not_the_sellers():
    rows = [*LETTERHEADS["no seller name"][0], *row(70, 300, 9, "Ihre USt-IdNr.: DE136695976")]
    findings = found_on(sheet(rows))
    assert value(findings, "seller_vat_id") is None
    assert value(findings, "buyer_vat_id") == "DE136695976"


def test_a_wrapped_name_is_one_name():
    rows = [
        *row(50, 100, 9, "Facturé à"),
        *col(50, 114, 9, "Syndicat des eaux de la", "vallée de l'Isle", "2 rue du Pont"),
    ]
    rows += col(300, 40, 9, "Hydro Conseil et", "Partenaires SAS", "5 quai Sud", "33000 Bordeaux")
    findings = found_on(sheet(rows, row(50, 150, 9, "24400 Mussidan")))
    assert value(findings, "buyer_name") == "Syndicat des eaux de la vallée de l'Isle"
    assert value(findings, "seller_name") == "Hydro Conseil et Partenaires SAS"


@given(st.floats(0.4, 4), st.sampled_from(sorted(LETTERHEADS)))
def test_the_reading_does_not_depend_on_the_unit(scale, name):
    page = sheet(LETTERHEADS[name][0], TABLE)
    words = tuple(replace(w, box=w.box.scaled(scale, scale), size_pt=w.size_pt * scale) for w in page.words)
    scaled = replace(page, width_pt=page.width_pt * scale, height_pt=page.height_pt * scale, words=words)
    once, again = found_on(page), found_on(scaled)
    for path in ("seller_name", "buyer_name", "seller_vat_id", "buyer_vat_id"):
        assert value(once, path) == value(again, path)


@pytest.mark.parametrize("name", LETTERHEADS)
def test_capitals_change_nothing(name):
    page = sheet(LETTERHEADS[name][0], TABLE)
    capitals = replace(page, words=tuple(replace(w, text=w.text.upper()) for w in page.words))
    for path in ("seller_name", "buyer_name"):
        once, again = value(found_on(page), path), value(found_on(capitals), path)
        assert (once and once.upper()) == again


def test_what_stands_in_an_excluded_table_is_no_party():
    rows = col(60, 300, 9, "Lager Nord GmbH", "Hafenstr. 1", "20457 Hamburg")
    page = sheet(rows)
    assert "buyer_name" in found_on(page)
    assert found_on(page, excluded=[(0, Box(50, 290, 300, 400))]) == {}


def test_a_page_without_words_has_no_parties():
    assert found_on(Page(index=0, width_pt=595, height_pt=842)) == {}


def test_a_schema_without_roles_asks_for_no_parties():
    schema = Schema(name="s", version="1", fields=(Field(name="vendor", kind=Kind.NAME),))
    assert found_on(sheet(LETTERHEADS["din window"][0]), schema=schema) == {}


def test_the_users_own_label_names_the_side():
    rows = [*row(50, 60, 9, "Zahlmeister"), *col(50, 74, 9, "Turmuhr Verein", "Am Turm 1", "99084 Erfurt")]
    buyer = Field(name="payer", kind=Kind.NAME, role=Role.RECIPIENT, labels=("Zahlmeister",))
    seller = Field(name="seller", kind=Kind.NAME, role=Role.ISSUER)
    findings = found_on(sheet(rows), schema=Schema(name="s", version="1", fields=(buyer, seller)))
    assert value(findings, "payer") == "Turmuhr Verein"
    assert findings["payer"].signals["label_match"] == 1.0


SLIP = Schema(
    name="receipt",
    version="1",
    fields=(
        Field(name="merchant_name", kind=Kind.NAME, role=Role.ISSUER),
        Field(name="merchant_address", kind=Kind.ADDRESS, role=Role.ISSUER),
        Field(name="merchant_tax_id", kind=Kind.CODE, role=Role.ISSUER),
    ),
)
SLIPS = {
    "name, number, address, telephone": (
        ["GOLDEN LOTUS TRADING SDN BHD", "(998877-X)", "NO 14, JALAN MERANTI 2,", "TAMAN DAMAI, 81100 JOHOR BAHRU",
         "TEL: 07-1112223", "GST NO: 000987654321"],
        "GOLDEN LOTUS TRADING SDN BHD", "NO 14, JALAN MERANTI 2, TAMAN DAMAI, 81100 JOHOR BAHRU",
    ),
    "brand over the company": (
        ["SunnyMart", "SUNNY MART RETAIL LTD", "12 High Street", "York YO1 7AB", "VAT No GB 123456782", "RECEIPT"],
        "SUNNY MART RETAIL LTD", "12 High Street, York YO1 7AB",
    ),
    "a scribble above, a date inside": (
        ["lim ah", "BAMBOO HARDWARE ENTERPRISE", "12 Mar 2018 18:46", "8, Jalan Bukit,", "50100 Kuala Lumpur",
        "TAXINVOICE"],
        "BAMBOO HARDWARE ENTERPRISE", "8, Jalan Bukit, 50100 Kuala Lumpur",
    ),
    "legal form on its own line": (
        ["BACKHAUS KORNBLUME", "GmbH & Co. KG", "Marktplatz 3", "79098 Freiburg", "Tel. 0761 445566"],
        "BACKHAUS KORNBLUME GmbH & Co. KG", "Marktplatz 3, 79098 Freiburg",
    ),
    "no address": (["CAFE LUNA", "Date: 01/02/2020 10:11", "1 ESPRESSO 2.50"], "CAFE LUNA", None),
}  # fmt: skip


@pytest.mark.parametrize("name", SLIPS)
def test_the_merchant_heads_the_slip(name):
    lines, merchant, address = SLIPS[name]
    printed = [*lines, "ITEM 1 4.00", "TOTAL 4.00"]
    page = sheet([Row(150, 20 + 14 * i, 10, text, "c") for i, text in enumerate(printed)])
    findings = found_on(page, schema=SLIP)
    assert value(findings, "merchant_name") == merchant
    assert value(findings, "merchant_address") == address
