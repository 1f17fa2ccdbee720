"""Cross Industry Invoice (Factur-X, ZUGFeRD 1 and 2, XRechnung in CII): where each concept stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.einvoice.lexical import Stated, date_of
from extractors.einvoice.paths import (
    Getter,
    address,
    at,
    elements,
    in_currency,
    joined,
    number,
    only,
    price,
    text_of,
    texts,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

OLD_NAMES = {
    "CrossIndustryDocument": "CrossIndustryInvoice",
    "SpecifiedExchangedDocumentContext": "ExchangedDocumentContext",
    "HeaderExchangedDocument": "ExchangedDocument",
    "SpecifiedSupplyChainTradeTransaction": "SupplyChainTradeTransaction",
    "ApplicableSupplyChainTradeAgreement": "ApplicableHeaderTradeAgreement",
    "ApplicableSupplyChainTradeDelivery": "ApplicableHeaderTradeDelivery",
    "ApplicableSupplyChainTradeSettlement": "ApplicableHeaderTradeSettlement",
    "SpecifiedSupplyChainTradeAgreement": "SpecifiedLineTradeAgreement",
    "SpecifiedSupplyChainTradeDelivery": "SpecifiedLineTradeDelivery",
    "SpecifiedSupplyChainTradeSettlement": "SpecifiedLineTradeSettlement",
    "ApplicablePercent": "RateApplicablePercent",
}
"""Element names of ZUGFeRD 1 (and of older CII drafts) and what they became in CII D16B."""

DOCUMENT = "ExchangedDocument"
TRADE = "SupplyChainTradeTransaction"
AGREEMENT = f"{TRADE}/ApplicableHeaderTradeAgreement"
DELIVERY = f"{TRADE}/ApplicableHeaderTradeDelivery"
SETTLEMENT = f"{TRADE}/ApplicableHeaderTradeSettlement"
SELLER = f"{AGREEMENT}/SellerTradeParty"
BUYER = f"{AGREEMENT}/BuyerTradeParty"
SUMS = (
    f"{SETTLEMENT}/*[self::SpecifiedTradeSettlementHeaderMonetarySummation"
    " or self::SpecifiedTradeSettlementMonetarySummation]"
)
CURRENCY = f"{SETTLEMENT}/InvoiceCurrencyCode"
MEANS = f"{SETTLEMENT}/SpecifiedTradeSettlementPaymentMeans"
TERMS = f"{SETTLEMENT}/SpecifiedTradePaymentTerms"
LINE_PRICE = "SpecifiedLineTradeAgreement/NetPriceProductTradePrice"
LINE_QUANTITY = "SpecifiedLineTradeDelivery/BilledQuantity"
LINE_TOTAL = "SpecifiedLineTradeSettlement/*/LineTotalAmount"
LINE_TAX = "SpecifiedLineTradeSettlement/ApplicableTradeTax"


def _reference(path: str) -> Getter:
    return at(f"{path}/IssuerAssignedID", f"{path}/ID")


def _vat_id(party: str) -> Getter:
    return at(f"{party}/SpecifiedTaxRegistration/ID[@schemeID='VA']", f"{party}/SpecifiedTaxRegistration/ID[not(@*)]")


def _postal(party: str) -> Getter:
    place = f"{party}/PostalTradeAddress"
    street = "|".join(f"{place}/{line}" for line in ("LineOne", "LineTwo", "LineThree", "StreetName"))
    return address(street, f"{place}/PostcodeCode", f"{place}/CityName", f"{place}/CountryID")


def _due_date(node: _Element) -> list[Stated]:
    """The last day on which the whole amount may be paid: terms that give a discount for paying sooner do not count."""
    terms = elements(node, TERMS)
    full = [t for t in terms if not elements(t, "ApplicableTradePaymentDiscountTerms")] or terms
    dates = {text_of(d): date_of(text_of(d)) for t in full for d in elements(t, "DueDateDateTime")}
    ordered = sorted((t for t, d in dates.items() if d is not None), key=lambda t: str(dates[t]), reverse=True)
    if len(ordered) < 2:
        return [Stated(text=t) for t in ordered]
    note = f"the last of {len(ordered)} due dates: {', '.join(sorted(str(dates[t]) for t in ordered))}"
    return [Stated(text=ordered[0], note=note, doubtful=True), *(Stated(text=t) for t in ordered[1:])]


def _subtotal(node: _Element) -> list[Stated]:
    """The net amount; where the profile leaves it out, the lines less allowances plus charges."""
    stated = list(in_currency(f"{SUMS}/TaxBasisTotalAmount", CURRENCY)(node))
    lines = number(node, f"{SUMS}/LineTotalAmount")
    if stated or lines is None:
        return stated
    less, more = number(node, f"{SUMS}/AllowanceTotalAmount"), number(node, f"{SUMS}/ChargeTotalAmount")
    return [Stated(text=f"{lines - (less or 0) + (more or 0):f}", note="lines less allowances plus charges")]


HEADER: dict[str, Getter] = {
    "invoice_number": only(f"{DOCUMENT}/ID"),
    "document_type": at(f"{DOCUMENT}/TypeCode"),
    "issue_date": only(f"{DOCUMENT}/IssueDateTime"),
    "due_date": _due_date,
    "delivery_date": at(f"{DELIVERY}/ActualDeliverySupplyChainEvent/OccurrenceDateTime"),
    "service_start": at(f"{SETTLEMENT}/BillingSpecifiedPeriod/StartDateTime"),
    "service_end": at(f"{SETTLEMENT}/BillingSpecifiedPeriod/EndDateTime"),
    "seller_name": at(f"{SELLER}/Name", f"{SELLER}/SpecifiedLegalOrganization/TradingBusinessName"),
    "seller_address": _postal(SELLER),
    "seller_country": at(f"{SELLER}/PostalTradeAddress/CountryID"),
    "seller_vat_id": _vat_id(SELLER),
    "seller_tax_number": at(f"{SELLER}/SpecifiedTaxRegistration/ID[@schemeID='FC']"),
    "seller_email": at(f"{SELLER}//EmailURIUniversalCommunication/*[self::URIID or self::CompleteNumber]"),
    "seller_phone": at(f"{SELLER}//TelephoneUniversalCommunication/CompleteNumber"),
    "buyer_name": at(f"{BUYER}/Name", f"{BUYER}/SpecifiedLegalOrganization/TradingBusinessName"),
    "buyer_address": _postal(BUYER),
    "buyer_country": at(f"{BUYER}/PostalTradeAddress/CountryID"),
    "buyer_vat_id": _vat_id(BUYER),
    "customer_number": at(f"{BUYER}/ID"),
    "buyer_reference": at(f"{AGREEMENT}/BuyerReference"),
    "order_number": _reference(f"{AGREEMENT}/BuyerOrderReferencedDocument"),
    "contract_number": _reference(f"{AGREEMENT}/ContractReferencedDocument"),
    "delivery_note_number": at(
        *(
            f"{DELIVERY}/{d}/{i}"
            for d in ("DespatchAdviceReferencedDocument", "DeliveryNoteReferencedDocument")
            for i in ("IssuerAssignedID", "ID")
        )
    ),
    "original_invoice_number": _reference(f"{SETTLEMENT}/InvoiceReferencedDocument"),
    "currency": only(CURRENCY, f"{SUMS}/GrandTotalAmount/@currencyID"),
    "line_total_sum": in_currency(f"{SUMS}/LineTotalAmount", CURRENCY),
    "allowance_total": in_currency(f"{SUMS}/AllowanceTotalAmount", CURRENCY),
    "charge_total": in_currency(f"{SUMS}/ChargeTotalAmount", CURRENCY),
    "subtotal": _subtotal,
    "tax_total": in_currency(f"{SUMS}/TaxTotalAmount", CURRENCY),
    "total": in_currency(f"{SUMS}/GrandTotalAmount", CURRENCY),
    "prepaid": in_currency(f"{SUMS}/TotalPrepaidAmount", CURRENCY),
    "rounding": in_currency(f"{SUMS}/RoundingAmount", CURRENCY),
    "amount_due": in_currency(f"{SUMS}/DuePayableAmount", CURRENCY),
    "iban": only(f"{MEANS}/PayeePartyCreditorFinancialAccount/IBANID"),
    "bic": at(f"{MEANS}/PayeeSpecifiedCreditorFinancialInstitution/BICID"),
    "payment_reference": at(f"{SETTLEMENT}/PaymentReference"),
    "payment_method": at(f"{MEANS}/Information"),
    "payment_terms": joined("\n", f"{TERMS}/Description"),
    "note": joined("\n", f"{DOCUMENT}/IncludedNote/Content"),
}

LINES = f"{TRADE}/IncludedSupplyChainTradeLineItem"
LINE: dict[str, Getter] = {
    "position": at("AssociatedDocumentLineDocument/LineID"),
    "article_number": at("SpecifiedTradeProduct/SellerAssignedID", "SpecifiedTradeProduct/GlobalID"),
    "description": at("SpecifiedTradeProduct/Name", "SpecifiedTradeProduct/Description"),
    "details": at("SpecifiedTradeProduct/Description"),
    "quantity": at(LINE_QUANTITY),
    "unit": at(f"{LINE_QUANTITY}/@unitCode"),
    "unit_price": price(f"{LINE_PRICE}/ChargeAmount", f"{LINE_PRICE}/BasisQuantity", LINE_QUANTITY, LINE_TOTAL),
    "tax_rate": at(f"{LINE_TAX}/RateApplicablePercent"),
    "line_total": at(LINE_TOTAL),
}

TAXES = f"{SETTLEMENT}/ApplicableTradeTax"
TAX: dict[str, Getter] = {
    "tax_rate": at("RateApplicablePercent"),
    "tax_base": at("BasisAmount"),
    "tax_amount": at("CalculatedAmount"),
    "tax_category": at("CategoryCode"),
}

PROFILE = "ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID"


def renamed(root: _Element) -> _Element:
    """The same tree with today's element names."""
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = OLD_NAMES.get(element.tag, element.tag)
    return root


def profile_of(root: _Element) -> str:
    return next(iter(texts(root, PROFILE)), "")
