"""UBL Invoice and CreditNote (XRechnung, Peppol BIS, national variants): where each concept stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.einvoice.paths import Getter, address, at, in_currency, joined, only, price, texts

if TYPE_CHECKING:
    from lxml.etree import _Element

SELLER = "AccountingSupplierParty/Party"
BUYER = "AccountingCustomerParty/Party"
SUMS = "*[self::LegalMonetaryTotal or self::RequestedMonetaryTotal]"
CURRENCY = "DocumentCurrencyCode"
ACCOUNT = "PaymentMeans/PayeeFinancialAccount"
LINE_QUANTITY = "*[self::InvoicedQuantity or self::CreditedQuantity]"
LINE_TOTAL = "LineExtensionAmount"


def _name(party: str) -> Getter:
    """The legal name (BT-27, BT-44); the trading name where that is missing."""
    return at(
        f"{party}/PartyLegalEntity/RegistrationName",
        f"{party}/PartyName/Name",
        f"{party}/Contact/Name",
    )


def _vat_id(party: str) -> Getter:
    tax = f"{party}/PartyTaxScheme"
    return at(f"{tax}[TaxScheme/ID='VAT']/CompanyID", f"{tax}[not(TaxScheme/ID)]/CompanyID")


def _postal(party: str) -> Getter:
    place = f"{party}/PostalAddress"
    street = "|".join(f"{place}/{line}" for line in ("StreetName", "AdditionalStreetName", "AddressLine/Line"))
    return address(street, f"{place}/PostalZone", f"{place}/CityName", f"{place}/Country/IdentificationCode")


HEADER: dict[str, Getter] = {
    "invoice_number": only("ID"),
    "document_type": at("*[self::InvoiceTypeCode or self::CreditNoteTypeCode]"),
    "issue_date": only("IssueDate"),
    "due_date": only("DueDate", "PaymentMeans/PaymentDueDate", "PaymentTerms/PaymentDueDate"),
    "delivery_date": at("Delivery/ActualDeliveryDate"),
    "service_start": at("InvoicePeriod/StartDate"),
    "service_end": at("InvoicePeriod/EndDate"),
    "seller_name": _name(SELLER),
    "seller_address": _postal(SELLER),
    "seller_country": at(f"{SELLER}/PostalAddress/Country/IdentificationCode"),
    "seller_vat_id": _vat_id(SELLER),
    "seller_tax_number": at(f"{SELLER}/PartyTaxScheme[TaxScheme/ID!='VAT']/CompanyID"),
    "seller_email": at(f"{SELLER}/Contact/ElectronicMail"),
    "seller_phone": at(f"{SELLER}/Contact/Telephone"),
    "buyer_name": _name(BUYER),
    "buyer_address": _postal(BUYER),
    "buyer_country": at(f"{BUYER}/PostalAddress/Country/IdentificationCode"),
    "buyer_vat_id": _vat_id(BUYER),
    "customer_number": at("AccountingCustomerParty/SupplierAssignedAccountID", f"{BUYER}/PartyIdentification/ID"),
    "buyer_reference": at("BuyerReference"),
    "order_number": at("OrderReference/ID"),
    "contract_number": at("ContractDocumentReference/ID"),
    "delivery_note_number": at("DespatchDocumentReference/ID"),
    "original_invoice_number": at("BillingReference/InvoiceDocumentReference/ID"),
    "currency": only(CURRENCY, f"{SUMS}/PayableAmount/@currencyID"),
    "line_total_sum": in_currency(f"{SUMS}/LineExtensionAmount", CURRENCY),
    "allowance_total": in_currency(f"{SUMS}/AllowanceTotalAmount", CURRENCY),
    "charge_total": in_currency(f"{SUMS}/ChargeTotalAmount", CURRENCY),
    "subtotal": in_currency(f"{SUMS}/TaxExclusiveAmount", CURRENCY),
    "tax_total": in_currency("TaxTotal/TaxAmount", CURRENCY),
    "total": in_currency(f"{SUMS}/TaxInclusiveAmount", CURRENCY),
    "prepaid": in_currency(f"{SUMS}/PrepaidAmount", CURRENCY),
    "rounding": in_currency(f"{SUMS}/PayableRoundingAmount", CURRENCY),
    "amount_due": in_currency(f"{SUMS}/PayableAmount", CURRENCY),
    "iban": only(f"{ACCOUNT}/ID"),
    "bic": at(
        f"{ACCOUNT}/FinancialInstitutionBranch/ID", f"{ACCOUNT}/FinancialInstitutionBranch/FinancialInstitution/ID"
    ),
    "payment_reference": at("PaymentMeans/PaymentID"),
    "payment_method": at("PaymentMeans/PaymentMeansCode/@name"),
    "payment_terms": joined("\n", "PaymentTerms/Note"),
    "note": joined("\n", "Note"),
}

LINES = ".//*[self::InvoiceLine or self::CreditNoteLine or self::SubInvoiceLine or self::SubCreditNoteLine]"
LINE: dict[str, Getter] = {
    "position": at("ID"),
    "article_number": at("Item/SellersItemIdentification/ID", "Item/StandardItemIdentification/ID"),
    "description": at("Item/Name", "Item/Description"),
    "details": at("Item/Description"),
    "quantity": at(LINE_QUANTITY),
    "unit": at(f"{LINE_QUANTITY}/@unitCode"),
    "unit_price": price("Price/PriceAmount", "Price/BaseQuantity", LINE_QUANTITY, LINE_TOTAL),
    "tax_rate": at("Item/ClassifiedTaxCategory/Percent", "TaxTotal/TaxSubtotal/TaxCategory/Percent"),
    "line_total": at(LINE_TOTAL),
}

TAXES = "TaxTotal/TaxSubtotal"
TAX: dict[str, Getter] = {
    "tax_rate": at("TaxCategory/Percent", "Percent"),
    "tax_base": at("TaxableAmount"),
    "tax_amount": at("TaxAmount"),
    "tax_category": at("TaxCategory/ID"),
}


def profile_of(root: _Element) -> str:
    return next((t for p in ("CustomizationID", "ProfileID") for t in texts(root, p)), "")
