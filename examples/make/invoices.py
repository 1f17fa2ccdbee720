"""The invented invoices."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from examples.make.model import Invoice, Line, Party

D = Decimal


def line(description: str, quantity: str, unit: str, price: str, rate: str, article: str = "") -> Line:
    return Line(description=description, quantity=D(quantity), unit=unit, unit_price=D(price), tax_rate=D(rate), article=article)  # fmt: skip


KELLERMANN = Party(
    name="Kellermann & Söhne Holzbau GmbH", street="Am Sägewerk 14", city="83022 Rosenheim", country="Deutschland",
    vat_id="DE908172631", email="buchhaltung@kellermann-holzbau.example",
)  # fmt: skip
LINDENHOF = Party(name="Hotel Lindenhof KG", street="Seeuferstraße 3", city="83684 Tegernsee", country="Deutschland")
BRIGHTWATER = Party(
    name="Brightwater Studio LLC", street="2210 Alder Avenue", city="Portland, OR 97205", country="USA",
    email="billing@brightwater.example", phone="(503) 555-0142",
)  # fmt: skip
QUARRY = Party(
    name="Quarry Hill Outfitters, Inc.", street="88 Mill Pond Road", city="Burlington, VT 05401", country="USA"
)
VERGERS = Party(
    name="Les Vergers du Lac SARL", street="7 chemin des Pommiers", city="74000 Annecy", country="France",
    vat_id="FR36918473026", email="contact@vergersdulac.example",
)  # fmt: skip
BOULANGE = Party(name="Boulangerie Ferrand", street="19 rue de la République", city="69002 Lyon", country="France")
ALMENDRO = Party(
    name="Cerámicas El Almendro S.L.", street="Calle del Horno 25", city="46001 Valencia", country="España",
    vat_id="ESB46019287",
)  # fmt: skip
MIRADOR = Party(
    name="Restaurante Mirador del Puerto S.A.", street="Paseo Marítimo 102", city="29016 Málaga", country="España",
    vat_id="ESA29016375",
)  # fmt: skip
CASALE = Party(
    name="Officine Casale S.r.l.", street="Via dell'Artigianato 8", city="40131 Bologna", country="Italia",
    vat_id="IT09182736455",
)  # fmt: skip
TRAMONTO = Party(name="Cantina Tramonto S.p.A.", street="Strada Provinciale 12", city="53024 Montalcino", country="Italia", vat_id="IT08273645104")  # fmt: skip
WATERMOLEN = Party(
    name="De Watermolen Papier B.V.", street="Molendijk 41", city="7411 KP Deventer", country="Nederland",
    vat_id="NL809127362B01", email="administratie@watermolen.example",
)  # fmt: skip
NOORD = Party(name="Drukkerij Noorderlicht", street="Stationsweg 9", city="9711 AS Groningen", country="Nederland")
HARBOUR = Party(
    name="Harbourside Catering Ltd", street="Unit 4, Fishmarket Lane", city="Bristol BS1 4SB", country="United Kingdom",
    vat_id="GB918273608", email="accounts@harbourside.example",
)  # fmt: skip
ASHDOWN = Party(name="Ashdown & Pryce Solicitors LLP", street="12 Queen Square", city="Bath BA1 2HN", country="United Kingdom")  # fmt: skip

BANKS = {
    "de": {"iban": "DE02120300000000202051", "bic": "BYLADEM1001", "bank": "Musterbank Rosenheim"},
    "fr": {"iban": "FR1420041010050500013M02606", "bic": "PSSTFRPPLYO", "bank": "Banque du Léman"},
    "es": {"iban": "ES9121000418450200051332", "bic": "CAIXESBBXXX", "bank": "Caja del Levante"},
    "it": {"iban": "IT60X0542811101000000123456", "bic": "BLOPIT22XXX", "bank": "Banca dei Portici"},
    "nl": {"iban": "NL91ABNA0417164300", "bic": "ABNANL2A", "bank": "IJsselbank"},
    "gb": {"iban": "GB29NWBK60161331926819", "bic": "NWBKGB2L", "bank": "Severn Bank"},
}

TIMBER = Invoice(
    stem="timber_de", number="RE-2026-0417", issued=dt.date(2026, 4, 17), due=dt.date(2026, 5, 17), seller=KELLERMANN,
    buyer=LINDENHOF, currency="EUR", order_number="B-7731", **BANKS["de"],
    lines=(
        line("Dachlatten Fichte 30 x 50 mm", "240", "m", "1.35", "19", "HL-3050"),
        line("Balkonbretter Lärche, gehobelt", "36.5", "m", "14.80", "19", "BL-2714"),
        line("Montage vor Ort", "12", "Std.", "62.00", "19", "MO-01"),
        line("Anfahrtspauschale", "1", "psch.", "85.00", "19", "AN-01"),
    ),
)  # fmt: skip
STUDIO = Invoice(
    stem="studio_us", number="BW-10482", issued=dt.date(2026, 3, 9), due=dt.date(2026, 4, 8), seller=BRIGHTWATER,
    buyer=QUARRY, currency="USD", order_number="QH-2291",
    lines=(
        line("Catalog photography, half day", "3", "", "1450.00", "0", "PH-HD"),
        line("Retouching, per image", "64", "", "18.50", "0", "RT-01"),
        line("Prop rental", "1", "", "312.75", "0", "PR-99"),
    ),
)  # fmt: skip
ORCHARD = Invoice(
    stem="orchard_facturx_fr", number="FA2026-118", issued=dt.date(2026, 6, 2), due=dt.date(2026, 7, 2), seller=VERGERS,
    buyer=BOULANGE, currency="EUR", **BANKS["fr"],
    lines=(
        line("Compote de pommes, seau 10 kg", "8", "seau", "31.90", "5.5", "CP10"),
        line("Jus de pomme trouble 1 L", "120", "btl", "2.15", "5.5", "JP01"),
        line("Palette consignée", "2", "pce", "18.00", "20", "PAL"),
    ),
)  # fmt: skip
TILES = Invoice(
    stem="tiles_es", number="2026/00351", issued=dt.date(2026, 2, 26), due=dt.date(2026, 3, 28), seller=ALMENDRO,
    buyer=MIRADOR, currency="EUR", **BANKS["es"],
    lines=(
        line("Azulejo esmaltado azul 15x15", "18.40", "m2", "42.50", "21", "AZ-15"),
        line("Cenefa pintada a mano", "96", "ud", "6.20", "21", "CE-07"),
        line("Transporte", "1", "ud", "74.00", "21", "TR"),
    ),
)  # fmt: skip
WORKSHOP = Invoice(
    stem="workshop_it", number="417/B", issued=dt.date(2026, 5, 12), due=dt.date(2026, 6, 30), seller=CASALE,
    buyer=TRAMONTO, currency="EUR", **BANKS["it"],
    lines=(
        line("Revisione pompa enologica", "2", "pz", "485.00", "22", "RV-12"),
        line("Guarnizione EPDM", "24", "pz", "3.85", "22", "GU-40"),
        line("Manodopera officina", "6.5", "h", "48.00", "22", "MAN"),
    ),
)  # fmt: skip
PAPER_CREDIT = Invoice(
    stem="paper_credit_nl", number="C2026-0093", issued=dt.date(2026, 7, 21), due=None, seller=WATERMOLEN, buyer=NOORD,
    currency="EUR", credit_note=True, **BANKS["nl"],
    lines=(
        line("Retour: Biotop 120 g, 70 x 100", "-2500", "vel", "0.31", "21", "BT120"),
        line("Retourkosten", "1", "st", "45.00", "21", "RET"),
    ),
)  # fmt: skip
_MENU = (
    ("Breakfast platter / pastries, fruit, juice", "12", "tray", "38.50", "PLB"), ("Filter coffee flask / serves ten", "20", "ea", "16.00", "COF"),
    ("Tea selection / serves ten", "14", "ea", "14.50", "TEA"), ("Sandwich lunch / two rounds each, crisps", "85", "pers", "9.75", "SWL"),
    ("Vegan salad bowl / grains, beans, greens", "25", "pers", "11.20", "VSB"), ("Soup of the day / with sourdough", "40", "pers", "6.40", "SOU"),
    ("Cheese board / five cheeses", "4", "ea", "52.00", "CHB"), ("Fruit basket / seasonal", "6", "ea", "27.00", "FRB"),
    ("Still water 750 ml / glass bottle", "60", "btl", "2.10", "WST"), ("Sparkling water 750 ml / glass bottle", "48", "btl", "2.10", "WSP"),
    ("Orange juice 1 L / freshly pressed", "15", "btl", "5.60", "OJ1"), ("Canapé selection / eight pieces", "45", "pers", "14.00", "CAN"),
    ("Hot fork buffet / two mains, sides", "60", "pers", "22.80", "HFB"), ("Dessert table / four kinds", "60", "pers", "7.90", "DES"),
    ("House white wine / bottle", "18", "btl", "19.50", "HWW"), ("House red wine / bottle", "18", "btl", "19.50", "HRW"),
    ("Local pale ale 500 ml / bottle", "48", "btl", "4.80", "LPA"), ("Alcohol-free lager / bottle", "24", "btl", "3.90", "AFL"),
    ("Waiting staff / per hour", "32", "h", "18.75", "STF"), ("Bar staff / per hour", "10", "h", "19.50", "BAR"),
    ("Linen hire / table cloths", "14", "ea", "8.25", "LIN"), ("Glassware hire / crate of 36", "9", "crate", "13.40", "GLA"),
    ("Crockery hire / place setting", "85", "set", "2.35", "CRO"), ("Chair covers / white", "85", "ea", "2.35", "CHC"),
    ("Table flowers / small", "14", "ea", "12.00", "FLS"), ("Table flowers / small", "14", "ea", "12.00", "FLS"),
    ("Delivery and collection / Bath", "2", "ea", "45.00", "DEL"), ("Waste removal / recycling", "1", "ea", "60.00", "WAS"),
)  # fmt: skip
CATERING = Invoice(
    stem="catering_two_pages_gb", number="HC/26/0788", issued=dt.date(2026, 9, 30), due=dt.date(2026, 10, 30),
    seller=HARBOUR, buyer=ASHDOWN, currency="GBP", **BANKS["gb"],
    lines=tuple(line(text, quantity, unit, price, "20", code) for text, quantity, unit, price, code in _MENU),
)  # fmt: skip
WRONG_SUM = Invoice(
    stem="wrong_sum_de", number="RE-2026-0502", issued=dt.date(2026, 5, 2), due=dt.date(2026, 6, 1), seller=KELLERMANN,
    buyer=Party(name="Gasthof Zur Post", street="Marktplatz 1", city="83512 Wasserburg", country="Deutschland"),
    currency="EUR", **BANKS["de"], printed_total=Decimal("1099.36"),
    lines=(
        line("Eichendielen geölt 20 mm", "12.5", "m2", "64.00", "19", "ED-20"),
        line("Sockelleisten Eiche", "22", "m", "5.60", "19", "SL-02"),
    ),
)  # fmt: skip
ENCRYPTED = Invoice(
    stem="encrypted_fr", number="FA2026-131", issued=dt.date(2026, 6, 30), due=dt.date(2026, 7, 30), seller=VERGERS,
    buyer=Party(name="Crêperie du Vieux Port", street="4 quai des Brumes", city="56000 Vannes", country="France"),
    currency="EUR", **BANKS["fr"],
    lines=(line("Cidre fermier brut 75 cl", "60", "btl", "4.35", "20", "CF75"),),
)  # fmt: skip
SCANNED = Invoice(
    stem="scanned_us", number="BW-10517", issued=dt.date(2026, 5, 21), due=dt.date(2026, 6, 20), seller=BRIGHTWATER,
    buyer=Party(name="Pinecrest Dental Group", street="501 Harbor Street", city="Bangor, ME 04401", country="USA"),
    currency="USD",
    lines=(
        line("Portrait session, team of 14", "1", "", "980.00", "0", "PT-14"),
        line("Additional retouching", "9", "", "25.00", "0", "RT-02"),
    ),
)  # fmt: skip
XRECHNUNG = Invoice(
    stem="xrechnung_de", number="RE-2026-0533", issued=dt.date(2026, 5, 28), due=dt.date(2026, 6, 27), seller=KELLERMANN,
    buyer=Party(name="Stadt Bad Aibling", street="Rathausplatz 2", city="83043 Bad Aibling", country="Deutschland"),
    currency="EUR", order_number="04-011-9", **BANKS["de"],
    lines=(
        line("Sitzbank Robinie, 180 cm", "6", "Stk", "389.00", "19", "SB-180"),
        line("Lieferung und Aufstellung", "1", "psch.", "240.00", "19", "LA-02"),
    ),
)  # fmt: skip
