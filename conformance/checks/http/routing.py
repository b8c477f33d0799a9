"""Where a path leads: redirections, a slash at its end, and what OPTIONS tells of it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urldefrag, urljoin, urlsplit

from conformance.check import check, law, require
from conformance.contract.operations import SAFE_METHODS, Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.questions import is_signing_in
from conformance.target import Target
from conformance.text import Text
from conformance.verdict import NotApplicable

_LEADS = frozenset({301, 302, 303, 307, 308})
_MAY_BECOME_GET = frozenset({301, 302})
_BROKEN, _UNKNOWN_METHOD, _NOT_ALLOWED = 500, 501, 405


@law(catalogue="IOP-038", per="target", on="all")
def redirections_lead_on(answer: Exchange, target: Target) -> None:
    """A redirection leads on: somewhere else, as safely, with the request as it was.

    It has a Location. That does not go from https to http on the same host. It is not the very
    address that was read, unless a cookie was set in between. And where it is the address that was
    written to in another spelling, with another slash at its end say, the status is 307 or 308: at
    301 and 302 clients go on with GET, without what was sent. Sign-ins lead where the program says
    that asks for them, and are left out (RFC 9110, sections 15.4 and 15.4.2 to 15.4.9; ASVS 5.0,
    12.2.1).
    """
    if answer.status not in _LEADS or is_signing_in(answer.identity):
        raise NotApplicable(Text(vi="không phải chuyển hướng", en="no redirection"))
    told = answer.header("Location")
    require(
        told,
        expected=Text(vi="chuyển hướng kèm Location", en="a redirection with a Location"),
        observed=Text(vi=f"{answer.status}, không có Location", en=f"{answer.status}, no Location"),
    )
    try:
        place = urldefrag(urljoin(answer.request.url, told))[0]
        parts = urlsplit(place)
        host = parts.hostname
    except ValueError:
        place, parts, host = "", urlsplit(""), None
    require(
        place,
        expected=Text(vi="Location là một địa chỉ", en="a Location that is an address"),
        observed=told,
    )
    require(
        not (target.scheme == "https" and parts.scheme == "http" and host == target.host),
        expected=Text(vi="chuyển hướng giữ https", en="a redirection that stays with https"),
        observed=f"{answer.status} → {told}",
    )
    reads = answer.request.method in SAFE_METHODS
    require(
        not (reads and place == answer.request.url and not answer.header("Set-Cookie")),
        expected=Text(vi="chuyển hướng đến địa chỉ khác", en="a redirection to another address"),
        observed=f"{answer.status} → {told}",
    )
    require(
        reads or answer.status not in _MAY_BECOME_GET or not _respelled(place, answer.request.url),
        expected=Text(
            vi=f"307 hoặc 308 cho {answer.request.method}, để yêu cầu được gửi lại nguyên vẹn",
            en=f"307 or 308 to {answer.request.method}, so that it is sent again as it was",
        ),
        observed=f"{answer.status} → {told}",
    )


@check(catalogue="IOP-037", per="target", requests=2)
def trailing_slash_is_no_other_resource(probe: Probe) -> None:
    """A path with a slash too much at its end is the same, or nothing.

    Calls one read with a slash behind its path, or without the one that the contract has: refused,
    led elsewhere, or answered as without it. A server that breaks is none of these, nor is a
    success of another media type, such as a page for everything, which programs take for data.
    The contract's own path must work (RFC 3986, section 6.2.3; RFC 9110, sections 15.5.5 and 15.6).
    """
    operation = _read(probe)
    question = probe.form(operation, identity=probe.allowed(operation))
    path, mark, query = question.url.partition("?")
    other = path.rstrip("/") if path.endswith("/") else path + "/"
    if probe.scene.meant_by(other.removeprefix(probe.target.base_url)):
        raise NotApplicable(
            Text(vi="đặc tả có cả hai cách viết", en="the contract has both spellings")
        )
    answer = probe.send(
        replace(question, url=other + mark + query, operation=None, wellformed=False)
    )
    if not answer.succeeded and answer.status < _BROKEN and answer.status not in {401, 403}:
        return
    # A refusal of the caller says nothing of the address, unless the same caller is let in.
    control = probe.control(operation)
    if answer.status in {401, 403}:
        return
    require(
        answer.succeeded,
        expected=Text(
            vi="404, chuyển hướng, hoặc trả lời như cách viết trong đặc tả",
            en="404, a redirection, or the answer to the path as the contract writes it",
        ),
        observed=answer.status,
        by=answer,
    )
    require(
        not answer.has_body or _is_of_one_kind(answer, control),
        expected=Text(
            vi=f"cùng kiểu nội dung: {control.media_type}",
            en=f"the same media type: {control.media_type}",
        ),
        observed=f"{answer.status}, {answer.media_type or '—'}",
        by=answer,
    )


@check(catalogue="IOP-036", per="target", requests=2)
def options_name_what_works(probe: Probe) -> None:
    """Who asks which methods there are is not told less than what works.

    Sends OPTIONS to a path that GET reads: where the answer, 2xx or 405, has an Allow field, GET is
    among the methods, and 405 does not name OPTIONS. Any refusal is legal, also that of a server
    for pages of other origins; that the server breaks is not. No answer has to have the field but
    405, of which others speak (RFC 9110, sections 9.3.7 and 10.2.1).
    """
    operation = _read(probe)
    answer = probe.call(operation, method="OPTIONS", wellformed=False)
    if answer.status >= _BROKEN and answer.status != _UNKNOWN_METHOD:
        probe.control(operation)
        require(
            condition=False,
            expected=Text(
                vi="OPTIONS được trả lời hoặc bị từ chối", en="OPTIONS answered, or refused"
            ),
            observed=answer.status,
            by=answer,
        )
    told = answer.header_all("Allow")
    if not told or not (answer.succeeded or answer.status == _NOT_ALLOWED):
        raise NotApplicable(
            Text(
                vi=f"trả lời {answer.status} cho OPTIONS không kể phương thức nào",
                en=f"the answer {answer.status} to OPTIONS names no methods",
            )
        )
    methods = {part.strip().upper() for value in told for part in value.split(",")}
    if "GET" not in methods:
        probe.control(operation)
    require(
        "GET" in methods,
        expected=Text(vi="Allow có GET", en="an Allow with GET"),
        observed=f"Allow: {', '.join(told)}",
        by=answer,
    )
    require(
        answer.succeeded or "OPTIONS" not in methods,
        expected=Text(vi="405 không kể OPTIONS", en="405 not to name OPTIONS"),
        observed=f"Allow: {', '.join(told)}",
        by=answer,
    )


def _read(probe: Probe) -> Operation:
    operation = probe.first_read()
    if operation is None:
        raise NotApplicable(Text(vi="không có thao tác GET", en="there is no GET operation"))
    return operation


def _is_of_one_kind(one: Exchange, other: Exchange) -> bool:
    return one.media_type == other.media_type or (one.is_json and other.is_json)


def _respelled(place: str, asked: str) -> bool:
    """Whether an address is the one that was asked in another spelling, or of another host.

    The very same one is where a program reads what came of its write.
    """
    here, there = urlsplit(asked), urlsplit(place)
    alike = here.path.rstrip("/").lower() == there.path.rstrip("/").lower()
    return place != asked and alike and here.query == there.query
