"""Links: which host they name is not for the caller to say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.privacy import hidden
from conformance.probe import Probe
from conformance.text import Text
from conformance.trees import strings
from conformance.verdict import NotApplicable, NotTested, Reason

_FIELDS = ("Location", "Content-Location")
_EXPECTED = Text(
    vi="liên kết không mang tên máy chủ do bên gọi nêu",
    en="no link to have the host that the caller named",
)


@check(catalogue="SEC-016", per="target", requests=3)
def forwarded_hosts_are_not_believed(probe: Probe) -> None:
    """A caller cannot say in a field of front servers which host links name.

    Takes a GET operation whose answer has an absolute link to the system itself, and asks it with
    `X-Forwarded-Host`, with `X-Host` and with `Forwarded: host=` naming an invented host. Only a
    front server may set them (ASVS 5.0, 4.1.3). Broken where Location, Content-Location or Link,
    or a text of a JSON body that is a link, then names that host; in other texts it leads nobody.
    """
    operation = _linking(probe)
    host = f"{probe.canary()}.example"
    for name, value in (
        ("X-Forwarded-Host", host),
        ("X-Host", host),
        ("Forwarded", f"host={host}"),
    ):
        _is_not_named(probe, operation, host, (name, value))


@check(catalogue="SEC-016", per="target", requests=1)
def foreign_hosts_are_not_believed(probe: Probe) -> None:
    """Links do not take the host of a request that is none of the system's own.

    Takes the operation of `forwarded_hosts_are_not_believed` and asks it, over a bare connection to
    the target, with an invented host in `Host`: refused (421, 400, 404 or any other way), answered
    by another site, or answered with links that name somebody else. RFC 9110, section 7.4 wants a
    server to reject what is not meant for it.
    """
    operation = _linking(probe)
    host = f"{probe.canary()}.example"
    _is_not_named(probe, operation, host, ("Host", host))


def _linking(probe: Probe) -> Operation:
    """Return a GET operation whose answer links to the system itself.

    Raises:
        NotApplicable: there is none.
        NotTested: links may stand in what is hidden.
    """
    why: NotTested | None = None
    for operation in probe.scene.operations:
        if operation.method != "GET":
            continue
        with suppress(NotTested):
            answer = probe.baseline(operation)
            try:
                if operation.succeeded(answer) and probe.target.host in _hosts(answer):
                    return operation
            except NotTested as outcome:
                why = why or outcome
    raise why or NotApplicable(
        Text(
            vi="không trả lời nào có liên kết đầy đủ tới chính hệ thống",
            en="no answer has an absolute link to the system itself",
        )
    )


def _is_not_named(probe: Probe, operation: Operation, host: str, field: tuple[str, str]) -> None:
    try:
        answer = probe.call(operation, headers=(field,), raw=field[0] == "Host", wellformed=False)
    except NotTested as outcome:
        last = probe.asked[-1] if probe.asked else None
        if outcome.reason is Reason.BLOCKED or (last and last.facts.get("unanswered")):
            return  # refused, in one way or the other
        raise
    require(
        host not in _hosts(answer),
        expected=_EXPECTED,
        observed=Text(
            vi=f"{operation.unit} với {field[0]}: liên kết mang tên máy chủ ấy",
            en=f"{operation.unit} with {field[0]}: a link has that host",
        ),
        by=answer,
    )


def _hosts(answer: Exchange) -> Iterator[str]:
    """Yield the hosts of the links of an answer; only a success has links in its body.

    Raises:
        NotTested: a link in the body is hidden.
    """
    found = [value for name in _FIELDS for value in answer.header_all(name)]
    found += [
        part.partition(">")[0] for v in answer.header_all("Link") for part in v.split("<")[1:]
    ]
    for link in found:
        yield from _host(link)
    if not (answer.succeeded and answer.is_json and answer.has_body):
        return
    for _, text in strings(answer.json()):
        if isinstance(text, hidden.Hidden):
            if text.is_a("uri"):
                raise hidden.redacted()
        else:
            yield from _host(text)


def _host(link: str) -> Iterator[str]:
    if link.lower().startswith(("http://", "https://", "//")):
        with suppress(ValueError):
            yield urlsplit(link.strip()).hostname or ""
