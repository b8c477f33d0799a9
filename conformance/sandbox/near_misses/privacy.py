"""Other ways of keeping personal data out of caches."""

from __future__ import annotations

from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import each_item, with_detail
from conformance.sandbox.messages import Call
from conformance.sandbox.variations import near_miss

ERRORS = "privacy.errors.errors_tell_of_nobody"
NOT_STORED = "privacy.caching.personal_answers_are_not_stored"
SHOWN = "privacy.exposure.strangers_see_no_personal_data"


@near_miss(spares=[NOT_STORED])
def no_store_among_others(agency: Agency) -> Agency:
    """no-store stands in a list with other directives (RFC 9111, 5.2)."""
    return agency.with_(personal_cache=("private, max-age=0, no-store, must-revalidate",))


@near_miss(spares=[NOT_STORED])
def no_store_in_a_second_field(agency: Agency) -> Agency:
    """Field lines of one name are one list (RFC 9110, 5.3)."""
    return agency.with_(personal_cache=("private", "no-store"))


@near_miss(spares=[NOT_STORED])
def no_store_in_capitals(agency: Agency) -> Agency:
    """Cache directives are compared without regard to case (RFC 9111, 5.2)."""
    return agency.with_(personal_cache=("Private,No-Store",))


@near_miss(spares=[NOT_STORED])
def public_answers_never_stored(agency: Agency) -> Agency:
    """Public answers need not be cacheable (RFC 9111, 3)."""
    return agency.with_(public_cache=("no-store",))


@near_miss(spares=[SHOWN])
def contact_of_the_office(agency: Agency) -> Agency:
    """The public list tells whom to ask: an official's name, the office's e-mail and hotline."""
    return _with(
        agency,
        {
            "coQuan": {"maDinhDanh": "H57.01", "tenCoQuan": "Sở Minh Họa"},
            "lienHe": {
                "hoTen": "Trần Văn Minh",
                "email": "mot-cua@example.com",
                "soDienThoai": "19001234",
                "diDong": "0900000003",
            },
        },
    )


@near_miss(spares=[SHOWN])
def barcode_beside_a_name(agency: Agency) -> Agency:
    """A barcode has twelve digits, too, and stands beside the name of a form."""
    return _with(agency, {"ten": "Tờ Khai Cư Trú", "maVach": "036000291452"})


@near_miss(spares=[SHOWN])
def time_of_twelve_digits_beside_a_name(agency: Agency) -> Agency:
    """A time is written in twelve digits, beside the name of the official who made the entry."""
    return _with(agency, {"nguoiCapNhat": {"hoTen": "Trần Văn Minh", "luc": "202507010830"}})


@near_miss(spares=[SHOWN])
def personal_number_hidden(agency: Agency) -> Agency:
    """All but the ends of a personal number are hidden, so it leads to nobody."""
    return _with(agency, {"nguoiNop": {"hoTen": "Đ. Q. Ư.", "soDinhDanh": "0000*****002"}})


def _with(agency: Agency, members: dict[str, object]) -> Agency:
    return agency.bending_values(each_item(lambda item: {**item, **members}))


@near_miss(spares=[ERRORS])
def error_prints_an_example(agency: Agency) -> Agency:
    """Errors tell what a personal number looks like, with one that is printed (ASVS 16.5.1)."""
    return agency.bending_problems(
        with_detail("Số định danh gồm 12 chữ số, ví dụ CCCD 000190000001.")
    )


@near_miss(spares=[ERRORS])
def error_with_a_number_of_its_own(agency: Agency) -> Agency:
    """The number of an event has twelve digits, and is nobody's (ASVS 16.2.1: logs have one)."""
    return agency.bending_problems(
        lambda _call, members: {**members, "maSuKien": "020251106001", "soDinhDanh": None}
    )


@near_miss(spares=[ERRORS])
def error_repeats_what_was_sent(agency: Agency) -> Agency:
    """Errors repeat the body that they are about: the caller knows it (RFC 9457, section 3.1.4)."""

    def hook(call: Call, members: dict[str, Any]) -> Any:
        return {**members, "daGui": (call.body or b"").decode("utf-8", "replace")[:2000]}

    return agency.bending_problems(hook)
