"""Management paths that exist and show nothing."""

from __future__ import annotations

from conformance.sandbox import authorisation
from conformance.sandbox.agency import PROBLEM, Agency
from conformance.sandbox.bending import serving
from conformance.sandbox.leading import PAGE
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

HIDDEN = "http.exposure.management_paths_are_hidden"


@near_miss(spares=[HIDDEN])
def metrics_behind_credentials(agency: Agency) -> Agency:
    """The figures for monitoring are there for those who authenticate (RFC 9110, 15.5.2)."""

    def bend(call: Call) -> Answer | None:
        if call.path != "/metrics":
            return None
        fields = (("Content-Type", PROBLEM), ("WWW-Authenticate", 'Basic realm="metrics"'))
        return Answer(401, fields, b'{"title": "Unauthorized", "status": 401}')

    return agency.intercepting(bend)


@near_miss(spares=[HIDDEN])
def console_is_an_ordinary_page(agency: Agency) -> Agency:
    """A page for people happens to live at /console and manages nothing."""
    return agency.intercepting(serving("/console", "text/html; charset=utf-8", PAGE))


@near_miss(spares=[HIDDEN])
def refusal_repeats_the_path(agency: Agency) -> Agency:
    """The problem document names the path that was asked for, such as /.env (RFC 9457, 3.1.5)."""
    return agency.bending_problems(
        lambda call, members: {**members, "detail": f"Không có tài nguyên nào ở {call.path}."}
    )


@near_miss(spares=[HIDDEN])
def management_paths_are_forbidden(agency: Agency) -> Agency:
    """A gateway refuses hidden files with 403 instead of 404 (RFC 9110, 15.5.4)."""

    def bend(call: Call) -> Answer | None:
        # What the authorisation server has to publish is hidden from nobody (RFC 8615).
        if not call.path.startswith("/.") or authorisation.owns(call.path):
            return None
        return Answer(403, (("Content-Type", PROBLEM),), b'{"title": "Forbidden", "status": 403}')

    return agency.intercepting(bend)
