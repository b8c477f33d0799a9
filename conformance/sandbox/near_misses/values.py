"""Values that look odd and are of the kind that they are declared to be."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.carrying import of_applicants, telling, text_of
from conformance.sandbox.variations import near_miss

CODES = "formats.codes.world_codes_are_listed"
MONEY = "formats.money.amounts_are_exact"
PHONES = "formats.contact.phone_numbers_can_be_dialled"
INSURED = "formats.identifiers.insurance_numbers_are_right"
MASKED = "privacy.masking.masked_fields_are_masked"


@near_miss(spares=[CODES])
def codes_of_countries_and_currencies_that_are_gone(agency: Agency) -> Agency:
    """Records of the past keep SU and DEM, which were withdrawn (ISO 3166-3; ISO 4217)."""
    return telling(
        agency,
        nuocSinh=(text_of("country"), "SU"),
        tienTe=(text_of("currency"), "DEM"),
        ngonNgu=(text_of("language"), "sr-Latn-RS"),
    )


@near_miss(spares=[CODES])
def codes_in_their_other_forms(agency: Agency) -> Agency:
    """XXA of passports, 704 in digits, a language of three letters (ISO 3166-1; ISO 4217)."""
    return telling(
        agency,
        quocTich=(text_of("country"), "XXA"),
        tienTe=(text_of("currency"), "704"),
        ngonNgu=(text_of("language"), "cjm"),
    )


@near_miss(spares=[MONEY])
def fees_as_decimal_texts(agency: Agency) -> Agency:
    """A sum of nineteen digits with two decimals is exact as a text (RFC 8259, section 6)."""
    return telling(agency, tongDuToan=(text_of("amount"), "1234567890123456789.50"))


@near_miss(spares=[MONEY])
def fees_with_decimals(agency: Agency) -> Agency:
    """Fifteen digits with decimals are what a double keeps; less than nothing is given back."""
    amount = {"type": "number", "minimum": -1e15, "maximum": 1e15, "x-vnda-field": "amount"}
    return telling(agency, phi=(amount, 1234567890123.45), hoanTra=(amount, -0.1))


@near_miss(spares=[PHONES])
def telephone_numbers_of_services(agency: Agency) -> Agency:
    """Services, switchboards and addresses have numbers of their own (RFC 3966; E.164)."""
    return telling(
        agency,
        tongDai=(text_of("phone"), "19001234"),
        khanCap=(text_of("phone"), "1022"),
        lienHe=(text_of("phone"), "tel:+84-234-382-2222;ext=12"),
        nuocNgoai=(text_of("phone"), "+4930901820"),
    )


@near_miss(spares=[INSURED])
def insurance_numbers_of_both_cards(agency: Agency) -> Agency:
    """The number begins with noughts, and newer cards show it alone (Công văn 3340/BHXH-ST)."""
    return of_applicants(
        agency,
        maSoBhxh=(text_of("social_insurance_number"), "0012345678"),
        soTheBhyt=(text_of("health_card"), "0012345678"),
        soTheBhytCu=(text_of("health_card"), "HS4460012345678"),
    )


@near_miss(spares=[INSURED])
def insurance_numbers_hidden_in_part(agency: Agency) -> Agency:
    """Of the numbers the last digits alone are shown, or none at all (data minimisation)."""
    return of_applicants(
        agency,
        maSoBhxh=(text_of("social_insurance_number"), "******5678"),
        soTheBhyt=(text_of("health_card"), ""),
    )


@near_miss(spares=[MASKED])
def values_masked_in_many_ways(agency: Agency) -> Agency:
    """Stars, dots and letters stand for what is hidden, of numbers and names (ASVS 14.2.6)."""
    return of_applicants(
        agency,
        soHoChieu=(text_of("masked"), "C1xxxx67"),
        soTaiKhoan=(text_of("masked"), "••••••6789"),
        nguoiGiamHo=(text_of("masked"), "Nguyễn V* A"),
        thuDienTu=(text_of("masked"), "n***@vi-du.example"),
        ghiChuRieng=(text_of("masked"), ""),
    )
