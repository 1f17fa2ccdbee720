"""The built-in schema `receipt`: what a till prints when something was bought and paid."""
# ruff: noqa: E501 - lists of words

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
from decimal import Decimal  # noqa: TC003
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict

from schemas.ask import Ask, words
from schemas.builtin import labels
from schemas.builtin.numbers import dutch, english, german, spanish

RECEIPT_NUMBER = Ask(
    "Receipt number", "Number of the receipt, as printed", "code", compare="exact", max_length=60,
    labels=(
        *english("Receipt", "Invoice", "Bill", "Ticket", "Transaction", "Trans.", "Document", "Cash bill", "Order", "Check", "Slip", "Doc", "Rcpt"), "Receipt", "Trn", "Inv",
        *german("Bon", "Beleg", "Rechnungs", "Quittungs", "Kassenbon"), "Bon", "Beleg", "TA-Nr.",
        *words("N° ticket | Ticket n° | N° de ticket | Ticket | N° de facture | Facture n° | N° reçu | Scontrino n. | Documento n. | Doc. n. | N. scontrino | N. documento"),
        *spanish("ticket", "factura", "recibo"), "Factura simplificada", "Fatura simplificada", "Fatura-recibo", *dutch("Bon", "Kassabon", "Transactie", "Ticket"),
        *words("Nr paragonu | Paragon nr | Kvittonr | Kvitto nr | Bonnr. | Kvittering nr."),
    ),
)  # fmt: skip
DATE = Ask(
    "Date", "Day of the purchase", "date", compare="date",
    labels=words(
        "Date | Date/Time | Date & time | Invoice date | Transaction date | Date of purchase | Receipt date | Bill date | Trans. date | Doc. date | Document date | Printed"
        "| Sales date | Datum | Datum/Uhrzeit | Belegdatum | Kaufdatum | Rechnungsdatum | Date et heure | Le | Fecha | Fecha y hora | Fecha/Hora | Data | Data/Ora | Data e ora"
        "| Data emissão | Datum/tijd | Data sprzedaży | Dato",
    ),
)  # fmt: skip
TIME = Ask(
    "Time", "Time of the purchase", "time", compare="exact",
    labels=words("Time | Time in | Time out | Printed at | Uhrzeit | Zeit | Heure | À | Hora | Ora | Tijd | Godzina | Tid | Kl. | Date/Time | Uhr"),
)  # fmt: skip
PAYMENT_METHOD = Ask(
    "Payment method", "How it was paid", "enum", compare="exact",
    choices={
        "cash": words("Cash | Cash tendered | Bar | Barzahlung | Bargeld | Gegeben bar | Espèces | Especes | Efectivo | Contanti | Contante | Contant | Numerário | Dinheiro"
                      "| Gotówka | Kontant | Kontanter | Tunai"),
        "card": words("Card | Credit card | Debit card | Visa | Mastercard | Master card | Master | Maestro | Amex | American Express | EC-Karte | Girocard | Kartenzahlung | Karte | EC"
                      "| Kreditkarte | Carte | Carte bancaire | CB | Tarjeta | Carta | Carta di credito | Bancomat | Pagamento elettronico | Pin | Pinbetaling | Bankpas | Cartão"
                      "| Multibanco | Karta | Kort | Debit | Credit | V Pay | Visa debit | Diners | Discover | Dankort | Contactless | MyDebit"),
        "mobile": words("Apple Pay | Google Pay | PayPal | Alipay | WeChat Pay | Twint | Bizum | MB Way | Swish | MobilePay | Blik | GrabPay | Touch n Go | Boost | Lydia | UPI"),
        "voucher": words("Voucher | Gift card | Gutschein | Coupon | Bon d'achat | Chèque cadeau | Carte cadeau | Vale | Tarjeta regalo | Buono | Cadeaubon | Ticket restaurant"
                         "| Titre restaurant | Chèque déjeuner"),
        "transfer": words("Bank transfer | Transfer | Überweisung | Virement | Transferencia | Bonifico | Overschrijving | Transferência | Przelew"),
        "cheque": words("Cheque | Check | Scheck | Chèque | Assegno"),
    },
    labels=words(
        "Payment method | Payment | Paid by | Payment type | Tender | Method of payment | Payment mode | Paid with | Zahlungsart | Zahlart | Bezahlt mit | Zahlung | Zahlungsmittel"
        "| Mode de paiement | Règlement | Paiement | Moyen de paiement | Payé par | Forma de pago | Medio de pago | Pago | Pagamento | Modalità di pagamento | Betaalwijze | Betaald met"
        "| Betaalmethode | Forma de pagamento | Modo de pagamento | Forma płatności | Betalningssätt | Betalt med | Betalingsmåde",
    ),
)  # fmt: skip
AMOUNT_PAID = Ask(
    "Paid", "What the customer gave", "money", compare="money",
    labels=words(
        "Cash | Paid | Amount paid | Tendered | Cash tendered | Amount tendered | Payment | Cash received | Received | Visa | Mastercard | Card | Debit | Credit | Tender | Total paid"
        "| Gegeben | Bar | Erhalten | Bezahlt | Gegeben bar | Rückgeld auf | Kartenzahlung | EC-Karte | Reçu | Espèces | Montant reçu | Payé | CB | Carte bancaire | Entregado | Efectivo"
        "| Recibido | Pagado | Contanti | Contante | Pagato | Ricevuto | Importo pagato | Contant | Ontvangen | Betaald | PIN | Entregue | Recebido | Gotówka | Kontant | Betalt",
    ),
)  # fmt: skip
CHANGE = Ask(
    "Change", "What the customer got back", "money", compare="money",
    labels=words(
        "Change | Change due | Cash change | Your change | Balance due back | Rückgeld | Zurück | Rückgeld bar | Wechselgeld | Rendu | Monnaie rendue | Rendu monnaie | Monnaie | À rendre"
        "| Cambio | Vuelta | Su cambio | Resto | Resto contante | Wisselgeld | Terug | Troco | Reszta | Växel | Tillbaka | Byttepenge | Retur | Tilbage | Baki",
    ),
)  # fmt: skip
ROUNDING = Ask(
    "Rounding", "Rounding of the total to the smallest coin", "money", compare="money",
    labels=words(
        "Rounding | Rounding adjustment | Rounding adj. | Rounding adj | Round off | Rounded | Rnd adj | Rounding amount | Round amt | Adj. | Rundung | Rundungsdifferenz | Rundungsausgleich"
        "| Arrondi | Redondeo | Arrotondamento | Afronding | Arredondamento | Zaokrąglenie | Öresavrundning | Avrundning | Afrunding | Öresutjämning",
    ),
)  # fmt: skip


class ReceiptLine(BaseModel):
    """One thing that was bought."""

    description: Annotated[
        str | None, Ask("Description", "What was bought", "text", compare="fuzzy", labels=labels.DESCRIPTION)
    ] = None
    quantity: Annotated[
        Decimal | None,
        Ask("Quantity", "How much was bought", "number", compare="money", decimals=4, labels=labels.QUANTITY),
    ] = None
    unit_price: Annotated[
        Decimal | None,
        Ask("Unit price", "Price of one unit", "money", compare="money", decimals=4, labels=labels.UNIT_PRICE),
    ] = None
    line_total: Annotated[
        Decimal | None, Ask("Line total", "Amount of the line", "money", compare="money", labels=labels.LINE_TOTAL)
    ] = None


class Receipt(BaseModel):
    """A till receipt: where, when, what was bought, and how it was paid."""

    model_config = ConfigDict(title="Receipt")

    merchant_name: Annotated[
        str,
        Ask(
            "Merchant", "Shop or company, as printed at the top", "name", compare="fuzzy", role="issuer",
            labels=words("Merchant | Store | Shop | Company | Sold by | Händler | Firma | Filiale | Markt | Magasin | Société | Tienda | Negozio | Winkel | Loja | Sklep | Butik"),
        ),
    ]  # fmt: skip
    merchant_address: Annotated[
        str | None,
        Ask("Merchant's address", "Postal address of the shop", "address", compare="fuzzy", role="issuer", max_length=300,
            labels=words("Address | Store address | Adresse | Anschrift | Dirección | Indirizzo | Adres | Morada | Endereço | Adress")),
    ] = None  # fmt: skip
    merchant_tax_id: Annotated[
        str | None,
        Ask("Merchant's tax id", "VAT or tax registration of the merchant, as printed", "code", compare="exact", role="issuer", max_length=40,
            labels=words("GST ID | GST no. | GST Reg. No. | GST ID No | VAT no. | VAT ID | VAT Reg. No. | Tax ID | Tax no. | SST ID | Reg. no. | Co. Reg. No. | ABN | GSTIN | EIN",
                         "USt-IdNr. | USt-ID | UID | UID-Nr. | Steuernummer | St.-Nr. | ATU | MwSt.-Nr. | N° TVA | TVA intracommunautaire | SIRET | NIF | CIF | P.IVA | P. IVA"
                         "| Partita IVA | C.F. | BTW | BTW-nr. | Btw-nummer | KVK | Contribuinte | NIPC | NIP | Org.nr | CVR")),
    ] = None  # fmt: skip
    receipt_number: Annotated[str | None, RECEIPT_NUMBER] = None
    date: Annotated[dt.date, DATE]
    time: Annotated[dt.time | None, TIME] = None
    currency: Annotated[
        str | None,
        Ask("Currency", "ISO code of the currency of the amounts", "currency", compare="exact", labels=labels.CURRENCY),
    ] = None
    subtotal: Annotated[
        Decimal | None, Ask("Subtotal", "Sum before tax and rounding", "money", compare="money", labels=labels.SUBTOTAL)
    ] = None
    tax_total: Annotated[
        Decimal | None, Ask("Tax", "Sum of the tax", "money", compare="money", labels=labels.TAX_TOTAL)
    ] = None
    rounding: Annotated[Decimal | None, ROUNDING] = None
    total: Annotated[
        Decimal,
        Ask(
            "Total",
            "What was to pay, with tax and rounding",
            "money",
            compare="money",
            labels=(*labels.TOTAL, *labels.AMOUNT_DUE),
        ),
    ]
    payment_method: Annotated[
        Literal["cash", "card", "mobile", "voucher", "transfer", "cheque"] | None, PAYMENT_METHOD
    ] = None
    amount_paid: Annotated[Decimal | None, AMOUNT_PAID] = None
    change: Annotated[Decimal | None, CHANGE] = None
    line_items: Annotated[list[ReceiptLine], Ask("Line items", "The things that were bought")] = []
