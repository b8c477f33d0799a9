"""Refusals that can be got round: the gateway guards less than the program behind it serves."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

from conformance.sandbox.agency import Agency
from conformance.sandbox.demonstration import CITIZEN_A, CITIZEN_B, OFFICIAL, Person
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

PATHS = "bypass.paths.other_spellings_open_nothing"
REWRITTEN = "bypass.headers.rewriting_fields_are_ignored"
SPOOFED = "bypass.headers.spoofed_identities_are_ignored"
HEAD = "bypass.methods.head_is_refused_like_get"
OVERRIDDEN = "bypass.methods.overridden_methods_open_nothing"
CONDITIONAL = "http.conditional.known_content_is_not_sent_again"
GUARDED = "/dossiers"


@fault(breaks=[PATHS])
def final_slash_unguarded(agency: Agency) -> Agency:
    """The rule of access names a path exactly; with a slash at its end nothing guards it."""
    return _respelled(agency, lambda path: path.rstrip("/") if path.endswith("/") else path)


@fault(breaks=[PATHS])
def capitals_unguarded(agency: Agency) -> Agency:
    """The program takes capitals in a path for small letters, the rule of access does not."""
    return _respelled(agency, str.lower)


@fault(breaks=[PATHS])
def path_parameter_unguarded(agency: Agency) -> Agency:
    """The program drops what follows a semicolon in a path, the rule of access does not."""
    return _respelled(agency, lambda path: path.partition(";")[0])


@fault(breaks=[PATHS])
def empty_segment_unguarded(agency: Agency) -> Agency:
    """The program takes two slashes for one, the rule of access does not."""
    return _respelled(agency, lambda path: path.replace("//", "/"))


@fault(breaks=[REWRITTEN])
def original_url_believed(agency: Agency) -> Agency:
    """The program serves the path that X-Original-URL names; the gateway guards the other one."""
    return _redirected(agency, "x-original-url")


@fault(breaks=[REWRITTEN])
def rewritten_url_believed(agency: Agency) -> Agency:
    """The program serves the path that X-Rewrite-URL names; the gateway guards the other one."""
    return _redirected(agency, "x-rewrite-url")


@fault(breaks=[SPOOFED])
def forwarded_for_believed(agency: Agency) -> Agency:
    """Whoever says in X-Forwarded-For to come from this machine is taken for an official."""
    return _claimed(agency, "x-forwarded-for", "127.0.0.1", OFFICIAL)


@fault(breaks=[SPOOFED])
def forwarded_user_believed(agency: Agency) -> Agency:
    """Whoever names the administrator in X-Forwarded-User is taken for an official."""
    return _claimed(agency, "x-forwarded-user", "admin", OFFICIAL)


@fault(breaks=[SPOOFED])
def user_number_believed(agency: Agency) -> Agency:
    """Whoever writes a number into X-User-ID is taken for that citizen, here another one."""
    return _claimed(agency, "x-user-id", "1", CITIZEN_B)


@fault(breaks=[HEAD])
def head_unguarded(agency: Agency) -> Agency:
    """The rule of access names GET alone; HEAD of the same path is let through."""
    return agency.with_(gateway=_letting_head_through)


@fault(breaks=[HEAD], also=[CONDITIONAL])
def head_tells_the_version_to_strangers(agency: Agency) -> Agency:
    """HEAD is let through and tells no length, but the version of what the stranger may not see."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks != "listDossiers" or made.status != 200:
            return made
        tagged = made.with_field("ETag", f'"{hashlib.sha256(made.body).hexdigest()[:24]}"')
        return tagged.plus(("Transfer-Encoding", "chunked")) if call.method == "HEAD" else tagged

    return agency.with_(gateway=_letting_head_through).bending_answers(bend)


@fault(breaks=[OVERRIDDEN])
def overridden_method_unguarded(agency: Agency) -> Agency:
    """The rule of access names GET alone; a POST that says to be a GET is let through as one."""
    return _overridden(agency, "x-http-method-override")


@fault(breaks=[OVERRIDDEN])
def method_overridden_under_another_name(agency: Agency) -> Agency:
    """The usual field for overriding is refused; X-Method-Override was forgotten."""
    return _overridden(agency, "x-method-override")


def _letting_head_through(call: Call) -> Call:
    return _trusted(call, CITIZEN_A) if call.method == "HEAD" else call


def _redirected(agency: Agency, field: str) -> Agency:
    def gateway(call: Call) -> Call:
        named = call.first(field)
        if named is None:
            return call
        return _trusted(replace(call, path=named.removeprefix(call.base)), CITIZEN_A)

    return agency.with_(gateway=gateway)


def _overridden(agency: Agency, field: str) -> Agency:
    def gateway(call: Call) -> Call:
        if call.method != "POST" or call.first(field) != "GET":
            return call
        return _trusted(replace(call, method="GET"), CITIZEN_A)

    return agency.with_(gateway=gateway)


def _respelled(agency: Agency, plain: Callable[[str], str]) -> Agency:
    """Return an agency that serves other spellings of the guarded path without asking who calls."""

    def gateway(call: Call) -> Call:
        path = plain(call.path)
        if path == call.path or path != GUARDED:
            return call
        return _trusted(replace(call, path=path), CITIZEN_A)

    return agency.with_(gateway=gateway)


def _claimed(agency: Agency, field: str, value: str, person: Person) -> Agency:
    def gateway(call: Call) -> Call:
        return _trusted(call, person) if call.first(field) == value else call

    return agency.with_(gateway=gateway)


def _trusted(call: Call, person: Person) -> Call:
    """Return a call that comes in as somebody, unless it says who it is itself."""
    if call.first("authorization"):
        return call
    return replace(call, peer=person.username)
