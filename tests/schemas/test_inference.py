"""Kinds, roles and labels of a user's fields come from their own words."""

from __future__ import annotations

import pytest

from schemas import Field, Kind, Role
from schemas.infer import infer_kind, infer_role
from schemas.phrases import alternatives, genitives, tokens
from schemas.synonyms import end_of_range, labels_for


def kind(name, json_type="string", *, title="", description="", json_format="", pattern=""):
    return infer_kind(
        json_type=json_type, json_format=json_format, pattern=pattern, name=name, title=title, description=description
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("permit_number", Kind.CODE),
        ("customer", Kind.NAME),
        ("customer_number", Kind.CODE),
        ("customer_address", Kind.ADDRESS),
        ("landlord_name", Kind.NAME),
        ("birth_date", Kind.DATE),
        ("iban", Kind.IBAN),
        ("vat_id", Kind.VAT_ID),
        ("currency", Kind.CURRENCY),
        ("country", Kind.COUNTRY),
        ("notes", Kind.TEXT),
        ("email_address", Kind.CODE),
        ("departure_time", Kind.TIME),
        ("totalAmount", Kind.MONEY),
        ("postcode", Kind.CODE),
    ],
)
def test_the_kind_of_a_string_is_told_by_its_name(name, expected):
    assert kind(name) is expected


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("rent", "", Kind.MONEY),
        ("gross_amount", "in US dollars", Kind.MONEY),
        ("quantity", "", Kind.NUMBER),
        ("total_hours", "", Kind.NUMBER),
        ("tax_rate", "", Kind.PERCENT),
        ("share", "in percent", Kind.PERCENT),
        ("reading", "", Kind.NUMBER),
        ("deposit_held", "in euros", Kind.MONEY),
    ],
)
def test_the_kind_of_a_number_is_told_by_its_words(name, description, expected):
    assert kind(name, "number", description=description) is expected


def test_titles_and_descriptions_help_where_names_do_not():
    assert kind("field_7", title="Licence number") is Kind.CODE
    assert kind("tenant_1", description="Who rents the flat") is Kind.NAME
    assert kind("day_1", description="First day of the lease") is Kind.DATE


def test_a_format_says_more_than_a_name():
    assert kind("account", json_format="iban") is Kind.IBAN
    assert kind("total", json_format="date") is Kind.DATE


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("supplier_name", Role.ISSUER),
        ("customer", Role.RECIPIENT),
        ("advertiser", Role.NONE),
        ("seller_or_buyer", Role.NONE),
    ],
)
def test_only_plain_words_give_a_role(name, role):
    assert infer_role(name, "") is role


def test_names_in_any_spelling_are_the_same_words():
    assert tokens("grossAmount") == tokens("gross_amount") == tokens("Gross amount") == ("gross", "amount")


def test_a_title_with_or_says_two_labels():
    assert alternatives("Permit or file number") == ("Permit number", "file number")


def test_a_description_names_what_a_value_belongs_to():
    assert genitives("Number of the permit, file or case, as printed") == (
        ("number", "permit"),
        ("number", "file"),
        ("number", "case"),
    )


def labels(name, kind, title="", description=""):
    return [label.lower() for label in labels_for(Field(name=name, kind=kind, title=title, description=description))]


def test_a_number_is_looked_for_by_its_usual_endings():
    found = labels("permit_number", Kind.CODE, "Permit or file number")
    assert {"permit number", "permit no.", "permit #", "file no."} <= set(found)
    assert found[0] == "permit or file number"


def test_a_total_is_looked_for_in_other_languages_last():
    found = labels("lease_total", Kind.MONEY)
    assert found.index("lease total") < found.index("gesamtbetrag")


def test_both_ends_of_a_period_are_told_apart():
    start = Field(name="lease_from", kind=Kind.DATE, title="Lease start")
    end = Field(name="lease_to", kind=Kind.DATE, title="Lease end")
    assert (end_of_range(start), end_of_range(end)) == ("start", "end")
    assert end_of_range(Field(name="signed", kind=Kind.DATE, title="Signing date")) is None
    assert {"lease start date", "lease from", "lease dates", "start date"} <= set(
        labels("lease_from", Kind.DATE, "Lease start")
    )
    assert "lease through" in labels("lease_to", Kind.DATE, "Lease end")


def test_labels_are_bounded():
    assert (
        len(labels("number", Kind.CODE, "A, b, c, d, e, f, g, h, i or j number", "Number of the a, b, c, d, e, f or g"))
        <= 80
    )
