"""Cross-origin sharing."""

from __future__ import annotations

import contextlib

from conformance.caching import may_be_stored, varies_by
from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.target import Identity, origin_of
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested

_FIELD = "Access-Control-Allow-Origin"
# Of the partners that the target file names so many are tried.
_ORIGINS = 2


@check(catalogue="SEC-004", per="target", requests=6)
def origins_are_not_reflected(probe: Probe) -> None:
    """A foreign page cannot read answers with the reader's own credentials.

    Calls a read with hostile origins in turn: another host, null, look-alikes of the target's
    host. Reflection harms only together with `Access-Control-Allow-Credentials: true`, which is
    compared with case (Fetch, CORS check; ASVS 5.0, 3.4.2).
    """
    operation = probe.first_read()
    if operation is None:
        raise NotApplicable(Text(vi="không có thao tác đọc", en="there is no read operation"))
    probe.control(operation)
    canary, host = probe.canary(), probe.target.host
    origins = [
        f"https://{canary}.example",
        "null",
        f"https://{host}.{canary}.example",
        f"https://{canary}{host}",
    ]
    if probe.target.scheme == "https":
        origins.append(f"http://{host}")
    for origin in origins:
        answer = probe.call(operation, headers=(("Origin", origin),))
        reflected = answer.header("Access-Control-Allow-Origin") == origin
        allowed = answer.header("Access-Control-Allow-Credentials") == "true"
        require(
            not (reflected and allowed),
            expected=Text(
                vi="nguồn lạ không được phép kèm thông tin xác thực",
                en="a foreign origin not to be allowed with credentials",
            ),
            observed=Text(
                vi=f"nguồn {_shape(origin, canary)} được phép kèm thông tin xác thực",
                en=f"the origin {_shape(origin, canary)} is allowed with credentials",
            ),
        )


def _shape(origin: str, canary: str) -> str:
    return origin.replace(canary, "CANARY")


@check(catalogue="SEC-023", per="target", requests=2)
def personal_data_are_not_for_every_origin(probe: Probe) -> None:
    """Pages of any origin cannot read personal data.

    Calls a read with personal data, of those whose owner may read it, with a foreign origin: the
    answer does not open itself to it, by `*` or by repeating it, with credentials or without. What
    is open to everybody may be shared with everybody (ASVS 5.0, 3.4.2; Fetch, CORS protocol).
    """
    operation = _personal(probe)
    canary = probe.canary()
    origin = f"https://{canary}.example"
    answer = probe.call(operation, headers=(("Origin", origin),))
    allowed = _allowed(answer)
    if not operation.succeeded(answer) and allowed in {"*", origin}:
        # A refusal holds nothing: the operation itself has to work.
        probe.control(operation)
    require(
        allowed not in {"*", origin},
        expected=Text(
            vi="dữ liệu cá nhân không mở cho mọi nguồn gốc",
            en="personal data not to be shared with every origin",
        ),
        observed=f"{operation.unit} → {_FIELD}: {_shape(allowed, canary)}",
        by=answer,
    )
    if not operation.succeeded(answer):
        raise probe.why_no_success(operation, answer)


def _personal(probe: Probe) -> Operation:
    """Return a GET operation with personal data that can be called.

    Raises:
        NotApplicable: there is none, as far as contract and target file say.
        NotTested: none can be called; the reason is that of the first.
    """
    why: NotTested | None = None
    for operation in probe.scene.operations:
        if operation.method != "GET" or not operation.personal:
            continue
        try:
            answer = probe.baseline(operation)
            if operation.succeeded(answer):
                return operation
            why = why or probe.why_no_success(operation, answer)
        except NotTested as outcome:
            why = why or outcome
    raise why or NotApplicable(
        Text(vi="không có thao tác đọc dữ liệu cá nhân", en="no read answers personal data")
    )


@check(catalogue="SEC-024", per="target", requests=3)
def answers_for_one_origin_say_so(probe: Probe) -> None:
    """An answer that is for one origin does not reach another out of a cache.

    Calls a read with a foreign origin and with one that may be trusted: that of a partner, where
    the target file names any (`allowed_origins`), else the target's own. Where
    Access-Control-Allow-Origin differs between the two, an answer with an origin in it that caches
    may store lists Origin in Vary, or says `*`. One that is always the same needs none (Fetch, CORS
    protocol and HTTP caches; RFC 9110, section 12.5.5).
    """
    operation = probe.first_read()
    if operation is None:
        raise NotApplicable(Text(vi="không có thao tác đọc", en="there is no read operation"))
    trusted = (*probe.target.allowed_origins, "://".join(origin_of(probe.target.base_url)))[0]
    answers = [
        probe.call(operation, headers=(("Origin", origin),))
        for origin in (f"https://{probe.canary()}.example", trusted)
    ]
    if len({_allowed(answer) for answer in answers}) == 1:
        raise NotApplicable(
            Text(
                vi="câu trả lời như nhau đối với mọi nguồn gốc",
                en="what is answered is the same for every origin",
            )
        )
    for answer in answers:
        require(
            _allowed(answer) in {"", "*"}
            or varies_by(answer, "Origin")
            or not may_be_stored(answer),
            expected=Text(vi="có Vary: Origin", en="Vary: Origin"),
            observed=Text(
                vi=f"{_FIELD} thay đổi theo nguồn gốc, Vary: {_parts(answer, 'Vary')}",
                en=f"{_FIELD} differs by origin, Vary: {_parts(answer, 'Vary')}",
            ),
            by=answer,
        )


@check(
    catalogue="IOP-023",
    per="target",
    requests=2 * _ORIGINS + 1,
    applies=lambda scene, _: bool(scene.target.allowed_origins),
)
def partners_are_served(probe: Probe) -> None:
    """A page of a declared partner can call the interface from a browser.

    Asks for the first origins of `allowed_origins` in the target file what a browser asks. Where
    the caller shows credentials in a field of the header, a preflight comes first, as a stranger:
    it succeeds without credentials, allows the origin, and names the field, for which `*` does not
    stand where it is Authorization. Then the answer to GET itself allows the origin; where the
    caller is known by a cookie, with credentials and by its name (Fetch, CORS protocol).
    """
    operation = _with_credentials(probe)
    field = _shown_in(probe.target.identities.get(probe.allowed(operation) or ""))
    by_cookie = field == "cookie"
    for origin in probe.target.allowed_origins[:_ORIGINS]:
        # A cookie is sent by the browser itself, and asks for no preflight.
        if field and not by_cookie:
            _preflight(probe, operation, origin, field)
        answer = probe.call(operation, headers=(("Origin", origin),))
        if not operation.succeeded(answer):
            raise probe.why_no_success(operation, answer)
        _be_allowed(answer, origin, by_cookie=by_cookie)


def _preflight(probe: Probe, operation: Operation, origin: str, field: str) -> None:
    answer = probe.call(
        operation,
        method="OPTIONS",
        identity=None,
        headers=(
            ("Origin", origin),
            ("Access-Control-Request-Method", operation.method),
            ("Access-Control-Request-Headers", field),
        ),
        wellformed=False,
    )
    require(
        answer.succeeded,
        expected=Text(
            vi="2xx cho câu hỏi trước (OPTIONS) không kèm thông tin xác thực",
            en="2xx for a preflight (OPTIONS) without credentials",
        ),
        observed=answer.status,
        by=answer,
    )
    _be_allowed(answer, origin, by_cookie=False)
    told = _parts(answer, "Access-Control-Allow-Headers")
    named = {name.strip().lower() for name in told.split(",")}
    require(
        field in named or ("*" in named and field != "authorization"),
        expected=Text(
            vi=f"Access-Control-Allow-Headers có {field}",
            en=f"{field} in Access-Control-Allow-Headers",
        ),
        observed=told,
        by=answer,
    )


def _be_allowed(answer: Exchange, origin: str, *, by_cookie: bool) -> None:
    allowed = _allowed(answer)
    require(
        allowed == origin or (allowed == "*" and not by_cookie),
        expected=Text(vi=f"{_FIELD} cho phép {origin}", en=f"{origin} to be allowed by {_FIELD}"),
        observed=f"{answer.request.method}: {_FIELD}: {allowed or '—'}",
        by=answer,
    )
    require(
        not by_cookie or answer.header("Access-Control-Allow-Credentials") == "true",
        expected=Text(
            vi="Access-Control-Allow-Credentials: true, vì bên gọi dùng cookie",
            en="Access-Control-Allow-Credentials: true, because a cookie is shown",
        ),
        observed=answer.header("Access-Control-Allow-Credentials") or "—",
        by=answer,
    )


def _with_credentials(probe: Probe) -> Operation:
    """Return a read that needs credentials and can be called, else any read."""
    for operation in probe.scene.operations:
        if operation.method == "GET" and operation.secured:
            with contextlib.suppress(NotTested):
                if operation.succeeded(probe.baseline(operation)):
                    return operation
    first = probe.first_read()
    if first is None:
        raise NotApplicable(Text(vi="không có thao tác đọc", en="there is no read operation"))
    return first


def _shown_in(who: Identity | None) -> str:
    """Return the field, in lower case, in which credentials are shown; empty where in none."""
    if who is None or who.scheme == "mtls":
        return ""
    if who.scheme == "api_key":
        name = str(who.detail["name"]).lower()
        return {"header": name, "cookie": "cookie"}.get(who.detail["in"], "")
    if who.scheme == "login":
        put = who.detail.get("put", who.detail["take"])
        return "cookie" if "cookie" in put else str(put.get("header", "")).lower()
    return "authorization"


def _allowed(answer: Exchange) -> str:
    """Return the origin that may read; several fields are one value, which is none (Fetch)."""
    return ", ".join(answer.header_all(_FIELD)).strip()


def _parts(answer: Exchange, name: str) -> str:
    return ", ".join(answer.header_all(name)) or "—"
