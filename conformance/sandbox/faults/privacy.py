"""Personal data that stays where it should not."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import each_item, promising_no_security, with_detail
from conformance.sandbox.demonstration import ADMINISTRATOR, APPLICANT_A, CITIZEN_A
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

CLOSED = "privacy.exposure.owned_data_are_closed_to_strangers"
ERRORS = "privacy.errors.errors_tell_of_nobody"
NOT_STORED = "privacy.caching.personal_answers_are_not_stored"
SHOWN = "privacy.exposure.strangers_see_no_personal_data"
UNDECLARED = "privacy.undeclared.no_undeclared_personal_data_or_secrets"


@fault(breaks=[NOT_STORED])
def personal_answers_cached_by_anybody(agency: Agency) -> Agency:
    """Every cache may keep answers with personal data for an hour."""
    return agency.with_(personal_cache=("public, max-age=3600",))


@fault(breaks=[NOT_STORED])
def personal_answers_kept_by_browsers(agency: Agency) -> Agency:
    """`private, no-cache` still lets the browser of a shared computer keep personal data."""
    return agency.with_(personal_cache=("private, no-cache",))


@fault(breaks=[NOT_STORED])
def nothing_said_about_storing(agency: Agency) -> Agency:
    """Nothing tells caches what to do with personal data."""
    return agency.with_(personal_cache=())


@fault(breaks=[NOT_STORED])
def pragma_instead_of_cache_control(agency: Agency) -> Agency:
    """Only Pragma, which says nothing about responses, stands on personal data."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.operation is None or not call.operation.personal:
            return made
        return made.plus(("Pragma", "no-cache"))

    return agency.with_(personal_cache=()).bending_answers(bend)


@fault(
    breaks=[CLOSED],
    also=["identity.enforcement.declared_security_is_enforced"],
)
def dossiers_read_by_strangers(agency: Agency) -> Agency:
    """A stranger is taken for a citizen, and to read the contract asks for nothing."""
    agency = promising_no_security(agency, "listDossiers", "getDossier", "listProgress")
    return agency.with_(stranger=CITIZEN_A)


@fault(
    breaks=[CLOSED],
    also=["identity.enforcement.declared_security_is_enforced"],
)
def accounts_listed_to_strangers(agency: Agency) -> Agency:
    """The list of accounts is the administrator's, and whoever says nothing is taken for one."""
    agency = promising_no_security(agency, "listAccounts")
    return agency.with_(stranger=ADMINISTRATOR)


@fault(breaks=[SHOWN], also=[UNDECLARED])
def applicants_in_a_public_list(agency: Agency) -> Agency:
    """The public list of procedures tells who asked last, with the personal number."""
    shown = {name: APPLICANT_A[name] for name in ("hoTen", "soDinhDanh")}
    return agency.bending_values(each_item(lambda item: {**item, **shown}))


@fault(breaks=[SHOWN])
def personal_number_inside_another_object(agency: Agency) -> Agency:
    """The personal number stands in an object of its own, beside an e-mail address."""
    shown = {
        "nguoiCapNhat": {
            "lienHe": {"email": APPLICANT_A["email"]},
            "canCuoc": {"so": APPLICANT_A["soDinhDanh"]},
        }
    }
    return agency.bending_values(each_item(lambda item: {**item, **shown}))


@fault(breaks=[SHOWN], also=[UNDECLARED])
def personal_number_under_another_name(agency: Agency) -> Agency:
    """The personal number is called a reference; the date of birth beside it gives it away."""
    shown = {
        "thamChieu": APPLICANT_A["soDinhDanh"],
        "ngaySinh": APPLICANT_A["ngaySinh"].strftime("%d/%m/%Y"),
    }
    return agency.bending_values(each_item(lambda item: {**item, **shown}))


@fault(breaks=[ERRORS])
def error_names_whose_it_is(agency: Agency) -> Agency:
    """Errors tell in their text who has the number that something belongs to."""
    return agency.bending_problems(
        with_detail("Dữ liệu thuộc về Lê Văn Bình, số CCCD 000085000002.")
    )


@fault(breaks=[ERRORS])
def error_shows_the_record(agency: Agency) -> Agency:
    """Errors carry the record that stood in the way, for whoever mends it."""
    record = {"hoTen": "Lê Văn Bình", "soDinhDanh": "000085000002"}
    return agency.bending_problems(lambda _call, members: {**members, "banGhi": record})
