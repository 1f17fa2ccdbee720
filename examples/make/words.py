"""What is printed around the values, and how amounts and dates are written, by language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    title: str
    credit_title: str
    number: str
    date: str
    due: str
    order: str
    bill_to: str
    vat_id: str
    page: str
    columns: tuple[str, str, str, str, str, str]
    """Article, description, quantity, unit price, tax rate, line total."""
    subtotal: str
    tax: str
    """With `{rate}`."""
    total: str
    carried: str
    bank: str
    thanks: str
    date_format: str
    thousands: str
    decimal: str

    def amount(self, value: Decimal, places: int = 2) -> str:
        text = f"{value:,.{places}f}"
        return text.translate(str.maketrans({",": self.thousands, ".": self.decimal}))

    def day(self, value: dt.date) -> str:
        return value.strftime(self.date_format)


WORDS = {
    "en-us": Words(
        title="INVOICE", credit_title="CREDIT MEMO", number="Invoice No.", date="Invoice Date", due="Due Date",
        order="PO Number", bill_to="Bill To", vat_id="Tax ID", page="Page {page} of {pages}",
        columns=("Item", "Description", "Qty", "Unit Price", "Tax", "Amount"), subtotal="Subtotal",
        tax="Sales Tax ({rate}%)", total="Total Due", carried="Carried forward", bank="Remit to",
        thanks="Thank you for your business.", date_format="%m/%d/%Y", thousands=",", decimal=".",
    ),
    "en-gb": Words(
        title="Tax Invoice", credit_title="Credit Note", number="Invoice number", date="Date of issue", due="Payment due",
        order="Your order", bill_to="Invoice to", vat_id="VAT Reg No", page="Page {page} of {pages}",
        columns=("Code", "Description", "Quantity", "Price", "VAT %", "Net amount"), subtotal="Net total",
        tax="VAT {rate}%", total="Total payable", carried="Carried forward", bank="Bank details",
        thanks="Payment within 30 days, please quote the invoice number.", date_format="%d %B %Y", thousands=",",
        decimal=".",
    ),
    "de": Words(
        title="Rechnung", credit_title="Gutschrift", number="Rechnungsnummer", date="Rechnungsdatum", due="Zahlbar bis",
        order="Ihre Bestellung", bill_to="Rechnungsempfänger", vat_id="USt-IdNr.", page="Seite {page} von {pages}",
        columns=("Art.-Nr.", "Bezeichnung", "Menge", "Einzelpreis", "USt.", "Gesamtpreis"), subtotal="Nettobetrag",
        tax="zzgl. {rate} % USt.", total="Gesamtbetrag", carried="Übertrag", bank="Bankverbindung",
        thanks="Vielen Dank für Ihren Auftrag.", date_format="%d.%m.%Y", thousands=".", decimal=",",
    ),
    "fr": Words(
        title="FACTURE", credit_title="AVOIR", number="Facture n°", date="Date de facturation", due="Date d'échéance",
        order="Bon de commande", bill_to="Facturé à", vat_id="N° TVA", page="Page {page}/{pages}",
        columns=("Réf.", "Désignation", "Qté", "P.U. HT", "TVA", "Total HT"), subtotal="Total HT",
        tax="TVA {rate} %", total="Total TTC", carried="Report", bank="Coordonnées bancaires",
        thanks="Pas d'escompte pour paiement anticipé.", date_format="%d/%m/%Y", thousands=" ", decimal=",",
    ),
    "es": Words(
        title="Factura", credit_title="Factura rectificativa", number="N.º de factura", date="Fecha de emisión",
        due="Fecha de vencimiento", order="Pedido", bill_to="Cliente", vat_id="NIF", page="Página {page} de {pages}",
        columns=("Ref.", "Concepto", "Cantidad", "Precio", "IVA", "Importe"), subtotal="Base imponible",
        tax="IVA {rate} %", total="Total factura", carried="Suma y sigue", bank="Cuenta bancaria",
        thanks="Gracias por su confianza.", date_format="%d/%m/%Y", thousands=".", decimal=",",
    ),
    "it": Words(
        title="FATTURA", credit_title="NOTA DI CREDITO", number="Numero documento", date="Data documento",
        due="Scadenza", order="Rif. ordine", bill_to="Destinatario", vat_id="P.IVA", page="Pag. {page} di {pages}",
        columns=("Codice", "Descrizione", "Q.tà", "Prezzo unit.", "IVA", "Importo"), subtotal="Imponibile",
        tax="IVA {rate}%", total="Totale documento", carried="Riporto", bank="Coordinate bancarie",
        thanks="Contributo ambientale assolto ove dovuto.", date_format="%d/%m/%Y", thousands=".", decimal=",",
    ),
    "nl": Words(
        title="Factuur", credit_title="Creditnota", number="Factuurnummer", date="Factuurdatum", due="Vervaldatum",
        order="Ordernummer", bill_to="Factuuradres", vat_id="Btw-nummer", page="Pagina {page} van {pages}",
        columns=("Artikel", "Omschrijving", "Aantal", "Prijs", "Btw", "Bedrag"), subtotal="Subtotaal excl. btw",
        tax="Btw {rate}%", total="Totaal incl. btw", carried="Transport", bank="Bankrekening",
        thanks="Op al onze leveringen zijn onze voorwaarden van toepassing.", date_format="%d-%m-%Y", thousands=".",
        decimal=",",
    ),
}  # fmt: skip
