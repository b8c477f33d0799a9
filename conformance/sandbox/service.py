"""From a call to an answer: the pure core of the agency, without sockets or frameworks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from conformance.sandbox import (
    authorisation,
    demonstration,
    negotiation,
    requests_in,
    sessions,
    tokens,
)
from conformance.sandbox.agency import NOT_STORED, Agency
from conformance.sandbox.contract import Operation
from conformance.sandbox.demonstration import Person
from conformance.sandbox.listing import Listed
from conformance.sandbox.messages import Answer, Call, Headers, Refusal, Result
from conformance.sandbox.negotiation import JSON, XML, lets_through
from conformance.sandbox.sessions import Sessions


@dataclass(frozen=True)
class State:
    """What an agency remembers between calls.

    Attributes:
        store: what it holds; `log(person, action)` notes who did what.
        sessions: who logged in.
        authority: the authorisation server, whose tokens the agency takes.
    """

    store: Any
    sessions: Sessions
    authority: authorisation.Server


class NotYoursError(Refusal):
    """An object is somebody else's; said in the same words as that there is none."""


# What nginx says of client certificates, in its own words.
_PHRASES = {495: "SSL Certificate Error", 496: "SSL Certificate Required"}

Handler = Callable[[State, Person | None, Call, Mapping[str, Any], Any], Result]


def answering(handlers: Mapping[str, Handler]) -> Callable[[Agency, Any, Call], Answer]:
    """Return what answers calls of a system whose operations are carried out by these handlers."""
    return lambda agency, state, call: answer(agency, state, call, handlers)


def answer(agency: Agency, state: State, call: Call, handlers: Mapping[str, Handler]) -> Answer:
    """Answer a call the way this agency does; the body of HEAD is left to the transport."""
    return framed(
        agency,
        located(agency, call),
        lambda asked: carried_out(agency, state, asked, handlers),
        lambda asked, refusal: refused(agency, asked, refusal),
    )


def framed(
    agency: Agency,
    call: Call,
    carry_out: Callable[[Call], Answer],
    refuse: Callable[[Call, Refusal], Answer],
) -> Answer:
    """Answer a call that was located: what agencies of every system have in common."""
    made = next((given for hook in agency.before if (given := hook(call)) is not None), None)
    made = made or _health(agency, call)
    if made is None:
        try:
            made = carry_out(call)
        except Refusal as refusal:
            made = refuse(call, refusal)
    made = _dressed(agency, call, made)
    for hook in agency.after:
        made = hook(call, made)
    twice = call.first("content-length") is not None and call.first("transfer-encoding") is not None
    if twice and agency.ends_ambiguous:
        made = made.plus(("Connection", "close"))
    if not made.has("Content-Security-Policy"):
        made = made.plus(*(("Content-Security-Policy", value) for value in agency.policies))
    return made


def _health(agency: Agency, call: Call) -> Answer | None:
    """Tell monitors that all is well (draft-inadarei-api-health-check, section 3)."""
    if agency.health is None or call.path != "/health" or call.method not in {"GET", "HEAD"}:
        return None
    fields = (("Content-Type", "application/health+json"), ("Cache-Control", "no-store"))
    return Answer(200, fields, agency.encode(dict(agency.health)))


def located(agency: Agency, call: Call) -> Call:
    """Return a call as it is taken: past the gateway, with what the contract says of it."""
    call = agency.gateway(call)
    found = agency.contract.find(call.path)
    if found is not None:
        template, arguments = found
        method = "GET" if call.method == "HEAD" and agency.head else call.method
        operation = agency.contract.methods(template).get(method)
        call = replace(call, template=template, operation=operation, arguments=arguments)
    for reading in agency.readings:
        call = reading(call)
    return call


def demanded(agency: Agency, call: Call) -> Operation:
    """Return the operation that a call asks for.

    Raises:
        Refusal: 404 or 405, or what this agency says instead.
    """
    if call.template is None:
        raise Refusal(agency.unknown_path_status, "Không có tài nguyên nào ở địa chỉ này.")
    if call.operation is None:
        raise Refusal(
            agency.method_status,
            "Phương thức này không được hỗ trợ ở địa chỉ này.",
            headers=_allow(agency, call.template),
        )
    return call.operation


def carried_out(
    agency: Agency, state: State, call: Call, handlers: Mapping[str, Handler]
) -> Answer:
    """Carry a call out: who calls, what they sent, what came of it.

    Raises:
        Refusal: it is not carried out.
    """
    if authorisation.owns(call.path):
        return state.authority.answer(agency, call)
    operation = demanded(agency, call)
    person = _entitled(agency, operation, authenticated(agency, state, call))
    _demand_acceptable(agency, call)
    values = requests_in.parameters(call, operation)
    aside = agency.members_ignored | agency.members_kept
    sent, extra = requests_in.body(call, operation, aside=aside)
    try:
        result = handlers[operation.id](state, person, call, values, sent)
    except NotYoursError as refusal:
        raise Refusal(agency.others_status, refusal.detail) from None
    if isinstance(result.value, dict):
        result.value.update({k: v for k, v in extra.items() if k in agency.members_kept})
    if person is not None and call.method not in ("GET", "HEAD"):
        state.store.log(person, operation.id)
    return _told(agency, call, result)


def _entitled(agency: Agency, operation: Operation, person: Person | None) -> Person | None:
    """Return the caller with the rights that this agency sees in them.

    Raises:
        Refusal: 403, or what this agency says instead, for a privileged operation.
    """
    if person is None:
        return None
    if operation.id in agency.owner_forgotten_on:
        person = replace(person, everyone=True)
    if operation.id in agency.owners_in_office_on:
        person = replace(person, in_office=True)
    if operation.id in agency.role_forgotten_on:
        person = replace(person, official=True, administrator=True)
    in_office = person.official and operation.id in agency.officials_may
    if operation.privileged and not (person.administrator or in_office):
        raise Refusal(agency.outsider_status, "Chỉ quản trị viên mới được thực hiện thao tác này.")
    return person


def _allow(agency: Agency, template: str) -> Headers:
    """Return Allow (RFC 9110, section 10.2.1) as this agency fills it in."""
    if agency.method_status != 405 or agency.allow is False:
        return ()
    if isinstance(agency.allow, str):
        return (("Allow", agency.allow),)
    methods = set(agency.contract.methods(template))
    if "GET" in methods and agency.head:
        methods.add("HEAD")
    return (("Allow", ", ".join(sorted(methods))),)


def authenticated(agency: Agency, state: State, call: Call) -> Person | None:
    """Return who calls; None where nobody need say.

    An access token decides alone (RFC 6750, sections 2.1 and 3), then the session's cookie, then
    the certificate of the connection.

    Raises:
        Refusal: 401, or what this agency says instead.
    """
    if call.operation is None or not call.operation.secured:
        return None
    let_in = agency.let_in(call)
    if let_in is not None:
        return let_in
    if call.operation.id in agency.certified.declared:
        holder = agency.certified.holder(call, demonstration.PEOPLE)
        if not agency.certified.with_token:
            return holder
    fields = call.values_of("authorization") or _in_query(agency, call)
    known = _by_token(agency, state, call, fields) if fields else None
    if not fields:
        known = state.sessions.whose(call) or _by_certificate(call)
        if known is None and sessions.carried(call) is None:
            if agency.stranger:
                return agency.stranger
            raise Refusal(agency.stranger_status, "Yêu cầu phải kèm thẻ truy cập.")
    known = known or agency.impostor
    if known is None:
        raise Refusal(agency.bad_token_status, "Thẻ truy cập hoặc phiên không hợp lệ.")
    return known


def _in_query(agency: Agency, call: Call) -> tuple[str, ...]:
    """Return a token that stands in the query, as a field would carry it, where it is taken."""
    found = [value for name, value in call.query if name == "access_token"]
    if found and agency.query_token_status is not None:
        raise Refusal(agency.query_token_status, "Thẻ truy cập không được đặt trong địa chỉ.")
    if not found or call.asks not in agency.token_in_query_on:
        return ()
    return (f"Bearer {found[0]}",)


def _demand_scope(agency: Agency, call: Call, claims: Mapping[str, Any]) -> None:
    """Demand what the contract does of a token (RFC 6750, section 3.1)."""
    scope = agency.scopes.get(call.asks or "")
    claimed = claims.get("scope", claims.get("scp"))
    if scope is not None and not agency.scope_fits(call.asks or "", scope, claimed):
        told = (
            f'Bearer realm="{agency.contract.system}", error="insufficient_scope", scope="{scope}"'
        )
        raise Refusal(
            agency.unscoped_status,
            "Thẻ truy cập không có phạm vi cần thiết.",
            headers=(("WWW-Authenticate", told),),
        )


def _by_token(agency: Agency, state: State, call: Call, fields: tuple[str, ...]) -> Person | None:
    scheme, _, token = fields[0].partition(" ")
    if len(fields) > 1 or scheme.lower() != "bearer":
        return None
    try:
        claims = tokens.verified(token.strip(), agency, state.authority.trust)
    except tokens.InvalidTokenError as error:
        if error.audience and agency.foreign_token_status != 401:
            detail = "Thẻ truy cập được cấp cho hệ thống khác."
            raise Refusal(agency.foreign_token_status, detail) from None
        return None
    _demand_scope(agency, call, claims)
    known = (*demonstration.PEOPLE, *demonstration.PROGRAMS, *demonstration.AGENCIES)
    return next((person for person in known if person.subject == claims["sub"]), None)


def _by_certificate(call: Call) -> Person | None:
    people = demonstration.PEOPLE if call.vouched else ()
    return next((person for person in people if person.username == call.peer), None)


def challenge(agency: Agency, call: Call) -> Headers:
    """Return the fields that belong to 401 (RFC 9110, section 15.5.2)."""
    if agency.challenges is not None:
        return tuple(("WWW-Authenticate", value) for value in agency.challenges)
    # Who sent no credentials is not told an error code (RFC 6750, section 3.1).
    reason = ', error="invalid_token"' if call.values_of("authorization") else ""
    return (("WWW-Authenticate", f'Bearer realm="{agency.contract.system}"{reason}'),)


def _demand_acceptable(agency: Agency, call: Call) -> None:
    wanted = ", ".join(call.values_of("accept"))
    told = call.operation.answers if call.operation else JSON
    reads = agency.accept or partial(lets_through, told)
    if call.operation is not None and call.operation.also_xml and _in_xml(call):
        return
    if wanted and agency.unacceptable_status is not None and not reads(wanted):
        raise Refusal(agency.unacceptable_status, f"Hệ thống chỉ trả về dạng {told}.")


def _in_xml(call: Call) -> bool:
    """Whether a caller would rather have XML than JSON (RFC 9110, section 12.5.1)."""
    accept = ", ".join(call.values_of("accept"))
    return negotiation.wanted(accept, (JSON, XML), JSON) == XML


def _told(agency: Agency, call: Call, result: Result) -> Answer:
    """Write a result; what has a version can be revalidated (RFC 9110, section 13.1.2).

    What an operation hands on as it came, it returns as bytes; all else is written as JSON, or as
    XML where it can be and the caller prefers it.
    """
    if result.status == 204:
        return Answer(204, result.headers)
    told = result.value
    value = _written(agency, agency.listing.told(told) if isinstance(told, Listed) else told)
    for hook in agency.values:
        value = hook(call, value)
    media_type = result.media_type or agency.json_media_type
    if result.xml is not None and _in_xml(call):
        body, media_type = result.xml(value), f"{XML}; charset=utf-8"
    else:
        body = value if isinstance(value, bytes) else agency.encode(value)
    answer = Answer(result.status, (("Content-Type", media_type), *result.headers), body)
    if call.operation is not None and not call.operation.personal:
        answer = answer.plus(("ETag", f'"{hashlib.sha256(body).hexdigest()[:24]}"'))
    tag = answer.get("ETag")
    known = {part.strip().removeprefix("W/") for part in _if_none_match(call).split(",")}
    if tag and call.method in {"GET", "HEAD"} and known & {tag, "*"}:
        return Answer(304, (("ETag", tag),))
    return answer


def _if_none_match(call: Call) -> str:
    return ",".join(call.values_of("if-none-match"))


def _written(agency: Agency, value: Any) -> Any:
    """Return a value in which points in time and dates are written as this agency does."""
    if isinstance(value, datetime):
        return agency.time(value.replace(microsecond=0))
    if isinstance(value, date):
        return agency.day(value)
    if isinstance(value, Mapping):
        return {name: _written(agency, part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_written(agency, part) for part in value]
    return value


def problem(agency: Agency, call: Call, refusal: Refusal) -> Any:
    """Return the problem document of a refusal (RFC 9457, section 3.1)."""
    members: Any = {
        "type": "about:blank",
        # With about:blank the title is the phrase of the status (RFC 9457, section 4.2.1).
        "title": _PHRASES.get(refusal.status) or HTTPStatus(refusal.status).phrase,
        "status": refusal.status if agency.problem_status is None else agency.problem_status,
        "detail": refusal.detail,
    }
    if refusal.errors:
        members["errors"] = [{"pointer": at, "detail": why} for at, why in refusal.errors]
    members |= refusal.members
    for hook in agency.problems:
        members = hook(call, members)
    return members


def refused(agency: Agency, call: Call, refusal: Refusal) -> Answer:
    """Return the problem document of a refusal, as an answer."""
    said = any(name == "WWW-Authenticate" for name, _ in refusal.headers)
    named = challenge(agency, call) if refusal.status == 401 and not said else ()
    fields = (("Content-Type", agency.problem_media_type), *named, *refusal.headers)
    return Answer(refusal.status, fields, agency.encode(problem(agency, call, refusal)))


def _dressed(agency: Agency, call: Call, made: Answer) -> Answer:
    """Add what every answer carries."""
    fields: list[tuple[str, str]] = [("X-Content-Type-Options", value) for value in agency.nosniff]
    if call.scheme == "https":
        fields += [("Strict-Transport-Security", value) for value in agency.hsts]
    if not made.has("Cache-Control"):
        fields += [("Cache-Control", value) for value in _caching(agency, call, made)]
    if call.operation is not None and call.operation.secured:
        fields += [("Cross-Origin-Resource-Policy", value) for value in agency.embedding]
    fields += agency.request_id(call.first("x-request-id"))
    version = agency.contract.document.get("info", {}).get("version")
    if version:
        fields.append(("API-Version", version))
    fields += agency.banners
    origin = call.first("origin")
    if origin is not None:
        fields += agency.cors(origin, call.first("host") or "")
    return made.plus(*fields)


def _caching(agency: Agency, call: Call, made: Answer) -> tuple[str, ...]:
    if call.operation is None or made.status >= 400:
        return NOT_STORED
    return agency.personal_cache if call.operation.personal else agency.public_cache


def known(person: Person | None) -> Person:
    """Return the caller of a secured operation; only a broken contract leaves it unknown."""
    if person is None:
        raise Refusal(401, "Yêu cầu phải kèm thẻ truy cập.")
    return person
