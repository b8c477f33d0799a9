"""Content negotiation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance import likeness
from conformance.caching import may_be_stored, varies_by
from conformance.check import check, law, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Ask, Probe, answered
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_FITTING = ("*/*", "application/json;q=0.5, */*;q=0.1")
_UNKNOWN = "application/vnct"
_OK, _NOT_ACCEPTABLE = 200, 406
_GZIP = frozenset({"gzip", "x-gzip"})
# What one series asks, in order; the language of the first is asked for twice.
_CODING, _LANGUAGE = "Accept-Encoding", "Accept-Language"
_NEGOTIATED = "negotiated"
_SERIES = (
    (_CODING, "gzip"),
    (_CODING, "gzip;q=0, identity"),
    (_LANGUAGE, "vi"),
    (_LANGUAGE, "en"),
    (_LANGUAGE, "vi"),
)
_TYPES = 2
# RFC 5646, section 2.1, with its irregular grandfathered tags.
_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+|i-[a-z]{3,8}|en-gb-oed|sgn-(?:be-(?:fr|nl)|ch-de)",
    re.IGNORECASE | re.ASCII,
)


@check(catalogue="IOP-008", per="operation", requests=5, methods=["GET"])
def accept_never_breaks(probe: Probe, operation: Operation) -> None:
    """No Accept header breaks an operation.

    Sends two headers that fit any representation and one that fits none: the first two succeed,
    the third gets 406 or a default representation, both legal (RFC 9110, sections 12.5.1 and
    15.5.7).
    """
    for accept in _FITTING:
        answer = probe.call(operation, headers=(("Accept", accept),))
        if not answer.succeeded:
            # Only now must it be told whether the operation works at all.
            probe.control(operation)
        require(
            answer.succeeded,
            expected=Text(vi=f"2xx với Accept: {accept}", en=f"2xx with Accept: {accept}"),
            observed=answer.status,
        )
    answer = probe.call(operation, headers=(("Accept", _UNKNOWN),), wellformed=False)
    require(
        answer.status < 500,
        expected=Text(
            vi=f"406 hoặc 2xx với Accept: {_UNKNOWN}", en=f"406 or 2xx with Accept: {_UNKNOWN}"
        ),
        observed=answer.status,
    )


@check(catalogue="IOP-024", per="target", requests=len(_SERIES), shares=_NEGOTIATED)
def codings_can_be_undone(probe: Probe) -> None:
    """What is said to be compressed can be unpacked.

    Calls a read that accepts gzip: an answer in that coding is one, whole and with its checksum.
    That nothing is compressed is legal, and so is another coding that nobody asked for, on which
    another check looks (RFC 9110, sections 8.4 and 8.4.1.3).
    """
    answer = _success(probe, _negotiated(probe)[0])
    if _coding(answer) not in _GZIP:
        raise NotApplicable(Text(vi="không nén bằng gzip", en="nothing is compressed with gzip"))
    if "unpacks" not in answer.facts:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="nội dung quá lớn để giải nén", en="the content is too large to be unpacked"),
        )
    require(
        answer.facts["unpacks"],
        expected=Text(vi="nội dung gzip giải nén được", en="gzip content that can be unpacked"),
        observed=Text(vi="không giải nén được", en="it cannot be unpacked"),
        by=answer,
    )


@check(catalogue="IOP-024", per="target", requests=len(_SERIES), shares=_NEGOTIATED)
def codings_are_those_accepted(probe: Probe) -> None:
    """Nobody is sent a compression that they do not accept.

    Calls a read with gzip and without: where gzip is refused by its quality, or only identity is
    asked for, the answer is not compressed; where gzip is accepted, in no other coding. A request
    without the field accepts every coding, so none is made (RFC 9110, section 12.5.3).
    """
    with_gzip, without = _negotiated(probe)[:2]
    for outcome, accepted in ((without, {""}), (with_gzip, {"", *_GZIP})):
        answer = _success(probe, outcome)
        coding = _coding(answer)
        require(
            coding in accepted,
            expected=Text(
                vi=f"chỉ mã nén được chấp nhận: {_asked(answer, _CODING)}",
                en=f"only what is accepted: {_asked(answer, _CODING)}",
            ),
            observed=f"Content-Encoding: {coding}",
            by=answer,
        )


@check(catalogue="IOP-044", per="target", requests=len(_SERIES) + 1, shares=_NEGOTIATED)
def languages_never_break(probe: Probe) -> None:
    """No language that a caller prefers breaks an operation.

    Calls a read with Accept-Language `vi` and `en`: it succeeds, leads elsewhere, or is refused
    with 406, which is legal where there is no such representation (RFC 9110, section 12.5.4).
    """
    for outcome in _negotiated(probe)[2:4]:
        answer = answered(outcome)
        fine = answer.status < 400 or answer.status == _NOT_ACCEPTABLE
        if not fine:
            # Only now must it be told whether the operation works at all.
            probe.control(_read(probe))
        require(
            fine,
            expected=Text(vi="2xx, 3xx hoặc 406", en="2xx, 3xx or 406"),
            observed=f"{_LANGUAGE}: {_asked(answer, _LANGUAGE)} → {answer.status}",
            by=answer,
        )


@law(catalogue="IOP-044", per="target", on="all")
def content_languages_are_tags(answer: Exchange) -> None:
    """The language of an answer is told by its tag (RFC 9110, section 8.5; RFC 5646, section 2.1).

    Content-Language is a list of tags such as `vi` and `en-US`; `vi_VN` and `Vietnamese` are none.
    """
    told = answer.header_all("Content-Language")
    if not told:
        raise NotApplicable(Text(vi="không có Content-Language", en="no Content-Language"))
    # Elements of a list may be empty (RFC 9110, section 5.6.1.2).
    tags = [tag.strip() for tag in ",".join(told).split(",") if tag.strip()]
    require(
        tags and all(_TAG.fullmatch(tag) for tag in tags),
        expected=Text(vi="thẻ ngôn ngữ như vi, en-US", en="tags of languages, such as vi, en-US"),
        observed=" | ".join(told),
    )


@check(catalogue="IOP-042", per="target", requests=len(_SERIES) + _TYPES, shares=_NEGOTIATED)
def answers_name_what_they_vary_by(probe: Probe) -> None:
    """A cache is told what an answer depends on.

    Compares answers to one address: where the coding differs, where the language differs or the
    content does (and not between two calls alike), and where the media type does for an operation
    whose contract names several. An answer that caches may store (without no-store) then lists the
    field of the request in Vary, or says `*` (RFC 9110, section 12.5.5; RFC 9111, section 4.1).
    """
    compared = [*_by_header(probe), *_by_type(probe)]
    for name, one, other in compared:
        for answer in (one, other):
            require(
                varies_by(answer, name) or not may_be_stored(answer),
                expected=Text(
                    vi=f"Vary có {name}, vì trả lời thay đổi theo tiêu đề đó",
                    en=f"{name} in Vary, because the answer depends on it",
                ),
                observed=f"Vary: {', '.join(answer.header_all('Vary')) or '—'}",
                by=answer,
            )
    if not compared:
        raise NotApplicable(
            Text(vi="trả lời không phụ thuộc tiêu đề nào", en="no answer depends on such a field")
        )


def _by_header(probe: Probe) -> Iterator[tuple[str, Exchange, Exchange]]:
    """Yield pairs of answers that differ by the coding or the language, and by which field."""
    coded, plain, vi, en, again = (
        outcome if isinstance(outcome, Exchange) and outcome.succeeded else None
        for outcome in _negotiated(probe)
    )
    if coded and plain and _coding(coded) != _coding(plain):
        yield _CODING, coded, plain
    if not (vi and en and again):
        return
    told = vi.header("Content-Language") != en.header("Content-Language")
    same = likeness.steady(vi.json(), again.json())
    if told or (likeness.tells_something(same) and not likeness.fits(en.json(), same)):
        yield _LANGUAGE, vi, en


def _by_type(probe: Probe) -> Iterator[tuple[str, Exchange, Exchange]]:
    """Yield a pair of answers of one operation in two media types, where its contract has two."""
    for operation in probe.scene.operations:
        types = _types(operation)
        if operation.method != "GET" or len(types) < _TYPES:
            continue
        one, other = (probe.call(operation, headers=(("Accept", t),)) for t in types[:_TYPES])
        if one.succeeded and other.succeeded and one.media_type != other.media_type:
            yield "Accept", one, other
        return


def _types(operation: Operation) -> list[str]:
    """Return the media types in which a success may come, ranges left aside."""
    types = operation.documented(_OK) or {}
    return [name for name in types if "/" in name and "*" not in name]


def _negotiated(probe: Probe) -> tuple[Exchange | NotTested, ...]:
    """Ask one read for codings and languages, once for every check that looks at the answers."""
    operation = _read(probe)

    def ask(name: str, value: str) -> Ask:
        # A body in a coding can be read by nobody here: no other law is to be asked about it.
        return lambda p: p.call(operation, headers=((name, value),), wellformed=name != _CODING)

    return probe.shared(_NEGOTIATED, *(ask(name, value) for name, value in _SERIES))


def _read(probe: Probe) -> Operation:
    operation = probe.first_read()
    if operation is None:
        raise NotApplicable(Text(vi="không có thao tác đọc", en="there is no read operation"))
    return operation


def _success(probe: Probe, outcome: Exchange | NotTested) -> Exchange:
    """Return an answer that is a success; what coding a refusal has is of no interest."""
    answer = answered(outcome)
    if not answer.succeeded:
        raise probe.why_no_success(_read(probe), answer)
    return answer


def _coding(answer: Exchange) -> str:
    told = ", ".join(answer.header_all("Content-Encoding")).strip().lower()
    return "" if told == "identity" else told


def _asked(answer: Exchange, name: str) -> str:
    return dict(answer.request.headers)[name]
