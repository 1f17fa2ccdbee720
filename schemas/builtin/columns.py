"""The tables of an invoice: its lines, and the breakdown of its tax."""
# ruff: noqa: E501 - lists of words

from __future__ import annotations

from decimal import Decimal  # noqa: TC003 - pydantic reads the annotations
from typing import Annotated

from pydantic import BaseModel

from schemas.ask import Ask, words
from schemas.builtin import labels

POSITION = Ask(
    "Position", "Number of the line on the document", "code", compare="exact", max_length=20,
    labels=words(
        "Pos. | Pos | # | Line | No. | Item no. | Line no. | No | Ln | Sr. no. | S. no. | Sl. no. | Position | Lfd. Nr. | Nr. | Posnr. | Pos.-Nr. | Nr"
        "| Zeile | Ligne | N° ligne | N° | Línea | Nº | Lín. | Riga | N. | Regel | Linha | N.º | Lp. | L.p. | Rad | Linje",
    ),
)  # fmt: skip
ARTICLE_NUMBER = Ask(
    "Article number", "The seller's number of the article", "code", compare="exact", max_length=60,
    labels=words(
        "Article no. | Article number | Item no. | Item number | SKU | Product code | Item code | Part no. | Part number | Product no. | Code | Item # | Part #"
        "| Reference | Ref. | Ref | Catalog no. | Stock code | Product ID | Material | HSN | HSN/SAC | HSN code | UPC | EAN | GTIN | Model | Material no.",
        "Artikelnummer | Artikel-Nr. | Art.-Nr. | Art.Nr. | Artikelnr. | Art. Nr. | Bestellnummer | Best.-Nr. | Materialnummer | Produktnummer | Produkt-Nr."
        "| Art-Nr. | Artikel Nr. | Sachnummer | Material-Nr. | Teilenummer | Artikel-Nummer | ArtNr. | Artnr.",
        "Référence | Réf. | Réf | Code article | Code | N° article | Référence article | Réf. article | Code produit",
        "Referencia | Ref. | Código | Cód. | Código artículo | Cód. artículo | Codice | Cod. | Codice articolo | Cod. art. | Cod. articolo | Riferimento | Rif.",
        "Artikelcode | Artikelnr. | Art.nr. | Productcode | Referentie | Referência | Código | Cód. | Artigo | Indeks | Kod | PKWiU | Artikelnr | Art. nr | Varenr.",
    ),
)  # fmt: skip
UNIT = Ask(
    "Unit", "Unit of the quantity, as printed", "text", compare="fuzzy", max_length=30,
    labels=words(
        "Unit | UOM | U/M | UM | Units | Unit of measure | Per | Einheit | Einh. | ME | EH | Mengeneinheit | Einh | Unité | U. | Un. | Unité de mesure | Unidad"
        "| Ud. | U.M. | Um | Unità | Unità di misura | Eenheid | Eenh. | Unidade | Un | Jm | J.m. | Jedn. | J.m | Enhet | Enh. | Enhed | Verp.",
    ),
)  # fmt: skip
RATE = Ask(
    "Tax rate", "Tax rate in percent", "percent", compare="money",
    labels=words(
        "VAT | VAT % | VAT rate | Tax | Tax % | Tax rate | GST % | GST rate | GST | VAT code | Sales tax | % VAT | Rate | Taxes | HST | Tax code | SST %",
        "MwSt. | USt. | MwSt.-Satz | USt.-Satz | MwSt. % | USt. % | MwSt | USt | Steuersatz | Steuer | MwSt-Satz | USt-Satz | St.-Satz | Satz | MwSt. in % | USt %"
        "| MwSt % | Mehrwertsteuer | Umsatzsteuer | Steuer % | Umsatzsteuersatz | Mehrwertsteuersatz | MwSt.satz | Steuers. | % | MWST | Steuerkategorie",
        "TVA | TVA % | Taux TVA | Taux | % TVA | T.V.A. | Taux de TVA | Tx TVA | Taux de T.V.A. | Tx | TVA (%) | Taxe",
        "IVA | IVA % | % IVA | Tipo IVA | Tipo | Tipo de IVA | Aliquota | Aliquota IVA | Aliq. IVA | Aliq. | Cod. IVA | C.I. | % I.V.A. | I.V.A.",
        "Btw | BTW | Btw % | BTW % | BTW-tarief | Btw-tarief | Btw-percentage | Btw % | % btw | Taxa IVA | Taxa | Tx. IVA | Taxa de IVA | VAT | Stawka VAT | Stawka"
        "| Moms | Moms % | Moms-% | Momssats | Skattesats",
    ),
)  # fmt: skip


class LineItem(BaseModel):
    """One line of the invoice: what was delivered, how much of it, at what price."""

    position: Annotated[str | None, POSITION] = None
    article_number: Annotated[str | None, ARTICLE_NUMBER] = None
    description: Annotated[
        str | None,
        Ask("Description", "What was delivered", "text", compare="fuzzy", max_length=1000, labels=labels.DESCRIPTION),
    ] = None
    quantity: Annotated[
        Decimal | None,
        Ask("Quantity", "How much was delivered", "number", compare="money", decimals=4, labels=labels.QUANTITY),
    ] = None
    unit: Annotated[str | None, UNIT] = None
    unit_price: Annotated[
        Decimal | None,
        Ask(
            "Unit price",
            "Price of one unit, as printed",
            "money",
            compare="money",
            decimals=4,
            labels=labels.UNIT_PRICE,
        ),
    ] = None
    discount: Annotated[
        Decimal | None,
        Ask(
            "Discount", "Discount on the line, in percent", "percent", compare="money",
            labels=words(
                "Discount | Disc. | Disc | Discount % | Disc. % | Disc % | % Disc. | Rebate | Allowance | Rabatt | Rabatt % | Rab. | Rab.% | Nachlass | Rabatt in %",
                "Remise | Rem. | Remise % | % Remise | Rem. % | Rabais | Escompte | Descuento | Dto. | Dto | % Dto. | Desc. | Dto. % | Sconto | Sc. | Sconto % | Sc. %",
                "Korting | Korting % | Kort. | Desconto | Desc. % | % Desc. | Desc | Rabat | Rabat % | Rab %",
            ),
        ),
    ] = None  # fmt: skip
    tax_rate: Annotated[Decimal | None, RATE] = None
    line_total: Annotated[
        Decimal | None,
        Ask("Line total", "Amount of the line, as printed", "money", compare="money", labels=labels.LINE_TOTAL),
    ] = None


class TaxLine(BaseModel):
    """One rate of the tax breakdown."""

    rate: Annotated[Decimal | None, RATE]
    base: Annotated[
        Decimal | None,
        Ask(
            "Taxable amount", "Amount that is taxed at this rate, without the tax", "money", compare="money",
            labels=words(
                "Taxable amount | Net | Net amount | Base | Basis | Goods | Taxable | Taxable value | Tax base | Amount | Subtotal | Net value | Taxable basis"
                "| Basis amount | VAT base | Amt | Amount (RM) | Sales",
                "Netto | Nettobetrag | Bemessungsgrundlage | Basis | Warenwert | Nettosumme | Steuerbasis | Summe netto | Grundbetrag | Nettowert | Entgelt | Umsatz"
                "| Steuerpflichtig | Basisbetrag | Betrag netto",
                "Base HT | Montant HT | Base | Total HT | Base TVA | Base imposable | HT | Bases HT | Base H.T. | Assiette | Montant base | Base de TVA",
                "Base imponible | Base | Imponibile | Importe | Totale imponibile | Importo | Maatstaf | Grondslag | Excl. btw | Bedrag excl. | Over | Netto",
                "Base tributável | Incidência | Base | Valor | Wartość netto | Netto | Underlag | Grundlag | Momsgrundlag | Belopp | Beløb | Base de incidência",
            ),
        ),
    ]  # fmt: skip
    amount: Annotated[
        Decimal | None,
        Ask("Tax amount", "Tax at this rate", "money", compare="money", labels=("Tax", "Amount", *labels.TAX_TOTAL)),
    ]
