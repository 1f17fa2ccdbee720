"""The e-invoice reader on invoices that this file writes itself: CII, ZUGFeRD 1 and UBL in several profiles."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import pytest

from extractors.einvoice import read_einvoice
from schemas import Field, Kind, Schema
from tiling import DocumentError, Reason

MONEY = ("subtotal", "tax_total", "total", "prepaid", "amount_due")
SCHEMA = Schema(
    name="invoice",
    version="1",
    fields=(
        Field(name="invoice_number", kind=Kind.CODE),
        Field(name="document_type", kind=Kind.ENUM, choices=("invoice", "credit_note")),
        Field(name="issue_date", kind=Kind.DATE),
        Field(name="due_date", kind=Kind.DATE),
        Field(name="seller_name", kind=Kind.NAME),
        Field(name="seller_address", kind=Kind.ADDRESS),
        Field(name="seller_vat_id", kind=Kind.VAT_ID),
        Field(name="buyer_name", kind=Kind.NAME),
        Field(name="order_number", kind=Kind.CODE),
        Field(name="currency", kind=Kind.CURRENCY),
        *(Field(name=name, kind=Kind.MONEY) for name in MONEY),
        Field(name="iban", kind=Kind.IBAN),
        Field(name="payment_terms", kind=Kind.TEXT),
        Field(
            name="line_items",
            kind=Kind.TABLE,
            columns=(
                Field(name="description", kind=Kind.TEXT),
                Field(name="quantity", kind=Kind.NUMBER),
                Field(name="unit_price", kind=Kind.MONEY),
                Field(name="line_total", kind=Kind.MONEY),
            ),
        ),
        Field(
            name="tax_breakdown",
            kind=Kind.TABLE,
            columns=(
                Field(name="rate", kind=Kind.PERCENT),
                Field(name="base", kind=Kind.MONEY),
                Field(name="amount", kind=Kind.MONEY),
            ),
        ),
    ),
)


@dataclass(frozen=True)
class Attached:
    name: str
    data: bytes


@dataclass(frozen=True)
class Line:
    name: str
    quantity: str
    price: str
    total: str
    per: str = "1"


LINES = (Line("Walnut board", "3", "20.00", "60.00"), Line("Oil, 500 ml", "2", "20.00", "40.00"))
TERMS = "<SpecifiedTradePaymentTerms><Description>30 days net</Description>{}</SpecifiedTradePaymentTerms>"
DUE = '<DueDateDateTime><DateTimeString format="102">{}</DateTimeString></DueDateDateTime>'


def cii(
    *,
    lines: tuple[Line, ...] = LINES,
    type_code: str = "380",
    terms: str = TERMS.format(DUE.format("20260403")),
    accounts: tuple[str, ...] = ("DE02 1203 0000 0000 2020 51",),
    tax_totals: str = '<TaxTotalAmount currencyID="EUR">19.00</TaxTotalAmount>',
    due: str = "<DuePayableAmount>119.00</DuePayableAmount>",
) -> str:
    rows = "".join(
        f"""<IncludedSupplyChainTradeLineItem>
          <SpecifiedTradeProduct><Name>{line.name}</Name></SpecifiedTradeProduct>
          <SpecifiedLineTradeAgreement><NetPriceProductTradePrice>
            <ChargeAmount>{line.price}</ChargeAmount><BasisQuantity unitCode="C62">{line.per}</BasisQuantity>
          </NetPriceProductTradePrice></SpecifiedLineTradeAgreement>
          <SpecifiedLineTradeDelivery><BilledQuantity unitCode="C62">{line.quantity}</BilledQuantity>
          </SpecifiedLineTradeDelivery>
          <SpecifiedLineTradeSettlement><SpecifiedTradeSettlementLineMonetarySummation>
            <LineTotalAmount>{line.total}</LineTotalAmount>
          </SpecifiedTradeSettlementLineMonetarySummation></SpecifiedLineTradeSettlement>
        </IncludedSupplyChainTradeLineItem>"""
        for line in lines
    )
    means = "".join(
        f"""<SpecifiedTradeSettlementPaymentMeans><PayeePartyCreditorFinancialAccount><IBANID>{a}</IBANID>
        </PayeePartyCreditorFinancialAccount></SpecifiedTradeSettlementPaymentMeans>"""
        for a in accounts
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
    <r:CrossIndustryInvoice xmlns:r="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
      xmlns="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100">
      <r:ExchangedDocumentContext><GuidelineSpecifiedDocumentContextParameter>
        <ID>urn:cen.eu:en16931:2017</ID></GuidelineSpecifiedDocumentContextParameter></r:ExchangedDocumentContext>
      <r:ExchangedDocument><ID>K-2026/17</ID><TypeCode>{type_code}</TypeCode>
        <IssueDateTime><DateTimeString format="102">20260304</DateTimeString></IssueDateTime></r:ExchangedDocument>
      <r:SupplyChainTradeTransaction>{rows}
        <ApplicableHeaderTradeAgreement>
          <SellerTradeParty><Name>Kessel &amp; Sohn OHG</Name>
            <PostalTradeAddress><PostcodeCode>20095</PostcodeCode><LineOne>Am Kai 4</LineOne>
              <CityName>Hamburg</CityName><CountryID>DE</CountryID></PostalTradeAddress>
            <SpecifiedTaxRegistration><ID schemeID="FC">22/815/4711</ID></SpecifiedTaxRegistration>
            <SpecifiedTaxRegistration><ID schemeID="VA">DE 136695976</ID></SpecifiedTaxRegistration>
          </SellerTradeParty>
          <BuyerTradeParty><Name>Atelier Lumen</Name></BuyerTradeParty>
          <BuyerOrderReferencedDocument><IssuerAssignedID>PO-5</IssuerAssignedID></BuyerOrderReferencedDocument>
        </ApplicableHeaderTradeAgreement>
        <ApplicableHeaderTradeDelivery/>
        <ApplicableHeaderTradeSettlement><InvoiceCurrencyCode>EUR</InvoiceCurrencyCode>{means}
          <ApplicableTradeTax><CalculatedAmount>19.00</CalculatedAmount><BasisAmount>100.00</BasisAmount>
            <RateApplicablePercent>19.00</RateApplicablePercent></ApplicableTradeTax>
          {terms}
          <SpecifiedTradeSettlementHeaderMonetarySummation>
            <TaxBasisTotalAmount>100.00</TaxBasisTotalAmount>{tax_totals}
            <GrandTotalAmount>119.00</GrandTotalAmount>{due}
          </SpecifiedTradeSettlementHeaderMonetarySummation>
        </ApplicableHeaderTradeSettlement>
      </r:SupplyChainTradeTransaction>
    </r:CrossIndustryInvoice>"""


ZUGFERD_1 = """<rsm:CrossIndustryDocument xmlns:rsm="urn:ferd:CrossIndustryDocument:invoice:1p0" xmlns:ram="urn:ram:12">
  <rsm:HeaderExchangedDocument><ram:ID>Z1-9</ram:ID><ram:TypeCode>380</ram:TypeCode>
    <ram:IssueDateTime><DateTimeString format="102">20150917</DateTimeString></ram:IssueDateTime>
  </rsm:HeaderExchangedDocument>
  <rsm:SpecifiedSupplyChainTradeTransaction>
    <ram:ApplicableSupplyChainTradeAgreement>
      <ram:SellerTradeParty><ram:Name>Alte Mühle</ram:Name></ram:SellerTradeParty>
      <ram:BuyerOrderReferencedDocument><ram:ID>B-77</ram:ID></ram:BuyerOrderReferencedDocument>
    </ram:ApplicableSupplyChainTradeAgreement>
    <ram:ApplicableSupplyChainTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
      <ram:SpecifiedTradeSettlementMonetarySummation>
        <ram:LineTotalAmount currencyID="EUR">50.00</ram:LineTotalAmount>
        <ram:TaxBasisTotalAmount currencyID="EUR">50.00</ram:TaxBasisTotalAmount>
        <ram:GrandTotalAmount currencyID="EUR">53.50</ram:GrandTotalAmount>
      </ram:SpecifiedTradeSettlementMonetarySummation></ram:ApplicableSupplyChainTradeSettlement>
    <ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:IncludedNote>
      <ram:Content>Delivered on Monday</ram:Content></ram:IncludedNote></ram:AssociatedDocumentLineDocument>
    </ram:IncludedSupplyChainTradeLineItem>
    <ram:IncludedSupplyChainTradeLineItem>
      <ram:SpecifiedSupplyChainTradeDelivery><ram:BilledQuantity>5</ram:BilledQuantity>
      </ram:SpecifiedSupplyChainTradeDelivery>
      <ram:SpecifiedSupplyChainTradeSettlement><ram:SpecifiedTradeSettlementMonetarySummation>
        <ram:LineTotalAmount currencyID="EUR">50.00</ram:LineTotalAmount>
      </ram:SpecifiedTradeSettlementMonetarySummation></ram:SpecifiedSupplyChainTradeSettlement>
      <ram:SpecifiedTradeProduct><ram:Name>Rye flour</ram:Name></ram:SpecifiedTradeProduct>
    </ram:IncludedSupplyChainTradeLineItem>
  </rsm:SpecifiedSupplyChainTradeTransaction>
</rsm:CrossIndustryDocument>"""


def ubl(root: str = "Invoice") -> str:
    line, quantity = (
        ("InvoiceLine", "InvoicedQuantity") if root == "Invoice" else ("CreditNoteLine", "CreditedQuantity")
    )
    code = "<b:InvoiceTypeCode>380" if root == "Invoice" else "<b:CreditNoteTypeCode>381"
    return f"""<{root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{root}-2"
      xmlns:a="urn:cac" xmlns:b="urn:cbc">
      <b:ID>U-3</b:ID><b:IssueDate>2026-02-28</b:IssueDate><b:DueDate>2026-03-30+01:00</b:DueDate>
      {code}</b:{root}TypeCode><b:DocumentCurrencyCode>SEK</b:DocumentCurrencyCode>
      <a:AccountingSupplierParty><a:Party>
        <a:PartyName><b:Name>Skog</b:Name></a:PartyName>
        <a:PartyTaxScheme><b:CompanyID>SE556677889901</b:CompanyID><a:TaxScheme><b:ID>VAT</b:ID></a:TaxScheme>
        </a:PartyTaxScheme>
        <a:PartyLegalEntity><b:RegistrationName>Skog och Sten AB</b:RegistrationName></a:PartyLegalEntity>
      </a:Party></a:AccountingSupplierParty>
      <a:AccountingCustomerParty><a:Party><a:PartyName><b:Name>Kommun</b:Name></a:PartyName></a:Party>
      </a:AccountingCustomerParty>
      <a:PaymentMeans><a:PayeeFinancialAccount><b:ID>123-4567</b:ID></a:PayeeFinancialAccount></a:PaymentMeans>
      <a:TaxTotal><b:TaxAmount currencyID="EUR">4.50</b:TaxAmount></a:TaxTotal>
      <a:TaxTotal><b:TaxAmount currencyID="SEK">50.00</b:TaxAmount><a:TaxSubtotal>
        <b:TaxableAmount currencyID="SEK">200.00</b:TaxableAmount><b:TaxAmount currencyID="SEK">50.00</b:TaxAmount>
        <a:TaxCategory><b:Percent>25</b:Percent></a:TaxCategory></a:TaxSubtotal></a:TaxTotal>
      <a:LegalMonetaryTotal><b:TaxExclusiveAmount currencyID="SEK">200.00</b:TaxExclusiveAmount>
        <b:TaxInclusiveAmount currencyID="SEK">250.00</b:TaxInclusiveAmount>
        <b:PrepaidAmount currencyID="SEK">50.00</b:PrepaidAmount>
        <b:PayableAmount currencyID="SEK">200.00</b:PayableAmount></a:LegalMonetaryTotal>
      <a:{line}><b:ID>1</b:ID><b:{quantity}>0</b:{quantity}><b:LineExtensionAmount>0</b:LineExtensionAmount>
        <a:Item><b:Name>- Section: stones -</b:Name></a:Item></a:{line}>
      <a:{line}><b:ID>2</b:ID><b:{quantity} unitCode="C62">500</b:{quantity}>
        <b:LineExtensionAmount currencyID="SEK">200.00</b:LineExtensionAmount>
        <a:Item><b:Description>Granite, grey, sorted</b:Description><b:Name>Granite</b:Name></a:Item>
        <a:Price><b:PriceAmount>40.00</b:PriceAmount><b:BaseQuantity>100</b:BaseQuantity></a:Price></a:{line}>
    </{root}>"""


def read(xml: str, name: str = "factur-x.xml", schema: Schema = SCHEMA):
    reading = read_einvoice((Attached(name, xml.encode()),), None, schema)
    assert reading is not None
    return {f.path: f for f in reading.findings}


def values(xml: str) -> dict[str, object]:
    return {path: finding.value for path, finding in read(xml).items()}


def test_a_cii_invoice_gives_every_field_of_the_schema() -> None:
    assert values(cii()) == {
        "invoice_number": "K-2026/17",
        "document_type": "invoice",
        "issue_date": dt.date(2026, 3, 4),
        "due_date": dt.date(2026, 4, 3),
        "seller_name": "Kessel & Sohn OHG",
        "seller_address": "Am Kai 4\n20095 Hamburg\nDE",
        "seller_vat_id": "DE136695976",
        "buyer_name": "Atelier Lumen",
        "order_number": "PO-5",
        "currency": "EUR",
        "subtotal": Decimal(100),
        "tax_total": Decimal(19),
        "total": Decimal(119),
        "amount_due": Decimal(119),
        "iban": "DE02120300000000202051",
        "payment_terms": "30 days net",
        "line_items[0].description": "Walnut board",
        "line_items[0].quantity": Decimal(3),
        "line_items[0].unit_price": Decimal(20),
        "line_items[0].line_total": Decimal(60),
        "line_items[1].description": "Oil, 500 ml",
        "line_items[1].quantity": Decimal(2),
        "line_items[1].unit_price": Decimal(20),
        "line_items[1].line_total": Decimal(40),
        "tax_breakdown[0].rate": Decimal(19),
        "tax_breakdown[0].base": Decimal(100),
        "tax_breakdown[0].amount": Decimal(19),
    }


def test_findings_say_that_they_come_from_xml_and_have_no_place_yet() -> None:
    finding = read(cii())["total"]
    assert finding.signals["source_xml"] == 1.0
    assert finding.evidence is None
    assert finding.text == "119.00"


def test_a_profile_without_lines_gives_no_line_items() -> None:
    assert not [path for path in values(cii(lines=())) if path.startswith("line_items")]


def test_a_credit_note_keeps_the_amounts_of_its_xml() -> None:
    found = values(cii(type_code="381"))
    assert found["document_type"] == "credit_note"
    assert found["total"] == Decimal(119)


def test_two_due_dates_give_the_last_and_ask_a_person() -> None:
    terms = TERMS.format(DUE.format("20260403")) + TERMS.format(DUE.format("20260503"))
    finding = read(cii(terms=terms))["due_date"]
    assert finding.value == dt.date(2026, 5, 3)
    assert finding.reasons == ("ambiguous",)
    assert finding.alternatives == ("20260403",)


def test_the_date_of_a_cash_discount_is_no_due_date() -> None:
    percent = "<CalculationPercent>2</CalculationPercent>"
    discount = f"<ApplicableTradePaymentDiscountTerms>{percent}</ApplicableTradePaymentDiscountTerms>"
    terms = TERMS.format(DUE.format("20260503") + discount) + TERMS.format(DUE.format("20260403"))
    finding = read(cii(terms=terms))["due_date"]
    assert finding.value == dt.date(2026, 4, 3)
    assert finding.reasons == ()


def test_several_accounts_give_the_first_and_name_the_others() -> None:
    finding = read(cii(accounts=("DE02120300000000202051", "DE02500105170137075030")))["iban"]
    assert finding.value == "DE02120300000000202051"
    assert finding.alternatives == ("DE02500105170137075030",)
    assert finding.reasons == ("ambiguous",)


def test_the_same_account_printed_twice_is_not_ambiguous() -> None:
    assert read(cii(accounts=("DE02120300000000202051", "DE02 1203 0000 0000 2020 51")))["iban"].reasons == ()


def test_tax_is_taken_in_the_currency_of_the_invoice() -> None:
    totals = (
        '<TaxTotalAmount currencyID="PLN">81.70</TaxTotalAmount><TaxTotalAmount currencyID="EUR">19.00</TaxTotalAmount>'
    )
    finding = read(cii(tax_totals=totals))["tax_total"]
    assert finding.value == Decimal(19)
    assert "81.70 PLN" in finding.notes[0]


def test_a_price_for_a_hundred_becomes_the_price_of_one() -> None:
    finding = read(cii(lines=(Line("Screws", "400", "5.00", "20.00", per="100"),)))["line_items[0].unit_price"]
    assert finding.value == Decimal("0.05")
    assert finding.text == "5.00"


def test_a_meaningless_base_quantity_is_ignored_where_the_line_adds_up_without_it() -> None:
    assert read(cii(lines=(Line("Truffles", "15", "10.00", "150.00", per="15"),)))[
        "line_items[0].unit_price"
    ].value == Decimal(10)


def test_free_goods_stay_a_line() -> None:
    found = values(cii(lines=(*LINES, Line("Sample", "1", "0.00", "0.00"))))
    assert found["line_items[2].description"] == "Sample"


def test_zugferd_1_has_the_same_fields_under_its_old_names_and_its_notes_are_no_lines() -> None:
    found = values(ZUGFERD_1)
    assert found["invoice_number"] == "Z1-9"
    assert found["order_number"] == "B-77"
    assert found["total"] == Decimal("53.50")
    assert found["line_items[0].description"] == "Rye flour"
    assert "line_items[1].description" not in found
    assert "amount_due" not in found


@pytest.mark.parametrize(("root", "kind"), [("Invoice", "invoice"), ("CreditNote", "credit_note")])
def test_ubl_invoices_and_credit_notes_are_read(root: str, kind: str) -> None:
    found = values(ubl(root))
    assert found["document_type"] == kind
    assert found["invoice_number"] == "U-3"
    assert found["due_date"] == dt.date(2026, 3, 30)
    assert found["seller_name"] == "Skog och Sten AB"
    assert found["buyer_name"] == "Kommun"
    assert found["seller_vat_id"] == "SE556677889901"
    assert found["tax_total"] == Decimal(50)
    assert found["prepaid"] == Decimal(50)
    assert found["amount_due"] == Decimal(200)
    assert found["line_items[0].description"] == "Granite"
    assert found["line_items[0].unit_price"] == Decimal("0.4")
    assert found["tax_breakdown[0].amount"] == Decimal(50)
    assert "line_items[1].description" not in found


def test_a_national_account_number_is_no_iban() -> None:
    assert "iban" not in values(ubl())


def test_an_invoice_in_an_envelope_is_found() -> None:
    assert values(f"<sbd:StandardBusinessDocument xmlns:sbd='urn:sbd'><H/>{ubl()}</sbd:StandardBusinessDocument>")[
        "total"
    ]


@pytest.mark.parametrize("name", ["factur-x.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml", "data", "annex.bin"])
def test_the_content_decides_and_not_the_name(name: str) -> None:
    assert read(cii(), name)["total"].value == Decimal(119)


def test_other_attachments_are_passed_over() -> None:
    others = (Attached("photo.png", b"\x89PNG"), Attached("order.xml", b"<Order><ID>1</ID></Order>"))
    assert read_einvoice(others, None, SCHEMA) is None
    assert read_einvoice((*others, Attached("x.xml", cii().encode())), None, SCHEMA) is not None


def test_the_newer_of_two_invoices_wins_and_the_other_is_told() -> None:
    both = (Attached("ZUGFeRD-invoice.xml", ZUGFERD_1.encode()), Attached("factur-x.xml", cii().encode()))
    reading = read_einvoice(both, None, SCHEMA)
    assert reading is not None
    assert "K-2026/17" in [f.value for f in reading.findings]
    assert any("ZUGFeRD-invoice.xml" in note for note in reading.notes)


def test_an_xml_file_by_itself_is_read() -> None:
    reading = read_einvoice((), ubl().encode(), SCHEMA)
    assert reading is not None
    assert reading.raw.startswith("UBL")


def test_an_xml_file_that_is_no_invoice_says_so() -> None:
    with pytest.raises(DocumentError) as error:
        read_einvoice((), b"<catalogue/>", SCHEMA)
    assert error.value.reason is Reason.UNSUPPORTED_TYPE


def test_a_schema_about_something_else_gets_no_reading() -> None:
    schema = Schema(name="lease", version="1", fields=(Field(name="tenant_signature", kind=Kind.BOOLEAN),))
    assert read_einvoice((Attached("factur-x.xml", cii().encode()),), None, schema) is None


def test_a_users_own_schema_is_served_by_names_and_labels() -> None:
    schema = Schema(
        name="own",
        version="1",
        fields=(
            Field(name="invoice_no", kind=Kind.CODE),
            Field(name="f1", kind=Kind.DATE, labels=("Rechnungsdatum", "Invoice date")),
            Field(name="vendor", kind=Kind.TEXT),
            Field(name="betrag", kind=Kind.NUMBER, labels=("Montant TTC",)),
            Field(name="date", kind=Kind.MONEY),
        ),
    )
    found = {path: f.value for path, f in read(cii(), schema=schema).items()}
    assert found == {
        "invoice_no": "K-2026/17",
        "f1": dt.date(2026, 3, 4),
        "vendor": "Kessel & Sohn OHG",
        "betrag": Decimal(119),
    }
