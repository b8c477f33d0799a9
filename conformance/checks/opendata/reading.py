"""Open data are read by anybody, from anywhere, and may be kept."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

from conformance.check import ABSENT, check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.target import Target
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

ORIGIN = "https://vnct.example"
_REFUSED = frozenset({401, 403})
# An opaque tag, perhaps a weak one (RFC 9110, section 8.8.3).
_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_DIRECTIVE = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+')
_SECONDS = re.compile(r'"?0*[1-9]\d*"?', re.ASCII)


@check(catalogue="OPN-001", per="operation", requests=1, methods=["GET"])
def any_origin_may_read(probe: Probe, operation: Operation) -> None:
    """Open data are read without a key and from any origin.

    Looks at GET operations that `operations.public` of the target file names, or, where it says
    nothing, at those that the contract leaves open. Calls one without credentials and as a page of
    another origin does: it succeeds, with `Access-Control-Allow-Origin` of `*` or that very origin
    (Fetch, CORS protocol). A key that only counts who reads is still a key; whoever hands one to
    everybody at once says so by a waiver.
    """
    _be_open(operation, probe.target)
    answer = unbroken(probe.call(operation, identity=None, headers=(("Origin", ORIGIN),)))
    require(
        answer.status not in _REFUSED,
        expected=Text(vi="đọc được không cần khóa", en="to be read without a key"),
        observed=answer.status,
    )
    if not operation.succeeded(answer):
        raise probe.why_no_success(operation, answer)
    allowed = answer.header_all("Access-Control-Allow-Origin")
    require(
        len(allowed) == 1 and allowed[0].strip() in {"*", ORIGIN},
        expected=Text(
            vi="Access-Control-Allow-Origin là * hoặc nguồn đã hỏi",
            en="Access-Control-Allow-Origin of * or the origin that asked",
        ),
        observed=", ".join(allowed) or ABSENT,
    )


@check(catalogue="OPN-002", per="operation", requests=2, methods=["GET"])
def caches_may_keep_it(probe: Probe, operation: Operation) -> None:
    """Open data may be kept by caches, and asked for again by their version.

    Looks at the operations of `any_origin_may_read`: no `no-store`, no `private` that shuts shared
    caches out of the whole answer, no `Vary: *`, which no later request fits, and a version
    (`ETag`, `Last-Modified`) or a life of more than nothing (`max-age`, `s-maxage`, `Expires`).
    An ETag without its quotes is none. Where it is all there is, the operation is called twice
    more: the same content has the same one. Several fields of Cache-Control are one list
    (RFC 9110, sections 8.8.3 and 12.5.5; RFC 9111, sections 4.1, 4.2.1, 4.3.1 and 5.2.2).
    """
    _be_open(operation, probe.target)
    answer = probe.baseline(operation)
    if not operation.succeeded(answer):
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"trả lời {answer.status}, không có dữ liệu",
                en=f"the answer is {answer.status}, without data",
            ),
        )
    told = ", ".join(answer.header_all("Cache-Control"))
    directives = dict(_directive(part) for part in _DIRECTIVE.findall(told))
    varies = ", ".join(answer.header_all("Vary"))
    shut = [f"Cache-Control: {told}"] if "no-store" in directives else []
    # With names of fields, `private` keeps only these from shared caches.
    shut += [f"Cache-Control: {told}"] if directives.get("private") == "" else []
    shut += [f"Vary: {varies}"] if "*" in (name.strip() for name in varies.split(",")) else []
    require(
        not shut,
        expected=Text(vi="dữ liệu mở lưu đệm được", en="open data that may be kept"),
        observed="; ".join(dict.fromkeys(shut)),
    )
    lives = any(_SECONDS.fullmatch(directives.get(n, "")) for n in ("max-age", "s-maxage"))
    if lives or _expires(answer) or answer.header("Last-Modified"):
        return
    tag = answer.header("ETag")
    require(
        _TAG.fullmatch(tag),
        expected=Text(
            vi="ETag (trong ngoặc kép), Last-Modified hoặc thời hạn lưu đệm lớn hơn 0",
            en="an ETag (in quotes), Last-Modified, or a life of more than nothing",
        ),
        observed=f"ETag: {tag}" if tag else told or ABSENT,
    )
    _be_the_version(probe.call(operation), probe.call(operation))


def _be_the_version(once: Exchange, again: Exchange) -> None:
    """Demand that the same content, asked for twice in a row, has the same version.

    Raises:
        NotTested: the content is another one, or did not come, so nobody can tell.
    """
    came = once.succeeded and again.succeeded
    tags = [found[1] if (found := _TAG.fullmatch(e.header("ETag"))) else "" for e in (once, again)]
    if came and tags[0] and tags[0] == tags[1]:
        return
    # With tokens for what is hidden: equal values have equal ones.
    if not came or once.shown_body != again.shown_body:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="nội dung và ETag đều đổi từ lần gọi này sang lần gọi khác",
                en="content and ETag both differ from call to call",
            ),
        )
    require(
        False,
        expected=Text(vi="cùng nội dung thì cùng ETag", en="the same ETag for the same content"),
        observed=f"{once.header('ETag')} → {again.header('ETag')}",
        by=again,
    )


def _be_open(operation: Operation, target: Target) -> None:
    """Do nothing for open data; raise `NotApplicable` for everything else."""
    named = "public" in target.operations
    if not (operation.public if named else not operation.guarded):
        raise NotApplicable(Text(vi="không phải dữ liệu mở", en="no open data"))


def _directive(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip().lower(), value.strip()


def _expires(answer: Exchange) -> bool:
    """Whether Expires lies behind Date; what is no date has expired (RFC 9111, section 5.3)."""
    try:
        until = parsedate_to_datetime(answer.header("Expires"))
        return until > parsedate_to_datetime(answer.header("Date"))
    except (ValueError, TypeError):
        return False
