"""The built-in schema `invoice`: what a seller asks a buyer to pay for, as printed."""
# ruff: noqa: E501 - lists of words

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
from decimal import Decimal  # noqa: TC003
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict

from schemas.ask import Ask, words
from schemas.builtin import labels
from schemas.builtin.columns import LineItem, TaxLine  # noqa: TC001 - pydantic reads the annotations
from schemas.builtin.numbers import dutch, english, french, german, italian, portuguese, spanish
from schemas.builtin.parties import (
    BIC,
    BUYER_ADDRESS,
    BUYER_NAME,
    BUYER_VAT_ID,
    IBAN,
    SELLER_ADDRESS,
    SELLER_EMAIL,
    SELLER_NAME,
    SELLER_TAX_NUMBER,
    SELLER_VAT_ID,
)

DOCUMENT_TYPE = Ask(
    "Document type", "What the document calls itself", "enum", compare="exact",
    choices={
        "invoice": words(
            "Invoice | Tax invoice | Commercial invoice | VAT invoice | Sales invoice | Rechnung | Facture | Factura | Fattura | Factuur | Fatura | Faktura"
            "| Faktura VAT | Nota fiscal | Schlussrechnung | Teilrechnung | Final invoice | Facture de solde | Honorarnote | Liquidation | Nota | Cash invoice",
        ),
        "credit_note": words(
            "Credit note | Credit memo | Credit invoice | Gutschrift | Stornorechnung | Storno | Rechnungsgutschrift | Avoir | Facture d'avoir | Note de crédit"
            "| Nota de crédito | Nota di credito | Creditnota | Creditfactuur | Abono | Factura de abono | Kreditfaktura | Kreditnota | Credit",
        ),
        "correction": words(
            "Corrected invoice | Correction invoice | Corrective invoice | Rechnungskorrektur | Korrekturrechnung | Berichtigte Rechnung | Facture rectificative"
            "| Factura rectificativa | Fattura rettificativa | Faktura korygująca | Correctiefactuur",
        ),
        "prepayment": words(
            "Prepayment invoice | Deposit invoice | Advance invoice | Anzahlungsrechnung | Abschlagsrechnung | Facture d'acompte | Factura de anticipo"
            "| Fattura di acconto | Voorschotfactuur | Faktura zaliczkowa",
        ),
        "proforma": words("Proforma invoice | Pro forma invoice | Proforma-Rechnung | Proformarechnung | Facture proforma | Factura proforma | Fattura proforma"
                          "| Pro-forma factuur | Pro forma"),
        "reminder": words("Reminder | Payment reminder | Dunning notice | Mahnung | Zahlungserinnerung | Relance | Rappel | Recordatorio de pago | Sollecito"
                          "| Betalingsherinnering | Aanmaning"),
        "statement": words("Statement | Statement of account | Account statement | Kontoauszug | Relevé de compte | Estado de cuenta | Estratto conto"),
    },
)  # fmt: skip
INVOICE_NUMBER = Ask(
    "Invoice number", "Number of the invoice or credit note, as printed", "code", compare="exact", max_length=60,
    labels=(
        *english("Invoice", "Credit note", "Document", "Bill", "Inv.", "Credit memo", "Tax invoice"), "Invoice", "Number", "Our invoice", "Invoice reference",
        "Reference number", "Doc. no.", "Inv no", "Invoice ref.",
        *german("Rechnungs", "Beleg", "Gutschrifts", "Dokument"), "Rg.-Nr.", "Rg. Nr.", "Re.-Nr.", "Re-Nr.", "RE-Nr.", "RgNr.", "Rech.-Nr.", "Rechn.-Nr.",
        "Rechnung", "Gutschrift Nr.", "Rechnung Nr", "Beleg", "Rechnungs Nr.", "Rechnungskorrektur Nr.", "Korrekturrechnung Nr.", "Vorgangsnummer", "Rg-Nr.",
        *french("facture", "avoir", "document"), "Facture", "Avoir", "Avoir n°", "Facture d'avoir N°", "Pièce n°", "N° pièce", "N° de pièce", "Référence facture",
        *spanish("factura", "documento"), "Factura", "Nº fra.", "Fra. nº", "Nº de abono",
        *italian("fattura", "documento"), "Fattura", "Fattura n", "Ft. n.", "Nota di credito n.", "Parcella n.",
        *dutch("Factuur", "Nota", "Creditnota"), "Factuur", "Fact. nr.", "Factuur #",
        *portuguese("fatura", "factura", "nota fiscal"), "Fatura", "Fatura-recibo n.º", "NF-e nº", "Documento nº", "Nº documento",
        *words("Numer faktury | Nr faktury | Faktura nr | Faktura VAT nr | Faktura numer | Fakturanummer | Fakturanr | Fakturanr. | Faktura nr. | Faktura"),
    ),
)  # fmt: skip
ISSUE_DATE = Ask(
    "Invoice date", "Day on which the invoice was issued", "date", compare="date",
    labels=words(
        "Invoice date | Date of invoice | Issue date | Date of issue | Date issued | Issued | Issued on | Date | Bill date | Billing date | Document date | Tax date"
        "| Dated | Invoice dated | Credit note date | Tax point date | Invoice date / tax point | Inv. date | Date invoiced",
        "Rechnungsdatum | Datum | Belegdatum | Ausstellungsdatum | Rechnung vom | Rg.-Datum | Re.-Datum | Gutschriftsdatum | Rechnungs-Datum | Vom | Erstellt am"
        "| Ausgestellt am | Dokumentdatum | Erstellungsdatum | Rech.-Datum | RG-Datum | Datum der Rechnung | Den | Gutschriftdatum | Rechn.-Datum | Belegdat.",
        "Date de facture | Date de la facture | Date facture | Date d'émission | Date de facturation | Date | Émise le | Émis le | Facture du | En date du | Le"
        "| Date du document | Date d'édition | Date pièce | Date avoir | Date de l'avoir | Établie le | Fait le | Date d'établissement",
        "Fecha de factura | Fecha factura | Fecha de emisión | Fecha | Fecha emisión | Fecha de expedición | Fecha expedición | Emitida el | Fecha documento",
        "Data fattura | Data della fattura | Data di emissione | Data documento | Data emissione | Data | Del | Emessa il | In data",
        "Factuurdatum | Datum factuur | Datum | Notadatum | Datum van uitgifte | Documentdatum | Uitgiftedatum",
        "Data da fatura | Data da factura | Data de emissão | Data emissão | Data | Emitida em | Data do documento | Data fatura",
        "Data wystawienia | Data faktury | Wystawiono dnia | Fakturadatum | Datum | Utställd | Fakturadato | Dato | Udstedt | Udstedelsesdato",
    ),
)  # fmt: skip
DUE_DATE = Ask(
    "Due date", "Last day to pay", "date", compare="date",
    labels=words(
        "Due date | Payment due | Date due | Due | Due by | Pay by | Payment due date | Payable by | Payment date | Due on | Payment due by | Please pay by"
        "| Invoice due date | Pay before | Payment deadline | Maturity date | To be paid by | Payment due on",
        "Fälligkeitsdatum | Fällig am | Zahlbar bis | Fälligkeit | Zahlungsziel | Fällig | Zahlbar bis zum | Zahlungstermin | Zahlung bis | Zu zahlen bis | Fällig bis"
        "| Fällig zum | Fälligkeitstermin | Zahlungsfrist | Bitte zahlen bis | Bitte überweisen bis | Zahlungsziel bis | Zahlungseingang bis | Valuta | Nettofälligkeit"
        "| Fälligkeit der Zahlung | Bezahlen bis | Zahldatum | Zahlbar am | Netto bis",
        "Date d'échéance | Échéance | Date échéance | À payer avant le | Payable le | À régler avant le | Échéance le | Date de règlement | Date limite de paiement"
        "| Date de paiement | À payer pour le | Date limite | Échéance au | Payable avant le | À régler le | Paiement avant le | Paiement le | Date d'exigibilité"
        "| Règlement le",
        "Fecha de vencimiento | Vencimiento | Fecha vencimiento | Vence | Vence el | Fecha de pago | Pagar antes de | Vencimientos | Fecha límite de pago",
        "Data di scadenza | Scadenza | Data scadenza | Scadenza pagamento | Pagamento entro | Entro il | Scade il | Scadenze | Da pagare entro | Pagare entro",
        "Vervaldatum | Uiterste betaaldatum | Te betalen voor | Vervaldag | Betalen voor | Betaaldatum | Uiterlijk te betalen | Betalen vóór | Te voldoen voor"
        "| Betaling uiterlijk | Uiterste betaaldag",
        "Data de vencimento | Vencimento | Data vencimento | Data limite de pagamento | Pagar até | Vence em | Data de pagamento",
        "Termin płatności | Płatne do | Termin zapłaty | Data płatności | Förfallodatum | Förfallodag | Betalas senast | Förfaller | Forfaldsdato | Forfalder | Betalingsdato"
        "| Sidste rettidige betalingsdag | Betalingsfrist",
    ),
)  # fmt: skip
DELIVERY_DATE = Ask(
    "Delivery date", "Day of the delivery or service; of a period, its last day", "date", compare="date",
    labels=words(
        "Delivery date | Date of delivery | Service date | Date of service | Supply date | Date of supply | Shipping date | Ship date | Performance date | Delivered on",
        "Lieferdatum | Leistungsdatum | Liefer-/Leistungsdatum | Lieferung am | Leistung am | Liefertermin | Leistungszeitpunkt | Datum der Lieferung | Lieferdat."
        "| Liefer- und Leistungsdatum | Leistungszeitraum | Lieferzeitpunkt | Tag der Lieferung | Lieferung/Leistung am | Lieferungsdatum | Leistungs-/Lieferdatum",
        "Date de livraison | Date livraison | Livré le | Livraison | Date de la livraison | Date de prestation | Date de réalisation | Date d'exécution",
        "Fecha de entrega | Fecha entrega | Fecha de operación | Data di consegna | Data consegna | Data di esecuzione | Leverdatum | Datum levering | Leveringsdatum",
        "Data de entrega | Data da entrega | Data dostawy | Data sprzedaży | Leveransdatum | Leveringsdato | Leveringsdato",
    ),
)  # fmt: skip
ORDER_NUMBER = Ask(
    "Order number", "Number of the order that the invoice is about", "code", compare="exact", max_length=60,
    labels=(
        *english("Order", "PO", "P.O.", "Purchase order", "Your order", "Sales order", "Customer order", "Our order"), "Purchase order", "PO", "Order", "Order ref.",
        "Order reference", "Your order", "Buyer reference", "Your reference", "Customer reference", "PO reference",
        *german("Auftrags", "Bestell", "Bestellungs", "Kundenbestell"), "Auftrag", "Bestellung", "Ihre Bestellung", "Ihre Bestellnummer", "Unsere Auftragsnummer",
        "Ihr Auftrag", "Bestellung Nr.", "Auftrag Nr.", "Ihre Bestell-Nr.", "Bestellreferenz", "AB-Nr.",
        *french("commande", "bon de commande"), "Commande", "Votre commande", "Bon de commande", "Réf. commande", "Votre référence", "Vos références", "Vos réf.",
        *spanish("pedido"), "Pedido", "Su pedido", "Su referencia", *italian("ordine"), "Ordine", "Vostro ordine", "Rif. ordine",
        *dutch("Order", "Bestel", "Inkooporder"), "Uw referentie", "Uw order", "Opdrachtnummer", "Uw kenmerk", *portuguese("encomenda", "pedido"), "Encomenda",
        *words("Numer zamówienia | Nr zamówienia | Zamówienie | Ordernummer | Ordernr | Ordrenummer | Ordrenr. | Er referens | Ert ordernr"),
    ),
)  # fmt: skip
CUSTOMER_NUMBER = Ask(
    "Customer number", "The seller's number of the customer", "code", compare="exact", max_length=60,
    labels=(
        *english("Customer", "Client", "Account", "Cust.", "Acct."), "Customer code", "Customer account", "Account", "Client code",
        *german("Kunden", "Debitoren", "Kontonummer", "Mandanten"), "Kd.-Nr.", "Kd.Nr.", "KdNr.", "Kunde", "Kunden Nr", "Ihre Kundennummer", "Debitor",
        *french("client", "compte client"), "Code client", "Réf. client", "Référence client", "Client n°", "Compte client",
        *spanish("cliente"), "Código cliente", "Cód. cliente", "Código de cliente", *italian("cliente"), "Codice cliente", "Cod. cliente", "Cod. Cli.",
        *dutch("Klant", "Debiteur", "Debiteuren", "Relatie"), "Klantcode", *portuguese("cliente"), "Código do cliente", "Cód. cliente",
        *words("Numer klienta | Nr klienta | Kundnummer | Kundnr | Kundnr. | Kundenummer | Kundenr. | Kundenr"),
    ),
)  # fmt: skip
PAYMENT_TERMS = Ask(
    "Payment terms", "When and how to pay, as printed", "text", compare="fuzzy", max_length=400,
    labels=words(
        "Payment terms | Terms | Terms of payment | Payment conditions | Payment | Terms and conditions of payment | Payment term",
        "Zahlungsbedingungen | Zahlungsbedingung | Zahlungskonditionen | Zahlungskondition | Zahlung | Konditionen | Zahlungsmodalitäten | Zahlungsvereinbarung",
        "Conditions de paiement | Conditions de règlement | Modalités de paiement | Modalités de règlement | Mode de règlement | Règlement | Condition de paiement",
        "Condiciones de pago | Forma de pago | Condizioni di pagamento | Modalità di pagamento | Termini di pagamento | Pagamento | Betalingsvoorwaarden"
        "| Betalingsconditie | Betalingscondities | Betalingstermijn | Condições de pagamento | Forma de pagamento | Warunki płatności | Sposób płatności"
        "| Betalningsvillkor | Betalingsbetingelser",
    ),
)  # fmt: skip
ALLOWANCE_TOTAL = Ask(
    "Allowances", "Sum of the discounts on the whole document, without sign", "money", compare="money",
    labels=words(
        "Discount | Total discount | Discounts | Allowance | Allowances | Total allowances | Less discount | Rebate | Discount amount | Sum of allowances | Discount total",
        "Rabatt | Nachlass | Gesamtrabatt | Abzüge | Abschlag | Abschläge | Rabattbetrag | Summe Rabatte | Summe Nachlässe | Summe Abschläge | Nachlässe"
        "| Rechnungsrabatt | abzgl. Rabatt | Summe der Abschläge | Gesamtnachlass",
        "Remise | Remise globale | Total remises | Total remise | Rabais | Remises | Remise totale | Montant remise | Réduction | Total des remises",
        "Descuento | Total descuento | Dto. | Descuentos | Sconto | Totale sconti | Sconti | Korting | Totaal korting | Desconto | Descontos | Total de descontos"
        "| Rabat | Total rabatt",
    ),
)  # fmt: skip
CHARGE_TOTAL = Ask(
    "Charges", "Sum of the surcharges on the whole document: shipping, packaging, fees", "money", compare="money",
    labels=words(
        "Shipping | Shipping & handling | Freight | Delivery charge | Postage | Handling | Charges | Surcharge | Total charges | Delivery | Carriage | Shipping costs"
        "| Service charge | Shipping cost | Sum of charges | Delivery fee",
        "Versandkosten | Versand | Fracht | Frachtkosten | Porto | Zuschläge | Zuschlag | Verpackung | Versand und Verpackung | Lieferkosten | Summe Zuschläge | Gebühren"
        "| Transportkosten | Porto und Verpackung | Verpackungskosten | Summe der Zuschläge | Nebenkosten",
        "Frais de port | Port | Frais de livraison | Frais | Transport | Frais d'expédition | Total frais | Port HT | Frais de port HT | Participation transport | Charges",
        "Gastos de envío | Portes | Transporte | Gastos | Recargo | Spese di spedizione | Spese | Trasporto | Spese di trasporto | Verzendkosten | Transportkosten | Toeslag",
        "Portes de envio | Portes | Despesas de envio | Koszt dostawy | Koszty wysyłki | Frakt | Fraktkostnad | Fragt | Forsendelse",
    ),
)  # fmt: skip
PREPAID_AMOUNT = Ask(
    "Already paid", "Amount already paid", "money", compare="money",
    labels=words(
        "Paid | Amount paid | Already paid | Deposit | Prepaid | Prepayment | Prepaid amount | Paid amount | Payments | Payment received | Less deposit | Advance payment"
        "| Total paid | Payments received | Deposit paid | Less paid | Down payment | Advance",
        "Anzahlung | Bereits gezahlt | Vorauszahlung | Bereits bezahlt | Gezahlt | Abschlagszahlung | Geleistete Anzahlung | Anzahlungsbetrag | Vorausbezahlter Betrag"
        "| abzgl. Anzahlung | Geleistete Zahlungen | Zahlungen | Bezahlt | Akonto | Anzahlungen | bereits erhalten | Vorkasse | Bereits geleistete Zahlungen",
        "Acompte | Acomptes | Déjà payé | Montant payé | Acompte versé | Acomptes versés | Déjà réglé | Avance | Versement | Montant déjà payé | Acompte reçu | Payé"
        "| Montant réglé | Acompte TTC | Règlements | Total acomptes",
        "Anticipo | Pagado | A cuenta | Entrega a cuenta | Pagos a cuenta | Acconto | Già pagato | Pagato | Acconti | Aanbetaling | Reeds betaald | Betaald | Voorschot",
        "Adiantamento | Pago | Valor pago | Sinal | Zapłacono | Zaliczka | Betalt | Förskott | Redan betalt | Forudbetalt | Allerede betalt | A conto",
    ),
)  # fmt: skip


class Invoice(BaseModel):
    """A request for payment: who asks whom, for what, how much, until when. Amounts are positive as printed; a credit note says so in its type."""

    model_config = ConfigDict(title="Invoice")

    document_type: Annotated[
        Literal["invoice", "credit_note", "correction", "prepayment", "proforma", "reminder", "statement"] | None,
        DOCUMENT_TYPE,
    ] = None
    invoice_number: Annotated[str, INVOICE_NUMBER]
    issue_date: Annotated[dt.date, ISSUE_DATE]
    due_date: Annotated[dt.date | None, DUE_DATE] = None
    delivery_date: Annotated[dt.date | None, DELIVERY_DATE] = None
    order_number: Annotated[str | None, ORDER_NUMBER] = None
    customer_number: Annotated[str | None, CUSTOMER_NUMBER] = None
    payment_terms: Annotated[str | None, PAYMENT_TERMS] = None
    seller_name: Annotated[str, SELLER_NAME]
    seller_address: Annotated[str | None, SELLER_ADDRESS] = None
    seller_vat_id: Annotated[str | None, SELLER_VAT_ID] = None
    seller_tax_number: Annotated[str | None, SELLER_TAX_NUMBER] = None
    seller_email: Annotated[str | None, SELLER_EMAIL] = None
    buyer_name: Annotated[str | None, BUYER_NAME] = None
    buyer_address: Annotated[str | None, BUYER_ADDRESS] = None
    buyer_vat_id: Annotated[str | None, BUYER_VAT_ID] = None
    currency: Annotated[
        str,
        Ask("Currency", "ISO code of the currency of the amounts", "currency", compare="exact", labels=labels.CURRENCY),
    ]
    subtotal: Annotated[
        Decimal | None,
        Ask(
            "Net total",
            "Sum without tax, after allowances and charges",
            "money",
            compare="money",
            labels=labels.SUBTOTAL,
        ),
    ] = None
    allowance_total: Annotated[Decimal | None, ALLOWANCE_TOTAL] = None
    charge_total: Annotated[Decimal | None, CHARGE_TOTAL] = None
    tax_total: Annotated[
        Decimal | None, Ask("Tax", "Sum of the tax", "money", compare="money", labels=labels.TAX_TOTAL)
    ] = None
    total: Annotated[Decimal, Ask("Total", "Sum with tax", "money", compare="money", labels=labels.TOTAL)]
    prepaid_amount: Annotated[Decimal | None, PREPAID_AMOUNT] = None
    amount_due: Annotated[
        Decimal | None, Ask("Amount due", "What is left to pay", "money", compare="money", labels=labels.AMOUNT_DUE)
    ] = None
    iban: Annotated[str | None, IBAN] = None
    bic: Annotated[str | None, BIC] = None
    tax_breakdown: Annotated[list[TaxLine], Ask("Tax breakdown", "Taxable amount and tax by rate")] = []
    line_items: Annotated[
        list[LineItem], Ask("Line items", "The lines of the invoice, without subtotals and carried-over sums")
    ] = []
