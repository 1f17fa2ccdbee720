"""Names, addresses, labels and numbers of parties, one line of text at a time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.layout import addresses, names
from extractors.layout.parties_labels import Side, is_name_row, owner_of, party_label
from extractors.layout.parties_lines import LineKind, kind_of, lines_of, one_line_name
from extractors.layout.parties_vat import NumberKind, numbers_of
from tiling import Box, Page, Word


@pytest.mark.parametrize(
    "text",
    [
        "Nordmeer Fracht GmbH & Co. KG", "Ateliers Lund SARL", "Casa Verde S.r.l.", "Olivar Viejo, S.L.",
        "Brug en Zoon B.V.",
        "Pão Quente, Lda.", "Kestrel Ltd.", "Harbor Capital LLC", "Foxglove Inc.", "Lotus Trading Sdn Bhd",
        "GANGES TOOLS PVT LTD",
        "Fjell AS", "Skärgård AB", "Vesterbro ApS", "Zielony Las Sp. z o.o.", "Alpenglühn AG", "KEDAI BUNGA S/B",
    ],
)  # fmt: skip
def test_a_legal_form_makes_a_company(text):
    assert names.has_legal_form(text)
    assert kind_of(text) is LineKind.COMPANY


@pytest.mark.parametrize("text", ["Anna Berg", "LA CASA", "Das Team", "SARL au capital de 9 000 €", "as agreed", "Inc"])
def test_without_a_legal_form_behind_a_name_there_is_no_company(text):
    assert not names.has_legal_form(text)


@pytest.mark.parametrize(
    ("a", "b"),
    [("Kestrel Ltd.", "KESTREL LIMITED"), ("Café Mösle GmbH", "CAFE MOSLE"), ("Brug & Zoon BV", "Brug Zoon B.V.")],
)
def test_two_printings_of_a_name_have_one_core(a, b):
    assert names.core(a) == names.core(b)


@pytest.mark.parametrize(
    "text",
    [
        "D-24103 Kiel", "24103 Kiel", "69002 Lyon", "F-69002 LYON CEDEX 03", "1012 AB Amsterdam",
        "4050-123 Porto", "00-950 Warszawa",
        "111 22 Stockholm", "Leeds LS1 4AP", "Seattle, WA 98101", "Springfield IL 62701-1234", "Toronto ON M5V 2T6",
        "Ballina NSW 2478", "Mumbai - 400093", "81100 JOHOR BAHRU", "CH-3550 Langnau i.E.", "53024 Montalcino",
    ],
)  # fmt: skip
def test_a_postcode_and_a_place_are_a_city(text):
    assert addresses.is_city(text)


@pytest.mark.parametrize(
    "text",
    [
        "Lindenallee 17", "Am Sägewerk 14", "12 bis rue des Tilleuls", "45, avenue Foch", "C/ Mayor 15, 2º A",
        "Via dei Mille, 22",
        "Kanaalstraat 88", "Rua do Cais, 14", "88 Pine Street", "1200 Harbor Blvd, Suite 300", "ul. Kwiatowa 5",
        "Storgatan 12",
        "NO 14, JALAN MERANTI 2", "Postfach 10 20 30", "PO Box 88", "Rue des Presses", "Hauptstraße",
    ],
)  # fmt: skip
def test_streets_of_many_countries_are_streets(text):
    assert addresses.is_street(text)


@pytest.mark.parametrize(
    "text", ["Anna Berg", "Verkäufer", "Werbung Pixelfeld", "Quality goods since 1999", "Total", ""]
)
def test_what_has_no_number_and_no_street_is_no_address(text):
    assert not text or not addresses.is_address(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Tel. 0441 998877", LineKind.CONTACT),
        ("www.brugenzoon.nl", LineKind.CONTACT),
        ("USt-IdNr. DE136695976", LineKind.TAX),
        ("HRB 20211 Oldenburg", LineKind.TAX),
        ("IBAN DE12 5001 0517 0648 4898 90", LineKind.BANK),
        ("z. Hd. Frau Jensen", LineKind.ATTENTION),
        ("Attn: Accounts Payable", LineKind.ATTENTION),
        ("Deutschland / Germany", LineKind.COUNTRY),
        ("Rechnungsnummer: 4711", LineKind.FIELD),
        ("Rechnung 4711", LineKind.OTHER),
        ("03.02.2025", LineKind.OTHER),
        ("Brug en Zoon · Kanaalstraat 88 · 3531 CL Utrecht", LineKind.ONE_LINE),
    ],
)
def test_lines_say_what_they_are(text, kind):
    assert kind_of(text) is kind


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Brug en Zoon B.V. | Kanaalstraat 88 | 3531 CL Utrecht", "Brug en Zoon B.V."),
        ("Ateliers Lund SARL - 4 rue Haute - 25000 Besançon - France", "Ateliers Lund SARL"),
        ("Blumen Petersen e.K. ● Marktstr. 9 ● 24937 Flensburg", "Blumen Petersen e.K."),
        ("Kestrel, 12 High Street, York YO1 7AB", "Kestrel"),
        ("88 Pine Street, Seattle, WA 98101", None),
        ("Nougat - 250 g - 5 pieces", None),
    ],
)
def test_a_return_line_begins_with_the_name(text, name):
    span = one_line_name(text)
    assert (text[slice(*span)].strip(" ,") if span else None) == name


@pytest.mark.parametrize(
    "text",
    ["Anna Berg", "telvio", "3K Maschinenbau AG", "L'Atelier", "LE CLIENT", "Mr and Mrs D. Okafor", "1&2 Netz GmbH"],
)
def test_what_may_be_a_name(text):
    assert names.looks_like_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "Rechnung 4711",
        "TAX INVOICE",
        "Frau",
        "© Druckhaus 2020",
        "12345",
        "wir danken für Ihren Auftrag",
        "and so on; or else",
        "Menge",
    ],
)
def test_what_is_no_name(text):
    assert not names.looks_like_name(text)


@pytest.mark.parametrize(
    ("text", "side", "rest"),
    [
        ("Bill To", Side.BUYER, None),
        ("BILL TO:", Side.BUYER, None),
        ("Bill To / Ship To", Side.BUYER, None),
        ("Billed to: Fern Books LLC", Side.BUYER, "Fern Books LLC"),
        ("Rechnung an Linde GmbH", Side.BUYER, "Linde GmbH"),
        ("Adresse du client", Side.BUYER, None),
        ("Adressedefacturation", None, None),
        ("Factuuradres", Side.BUYER, None),
        ("Spett.le Ditta Rossi", Side.BUYER, "Ditta Rossi"),
        ("Datos del cliente", Side.BUYER, None),
        ("Verkäufer:", Side.SELLER, None),
        ("Cedente/prestatore (fornitore)", Side.SELLER, None),
        ("Lieferanschrift", Side.DELIVERY, None),
        ("Livraison: adresse, références", Side.DELIVERY, None),
        ("Représentant fiscal", Side.OTHER, None),
        ("BlLL T0:", Side.BUYER, None),
        ("Rechnungsempfanger", Side.BUYER, None),
        ("Le Client", None, None),
        ("Kundennummer", None, None),
        ("Invoice", None, None),
        ("Total", None, None),
    ],
)
def test_labels_say_whose_address_follows(text, side, rest):
    label = party_label(text)
    assert (label.side if label else None) is side
    assert (text[label.rest_at :] if label and label.rest_at is not None else None) == rest


@pytest.mark.parametrize(
    ("text", "side"),
    [("Ihre USt-IdNr.", Side.BUYER), ("N° TVA client", Side.BUYER), ("Uw BTW nummer", Side.BUYER),
     ("Our VAT no.", Side.SELLER),
     ("Unsere USt-IdNr.", Side.SELLER), ("USt-IdNr.", None)],
)  # fmt: skip
def test_possessives_say_whose_number_it_is(text, side):
    assert owner_of(text) is side


def test_rows_that_announce_a_name():
    assert is_name_row("Raison sociale :")
    assert is_name_row("Name:")
    assert not is_name_row("Username:")


def page_of(*texts):
    words = []
    for line, text in enumerate(texts):
        x = 50.0
        for token in text.split():
            words.append(
                Word(text=token, box=Box(x, 50 + 14 * line, x + 5 * len(token), 60 + 14 * line), size_pt=10, line=line)
            )
            x += 5 * len(token) + 3
    return Page(index=0, width_pt=595, height_pt=842, words=tuple(words))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("USt-IdNr. DE136695976", NumberKind.VAT, "DE136695976"),
        ("USt-IdNr. DE09687654321", NumberKind.VAT, "DE09687654321"),
        ("N° TVA : FR 40 303 265 045", NumberKind.VAT, "FR40303265045"),
        ("BTW BE 0456.789.123", NumberKind.VAT, "BE0456789123"),
        ("CHE-123.456.789 MWST", NumberKind.VAT, "CHE123456789"),
        ("GSTIN: 27AABCS1234F1Z5", NumberKind.VAT, "27AABCS1234F1Z5"),
        ("P. IVA 02233445566", NumberKind.VAT, "02233445566"),
        ("Steuernummer: 64/222/11111", NumberKind.TAX, "64/222/11111"),
        ("SIRET 512 345 678 00021", NumberKind.TAX, "512 345 678 00021"),
    ],
)
def test_tax_registrations_are_read_with_their_labels(text, kind, value):
    [number] = numbers_of(lines_of(page_of(text)))
    assert (number.kind, number.value) == (kind, value)


@pytest.mark.parametrize(
    "text",
    [
        "IBAN DE12 5001 0517 0648 4898 90",
        "TVA 20,0 % 120,00",
        "WEEE-Reg.-Nr. DE87654321",
        "Kundennummer 123456789",
        "MwSt 213.57 CHF",
        "Tel. 0441 998877",
    ],
)
def test_other_numbers_are_no_tax_registrations(text):
    assert numbers_of(lines_of(page_of(text))) == ()


@pytest.mark.parametrize("text", ["USt-ID DE136695976", "USt-ID: DE136695976", "VAT ID DE136695976"])
def test_the_last_word_of_a_label_is_no_country(text):
    [number] = numbers_of(lines_of(page_of(text)))
    assert (number.value, number.valid) == ("DE136695976", True)


def test_a_number_under_its_label_belongs_to_it():
    [number] = numbers_of(lines_of(page_of("USt-IdNr", "DE123456789")))
    assert (number.value, number.label, number.valid) == ("DE123456789", "USt-IdNr", False)


@given(st.text(max_size=80))
def test_any_text_is_some_kind_of_line(text):
    assert kind_of(text) in LineKind
    span = one_line_name(text)
    assert span is None or 0 <= span[0] < span[1] <= len(text)


@given(st.text(max_size=60))
def test_a_label_with_a_rest_leaves_some_of_the_text(text):
    label = party_label(text)
    assert label is None or label.rest_at is None or 0 < label.rest_at < len(text.strip())


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40), max_size=6))
def test_numbers_stand_where_they_say(texts):
    for number in numbers_of(lines_of(page_of(*texts))):
        printed = number.line.segment.text
        assert 0 <= number.start < number.end <= len(printed)
        assert any(c.isdigit() for c in printed[number.start : number.end])
