"""Rights that nobody asks for once somebody has logged in."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import ASSIGNED, enveloped, promising_no_security, when_asked
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

LISTED = "authorization.ownership.others_are_not_listed"
READ = "authorization.ownership.others_cannot_read"
CHANGE = "authorization.ownership.others_cannot_change"
PRIVILEGED = "authorization.functions.privileged_functions_are_closed"
OFFICE = "authorization.functions.functions_of_office_are_closed"
MEMBERS = "authorization.properties.privileged_members_are_ignored"


@fault(breaks=[READ])
def dossiers_read_by_anybody(agency: Agency) -> Agency:
    """Whoever has logged in reads every dossier whose code they know."""
    return agency.with_(owner_forgotten_on=frozenset({"getDossier"}))


@fault(breaks=[READ])
def progress_read_by_anybody(agency: Agency) -> Agency:
    """Whose a dossier is decides who reads it, but not who reads its progress."""
    return agency.with_(owner_forgotten_on=frozenset({"listProgress"}))


@fault(breaks=[READ])
def dossiers_of_no_declared_security_read_by_anybody(agency: Agency) -> Agency:
    """The contract asks for no credentials; the agency does, and not whose a dossier is."""
    agency = promising_no_security(agency, "getDossier")
    return agency.with_(owner_forgotten_on=frozenset({"getDossier"}))


@fault(breaks=[LISTED])
def everybody_listed(agency: Agency) -> Agency:
    """Who reads a dossier has to own it, but the list shows everybody's to whoever asks."""
    return agency.with_(owner_forgotten_on=frozenset({"listDossiers"}))


@fault(breaks=[LISTED])
def page_of_the_caller_before(agency: Agency) -> Agency:
    """A cache in front knows a page by its address alone: it is shown to whoever asks next."""
    kept: dict[object, tuple[object, bytes]] = {}

    def bend(call: Call, made: Answer) -> Answer:
        caller = dict(call.headers).get("authorization")
        before, body = kept.pop(call.query, (caller, b""))
        if before != caller:
            return made.with_body(body)
        # Whoever put a page there is shown what is new.
        kept[call.query] = caller, made.body
        return made

    return agency.bending_answers(when_asked("listDossiers", bend))


@fault(breaks=[CHANGE])
def dossiers_withdrawn_by_anybody(agency: Agency) -> Agency:
    """Whoever has logged in withdraws every dossier whose code they know."""
    return agency.with_(owner_forgotten_on=frozenset({"withdrawDossier"}))


@fault(breaks=[CHANGE])
def supplements_added_by_anybody(agency: Agency) -> Agency:
    """Others can neither read nor withdraw a dossier, but add papers to it."""
    return agency.with_(owner_forgotten_on=frozenset({"supplementDossier"}))


@fault(breaks=[PRIVILEGED])
def administration_open_to_everybody(agency: Agency) -> Agency:
    """Whoever has logged in may call what is meant for administrators."""
    return agency.with_(role_forgotten_on=frozenset({"listAccounts", "listAuditEvents"}))


@fault(breaks=[PRIVILEGED])
def audit_log_open_to_everybody(agency: Agency) -> Agency:
    """Of the operations for administrators one does not ask who calls."""
    return agency.with_(role_forgotten_on=frozenset({"listAuditEvents"}))


@fault(breaks=[PRIVILEGED])
def audit_log_of_no_declared_security_open(agency: Agency) -> Agency:
    """The contract asks for no credentials; the agency does, and not whether one may."""
    agency = promising_no_security(agency, "listAuditEvents")
    return agency.with_(role_forgotten_on=frozenset({"listAuditEvents"}))


@fault(breaks=[OFFICE])
def progress_recorded_by_anybody(agency: Agency) -> Agency:
    """Whoever has logged in records a step of progress, as if they were an official."""
    return agency.with_(role_forgotten_on=frozenset({"addProgress"}))


@fault(breaks=[OFFICE])
def progress_recorded_by_applicants(agency: Agency) -> Agency:
    """Whose a dossier is may do with it whatever an official may."""
    return agency.with_(owners_in_office_on=frozenset({"addProgress"}))


@fault(breaks=[MEMBERS])
def privileged_members_taken(agency: Agency) -> Agency:
    """Who submits a dossier also sets its state, when it is due and who handles it."""
    return agency.with_(
        members_ignored=ASSIGNED,
        members_kept=frozenset({"trangThai", "donViXuLy", "ngayHenTra"}),
    )


@fault(breaks=[MEMBERS])
def handling_body_taken(agency: Agency) -> Agency:
    """All that is not the caller's to set is dropped, but for who handles the dossier."""
    return agency.with_(members_ignored=ASSIGNED, members_kept=frozenset({"donViXuLy"}))


@fault(breaks=[MEMBERS])
def number_of_the_step_taken(agency: Agency) -> Agency:
    """Who records a step of progress also sets its number; the answer comes in an envelope."""
    taken = agency.with_(members_ignored=ASSIGNED, members_kept=frozenset({"thuTu"}))
    return enveloped(taken)
