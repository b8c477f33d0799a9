"""State that changes when nobody asked, does not survive repetition, or is overwritten unseen."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import enveloped, in_members, without_field
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

FILTERS = "lists.filtering.filters_are_obeyed"
SAFE = "http.safety.reading_changes_nothing"
PUT = "state.repeating.putting_twice_is_putting_once"
DELETE = "state.repeating.deleting_twice_is_deleting_once"
VERSIONS = "state.versions.outdated_versions_are_not_overwritten"
EQUAL = "state.storing.vietnamese_comes_back_equal"
BREAKS = "contract.answers.server_does_not_break"
KEPT = "lifecycle.keeping.hard_values_are_kept"

_STATES = ("1", "2", "4")


@fault(breaks=[SAFE], also=[FILTERS])
def reading_moves_the_dossier(agency: Agency) -> Agency:
    """Whenever an applicant reads a dossier, it moves to another state."""
    return _moving(agency, "getDossier")


@fault(breaks=[SAFE], also=[FILTERS])
def reading_the_progress_moves_the_dossier(agency: Agency) -> Agency:
    """Whenever the progress of a dossier is read, it moves to another state."""
    return _moving(agency, "listProgress")


@fault(breaks=[PUT])
def putting_appends(agency: Agency) -> Agency:
    """Each PUT adds its channels to those that were there."""
    written: Counter[str] = Counter()

    def bend(call: Call, value: Any) -> Any:
        if call.asks not in {"putSubscription", "getSubscription"}:
            return value
        code = value["maHoSo"]
        written[code] += call.asks == "putSubscription"
        return {**value, "kenhThongBao": value["kenhThongBao"] * min(written[code], 5)}

    return agency.bending_values(bend)


@fault(breaks=[PUT], also=[BREAKS])
def putting_again_breaks(agency: Agency) -> Agency:
    """A PUT over something that is there ends in a duplicate key."""

    def bend(call: Call, made: Answer) -> Answer:
        again = call.asks == "putSubscription" and made.status == 200
        if not again:
            return made
        body = b'{"type": "about:blank", "title": "Internal Server Error", "status": 500}'
        return replace(made, status=500).with_body(body, "application/problem+json")

    return agency.bending_answers(bend)


@fault(breaks=[DELETE], also=[BREAKS])
def deleting_again_breaks(agency: Agency) -> Agency:
    """A DELETE of what is gone ends in a null reference."""
    gone: set[str] = set()

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks == "putSubscription":
            gone.discard(call.path)
        if call.asks != "deleteSubscription" or made.status != 204:
            return made
        again = call.path in gone
        gone.add(call.path)
        return replace(made, status=500) if again else made

    return agency.bending_answers(bend)


@fault(breaks=[DELETE])
def deleting_again_brings_back(agency: Agency) -> Agency:
    """DELETE turns a flag over: the second one brings back what the first had removed."""
    deleted: Counter[str] = Counter()
    kept: dict[str, Answer] = {}

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks == "putSubscription":
            deleted[call.path] = 0
            kept[call.path] = made
        deleted[call.path] += call.asks == "deleteSubscription"
        back = deleted[call.path] > 0 and deleted[call.path] % 2 == 0
        if call.asks == "getSubscription" and made.status == 404 and back:
            return replace(kept[call.path], status=200)
        return made

    return agency.bending_answers(bend)


@fault(breaks=[VERSIONS])
def versions_not_compared(agency: Agency) -> Agency:
    """If-Match is not looked at: who saves last wins."""
    return agency.reading(without_field("if-match"))


@fault(breaks=[VERSIONS])
def any_former_version_matches(agency: Agency) -> Agency:
    """If-Match is satisfied by any version that there ever was."""

    def read(call: Call) -> Call:
        former = (call.first("if-match") or "").strip('"').isdecimal()
        return without_field("if-match")(call) if former else call

    return agency.reading(read)


@fault(breaks=[EQUAL], also=[KEPT])
def text_kept_in_latin_1(agency: Agency) -> Agency:
    """Texts are kept in a column of Latin-1: every other letter is a question mark."""
    return _keeping(agency, lambda text: text.encode("latin-1", "replace").decode("latin-1"))


@fault(breaks=[EQUAL])
def text_escaped_for_html(agency: Agency) -> Agency:
    """Texts are escaped for HTML when they are kept: & becomes &amp;."""
    return _keeping(agency, lambda text: text.replace("&", "&amp;"))


@fault(breaks=[EQUAL], also=[KEPT])
def text_cut_after_so_many_bytes(agency: Agency) -> Agency:
    """Texts are cut after 500 bytes, though the contract counts letters."""
    return _keeping(agency, lambda text: text.encode()[:500].decode("utf-8", "ignore"))


@fault(breaks=[EQUAL])
def letters_of_four_bytes_lost(agency: Agency) -> Agency:
    """Letters of four bytes are lost where texts are kept; the answer to the writer shows them."""

    def bend(call: Call, value: Any) -> Any:
        keep = in_members(lambda text: "".join(c for c in text if ord(c) < 0x10000), *_TEXTS)
        return keep(value) if call.method == "GET" else value

    return agency.bending_values(bend)


@fault(breaks=[EQUAL], also=[BREAKS])
def letters_of_four_bytes_break(agency: Agency) -> Agency:
    """A column of MySQL's old `utf8` takes no letter of four bytes, and nobody catches that."""

    def bend(call: Call) -> Answer | None:
        writes = call.asks in {"createDossier", "addProgress", "putSubscription"}
        # In UTF-8, letters of four bytes begin with F0 to F4.
        if not writes or not any(0xF0 <= byte <= 0xF4 for byte in call.body or b""):
            return None
        body = b'{"type": "about:blank", "title": "Internal Server Error", "status": 500}'
        return Answer(500, (("Content-Type", "application/problem+json"),), body)

    return agency.intercepting(bend)


@fault(breaks=[EQUAL], also=[KEPT])
def text_lost_in_an_envelope(agency: Agency) -> Agency:
    """Texts are kept in ASCII, and what was written comes back inside an envelope."""

    def bend(call: Call, value: Any) -> Any:
        keep = in_members(lambda text: text.encode("ascii", "replace").decode(), "noiDung")
        return keep(value) if call.asks == "addProgress" else value

    return enveloped(agency.bending_values(bend))


@fault(breaks=[PUT])
def putting_appends_in_an_envelope(agency: Agency) -> Agency:
    """Each PUT adds its channels to those that were there, and answers come in an envelope."""
    return enveloped(putting_appends(agency))


_TEXTS = ("trichYeu", "noiDung", "ghiChu")


def _keeping(agency: Agency, change: Any) -> Agency:
    return agency.bending_values(lambda _call, value: in_members(change, *_TEXTS)(value))


def _moving(agency: Agency, operation: str) -> Agency:
    """Return an agency in which an operation that reads moves the dossiers in the list."""
    moved: Counter[str] = Counter()

    def bend(call: Call, value: Any) -> Any:
        moved["all"] += call.asks == operation
        if call.asks != "listDossiers":
            return value
        state = _STATES[moved["all"] % len(_STATES)]
        items = [
            {**item, "trangThai": state} if item["trangThai"] in _STATES else item
            for item in value["items"]
        ]
        return {**value, "items": items}

    return agency.bending_values(bend)
