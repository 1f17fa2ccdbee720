"""IBANs and VAT ids: form and check digits, by the rules of each country."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Kind
from schemas.values import parse
from schemas.values.ids import IBAN_LENGTHS, VAT_RULES, iban_checksum


def iban_of(country: str, account: int) -> str:
    """A valid IBAN with an invented account."""
    body = str(account).zfill(IBAN_LENGTHS[country] - 4)
    rest = int("".join(str(int(c, 36)) for c in f"{body}{country}00")) % 97
    return f"{country}{98 - rest:02}{body}"


@given(st.sampled_from(sorted(IBAN_LENGTHS)), st.integers(0, 10**11 - 1))
def test_an_iban_is_read_however_it_is_spaced(country, account):
    iban = iban_of(country, account)
    fours = " ".join(iban[k : k + 4] for k in range(0, len(iban), 4))
    for text in (iban, fours, f"IBAN: {fours}", iban.lower()):
        parsed = parse(Kind.IBAN, text)
        assert parsed.value == iban
        assert parsed.checksum is True


@given(st.sampled_from(sorted(IBAN_LENGTHS)), st.integers(0, 10**11 - 1), st.integers(4, 14), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(country, account, place, plus):
    iban = iban_of(country, account)
    wrong = iban[:place] + str((int(iban[place]) + plus) % 10) + iban[place + 1 :]
    parsed = parse(Kind.IBAN, wrong)
    assert parsed.checksum is False
    assert "wrong" in parsed.notes[0]


def test_an_iban_of_another_length_is_told():
    parsed = parse(Kind.IBAN, "DE5412345678901234")
    assert parsed.checksum is False
    assert "22" in parsed.notes[0]


def test_words_after_an_iban_do_not_belong_to_it():
    iban = iban_of("FR", 123456789)
    assert parse(Kind.IBAN, f"{iban} BIC ABCDFRPP").value == iban


@pytest.mark.parametrize("text", ["Rechnung", "DE12", "1234567890123456", "XX12345678901234567890"])
def test_what_is_no_iban_is_refused(text):
    assert parse(Kind.IBAN, text) is None


def test_mod_97_agrees_with_the_example_of_the_standard():
    assert iban_checksum("GB82WEST12345698765432")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("DE 136 695 976", "DE136695976"),
        ("FR 40 303 265 045", "FR40303265045"),
        ("ATU13585627", "ATU13585627"),
        ("BE 0428.759.497", "BE0428759497"),
        ("NL004495445B01", "NL004495445B01"),
        ("IT00743110157", "IT00743110157"),
        ("ESB58378431", "ESB58378431"),
        ("ES54362315K", "ES54362315K"),
        ("PL 8567346215", "PL8567346215"),
        ("PT 501 964 843", "PT501964843"),
        ("DK13585628", "DK13585628"),
        ("FI20774740", "FI20774740"),
        ("GB980780684", "GB980780684"),
        ("LU15027442", "LU15027442"),
        ("HU12892312", "HU12892312"),
        ("SK2022749619", "SK2022749619"),
        ("MT11679112", "MT11679112"),
        ("EE100931558", "EE100931558"),
        ("GR 094259216", "EL094259216"),
        ("SE556188840401", "SE556188840401"),
        ("CHE-116.281.710 MWST", "CHE116281710"),
        ("NO 974760673 MVA", "NO974760673MVA"),
        ("27AAPFU0939F1ZV", "27AAPFU0939F1ZV"),
        ("USt-IdNr.: DE136695976", "DE136695976"),
    ],
)
def test_a_vat_id_is_read_and_its_check_digits_fit(text, value):
    parsed = parse(Kind.VAT_ID, text)
    assert parsed.value == value
    assert parsed.checksum is True


@pytest.mark.parametrize("text", ["DE123456789", "FR41303265045", "IT00743110158", "PL8567346216", "ATU13585628"])
def test_wrong_check_digits_are_told_not_refused(text):
    parsed = parse(Kind.VAT_ID, text)
    assert parsed.value == text
    assert parsed.checksum is False


@pytest.mark.parametrize("text", ["Rechnung", "DE 12", "Total 136695976", "12345678", "DE89370400440532013000"])
def test_what_is_no_vat_id_is_refused(text):
    assert parse(Kind.VAT_ID, text) is None


def test_a_country_without_a_rule_for_check_digits_says_nothing_of_them():
    assert parse(Kind.VAT_ID, "IE6433435F").checksum is None


def test_an_employer_number_is_kept_as_printed():
    assert parse(Kind.VAT_ID, "12-3456789").value == "12-3456789"


@given(st.sampled_from(sorted(c for c, (_, check) in VAT_RULES.items() if check)), st.data())
def test_no_text_of_the_right_form_makes_a_check_fail(country, data):
    text = data.draw(
        st.from_regex(VAT_RULES[country][0].join(("(?:", ")")), fullmatch=True, alphabet=st.characters(codec="ascii"))
    )
    parsed = parse(Kind.VAT_ID, country + text)
    assert parsed is None or parsed.value.startswith(country)
