"""The XML of an electronic invoice: CII (embedded in a hybrid PDF) and UBL (a file by itself)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from examples.make.model import Invoice, Party

COUNTRY = {"Deutschland": "DE", "France": "FR"}


def _city(party: Party) -> tuple[str, str]:
    code, _, city = party.city.partition(" ")
    return code, city


def _cii_party(tag: str, party: Party) -> str:
    code, city = _city(party)
    tax = f'<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">{party.vat_id}</ram:ID></ram:SpecifiedTaxRegistration>' if party.vat_id else ""  # fmt: skip
    return (
        f"<ram:{tag}><ram:Name>{escape(party.name)}</ram:Name><ram:PostalTradeAddress>"
        f"<ram:PostcodeCode>{code}</ram:PostcodeCode><ram:LineOne>{escape(party.street)}</ram:LineOne>"
        f"<ram:CityName>{city}</ram:CityName><ram:CountryID>{COUNTRY[party.country]}</ram:CountryID>"
        f"</ram:PostalTradeAddress>{tax}</ram:{tag}>"
    )


def cii(invoice: Invoice) -> bytes:
    """A Factur-X document of profile EN 16931."""
    lines = "".join(
        "<ram:IncludedSupplyChainTradeLineItem>"
        f"<ram:AssociatedDocumentLineDocument><ram:LineID>{i}</ram:LineID></ram:AssociatedDocumentLineDocument>"
        f"<ram:SpecifiedTradeProduct><ram:SellerAssignedID>{line.article}</ram:SellerAssignedID>"
        f"<ram:Name>{escape(line.description)}</ram:Name></ram:SpecifiedTradeProduct>"
        "<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice>"
        f"<ram:ChargeAmount>{line.unit_price}</ram:ChargeAmount>"
        "</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>"
        f'<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">{line.quantity}</ram:BilledQuantity>'
        "</ram:SpecifiedLineTradeDelivery><ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax>"
        f"<ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>S</ram:CategoryCode>"
        f"<ram:RateApplicablePercent>{line.tax_rate}</ram:RateApplicablePercent></ram:ApplicableTradeTax>"
        f"<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>{line.total}</ram:LineTotalAmount>"
        "</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>"
        "</ram:IncludedSupplyChainTradeLineItem>"
        for i, line in enumerate(invoice.lines, 1)
    )
    taxes = "".join(
        f"<ram:ApplicableTradeTax><ram:CalculatedAmount>{tax}</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>"
        f"<ram:BasisAmount>{base}</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode>"
        f"<ram:RateApplicablePercent>{rate}</ram:RateApplicablePercent></ram:ApplicableTradeTax>"
        for rate, (base, tax) in invoice.taxes.items()
    )
    due = f'<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString format="102">{invoice.due:%Y%m%d}</udt:DateTimeString></ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>' if invoice.due else ""  # fmt: skip
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"'
        ' xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"'
        ' xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">'
        "<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>"
        "<ram:ID>urn:cen.eu:en16931:2017</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter>"
        "</rsm:ExchangedDocumentContext>"
        f"<rsm:ExchangedDocument><ram:ID>{invoice.number}</ram:ID><ram:TypeCode>380</ram:TypeCode><ram:IssueDateTime>"
        f'<udt:DateTimeString format="102">{invoice.issued:%Y%m%d}</udt:DateTimeString></ram:IssueDateTime>'
        f"</rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>{lines}<ram:ApplicableHeaderTradeAgreement>"
        f"{_cii_party('SellerTradeParty', invoice.seller)}{_cii_party('BuyerTradeParty', invoice.buyer)}"
        "</ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeDelivery/><ram:ApplicableHeaderTradeSettlement>"
        f"<ram:InvoiceCurrencyCode>{invoice.currency}</ram:InvoiceCurrencyCode>"
        "<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode><ram:PayeePartyCreditorFinancialAccount>"
        f"<ram:IBANID>{invoice.iban}</ram:IBANID></ram:PayeePartyCreditorFinancialAccount>"
        f"</ram:SpecifiedTradeSettlementPaymentMeans>{taxes}{due}"
        "<ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
        f"<ram:LineTotalAmount>{invoice.subtotal}</ram:LineTotalAmount>"
        f"<ram:TaxBasisTotalAmount>{invoice.subtotal}</ram:TaxBasisTotalAmount>"
        f'<ram:TaxTotalAmount currencyID="{invoice.currency}">{invoice.tax_total}</ram:TaxTotalAmount>'
        f"<ram:GrandTotalAmount>{invoice.total}</ram:GrandTotalAmount>"
        f"<ram:DuePayableAmount>{invoice.total}</ram:DuePayableAmount>"
        "</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>"
        "</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"
    ).encode()


def _ubl_party(tag: str, party: Party) -> str:
    code, city = _city(party)
    tax = f"<cac:PartyTaxScheme><cbc:CompanyID>{party.vat_id}</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>" if party.vat_id else ""  # fmt: skip
    return (
        f"<cac:{tag}><cac:Party><cac:PostalAddress><cbc:StreetName>{escape(party.street)}</cbc:StreetName>"
        f"<cbc:CityName>{city}</cbc:CityName><cbc:PostalZone>{code}</cbc:PostalZone><cac:Country>"
        f"<cbc:IdentificationCode>{COUNTRY[party.country]}</cbc:IdentificationCode></cac:Country></cac:PostalAddress>"
        f"{tax}<cac:PartyLegalEntity><cbc:RegistrationName>{escape(party.name)}</cbc:RegistrationName>"
        f"</cac:PartyLegalEntity></cac:Party></cac:{tag}>"
    )


def ubl(invoice: Invoice) -> bytes:
    """An XRechnung in UBL syntax."""

    def amount(tag: str, value: object) -> str:
        return f'<cbc:{tag} currencyID="{invoice.currency}">{value}</cbc:{tag}>'

    lines = "".join(
        f'<cac:InvoiceLine><cbc:ID>{i}</cbc:ID><cbc:InvoicedQuantity unitCode="C62">{line.quantity}</cbc:InvoicedQuantity>'
        f"{amount('LineExtensionAmount', line.total)}<cac:Item><cbc:Name>{escape(line.description)}</cbc:Name>"
        f"<cac:SellersItemIdentification><cbc:ID>{line.article}</cbc:ID></cac:SellersItemIdentification>"
        f"<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>{line.tax_rate}</cbc:Percent>"
        "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>"
        f"<cac:Price>{amount('PriceAmount', line.unit_price)}</cac:Price></cac:InvoiceLine>"
        for i, line in enumerate(invoice.lines, 1)
    )
    taxes = "".join(
        f"<cac:TaxSubtotal>{amount('TaxableAmount', base)}{amount('TaxAmount', tax)}<cac:TaxCategory><cbc:ID>S</cbc:ID>"
        f"<cbc:Percent>{rate}</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory>"
        "</cac:TaxSubtotal>"
        for rate, (base, tax) in invoice.taxes.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"'
        ' xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
        ' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">'
        "<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0</cbc:CustomizationID>"
        f"<cbc:ID>{invoice.number}</cbc:ID><cbc:IssueDate>{invoice.issued}</cbc:IssueDate>"
        f"<cbc:DueDate>{invoice.due}</cbc:DueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>"
        f"<cbc:DocumentCurrencyCode>{invoice.currency}</cbc:DocumentCurrencyCode>"
        f"<cbc:BuyerReference>{invoice.order_number}</cbc:BuyerReference>"
        f"{_ubl_party('AccountingSupplierParty', invoice.seller)}{_ubl_party('AccountingCustomerParty', invoice.buyer)}"
        f"<cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode><cac:PayeeFinancialAccount>"
        f"<cbc:ID>{invoice.iban}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"
        f"<cac:TaxTotal>{amount('TaxAmount', invoice.tax_total)}{taxes}</cac:TaxTotal><cac:LegalMonetaryTotal>"
        f"{amount('LineExtensionAmount', invoice.subtotal)}{amount('TaxExclusiveAmount', invoice.subtotal)}"
        f"{amount('TaxInclusiveAmount', invoice.total)}{amount('PayableAmount', invoice.total)}</cac:LegalMonetaryTotal>"
        f"{lines}</Invoice>\n"
    ).encode()
