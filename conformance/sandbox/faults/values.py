"""Values that are not of the kind that they are declared to be."""

from __future__ import annotations

from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import READ, each_item
from conformance.sandbox.carrying import of_applicants, telling, text_of
from conformance.sandbox.messages import Call
from conformance.sandbox.variations import fault

CODES = "formats.codes.world_codes_are_listed"
MONEY = "formats.money.amounts_are_exact"
PHONES = "formats.contact.phone_numbers_can_be_dialled"
INSURED = "formats.identifiers.insurance_numbers_are_right"
MASKED = "privacy.masking.masked_fields_are_masked"
SCHEMA = "contract.answers.body_matches_schema"
_COUNTED = 10000.000000000002
DECLARED = "formats.declared.values_have_their_formats"


@fault(breaks=[CODES])
def currency_as_people_write_it(agency: Agency) -> Agency:
    """The currency of fees is VNĐ, with the letter of the alphabet instead of that of the code."""
    return telling(agency, donViTien=(text_of("currency"), "VNĐ"))


@fault(breaks=[CODES])
def country_by_its_dialling_code(agency: Agency) -> Agency:
    """The country is 84, as telephones call it."""
    return telling(agency, tienTe=(text_of("currency"), "VND"), nuoc=(text_of("country"), "84"))


@fault(breaks=[CODES])
def language_by_its_country(agency: Agency) -> Agency:
    """The language is vn, which is a country; the language is vi."""
    return telling(agency, ngonNgu=(text_of("language"), "vn"))


@fault(breaks=[MONEY], also=[SCHEMA])
def fees_counted_in_binary_fractions(agency: Agency) -> Agency:
    """Fees show what is left over where money is counted in doubles: 10000.000000000002."""
    listed = each_item(lambda item: {**item, "lePhi": _COUNTED})

    def hook(call: Call, value: Any) -> Any:
        return {**value, "lePhi": _COUNTED} if call.asks == READ else listed(call, value)

    return agency.bending_values(hook)


@fault(breaks=[MONEY])
def fees_written_for_the_eye(agency: Agency) -> Agency:
    """A fee is a text with separators and a unit."""
    return telling(agency, phi=(text_of("amount"), "1.250.000 đ"))


@fault(breaks=[PHONES], also=[DECLARED])
def telephone_number_without_its_nought(agency: Agency) -> Agency:
    """Telephone numbers have lost the nought at their beginning, as spreadsheets make them."""
    return _phone(agency, "900000001")


@fault(breaks=[PHONES], also=[DECLARED])
def telephone_number_with_spaces(agency: Agency) -> Agency:
    """Telephone numbers are written for the eye, in groups."""
    return _phone(agency, "0900 000 001")


@fault(breaks=[PHONES])
def two_telephone_numbers_in_one_text(agency: Agency) -> Agency:
    """A member holds two telephone numbers with a stroke between them."""
    return telling(agency, dienThoaiHoTro=(text_of("phone"), "02343822222/02343833333"))


@fault(breaks=[INSURED])
def insurance_number_cut(agency: Agency) -> Agency:
    """The number of social insurance has lost its first digit, a zero."""
    return of_applicants(agency, maSoBhxh=(text_of("social_insurance_number"), "123456789"))


@fault(breaks=[INSURED])
def health_card_of_an_unknown_level(agency: Agency) -> Agency:
    """A health-insurance card tells a level of benefit that there is none of."""
    return of_applicants(agency, soTheBhyt=(text_of("health_card"), "DN9460123456789"))


@fault(breaks=[MASKED])
def masked_number_in_full(agency: Agency) -> Agency:
    """A number that the contract calls masked is shown from the first digit to the last."""
    return of_applicants(agency, soHoChieu=(text_of("masked"), "C1234567"))


@fault(breaks=[MASKED])
def masked_name_in_full(agency: Agency) -> Agency:
    """Of two members that the contract calls masked only one is."""
    return of_applicants(
        agency,
        soTaiKhoan=(text_of("masked"), "0123****89"),
        nguoiGiamHo=(text_of("masked"), "Nguyễn Văn An"),
    )


def _phone(agency: Agency, number: str) -> Agency:
    schema = {"type": "string", "format": "vn-mobile-phone", "maxLength": 15}
    return of_applicants(agency, soDienThoai=(schema, number))
