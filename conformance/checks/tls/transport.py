"""That nothing goes round the encrypted connection."""

from __future__ import annotations

from conformance.check import check, law, require
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.target import Target
from conformance.text import Text
from conformance.tls import channel
from conformance.verdict import NotApplicable, NotTested, Reason


@law(catalogue="SEC-001", per="target", on="baseline")
def answers_come_over_https(answer: Exchange, target: Target) -> None:
    """The interface is reached over https (OWASP ASVS 5.0, 12.2.1).

    Looked at is the address of each baseline call. Only on this machine's loopback, where nobody
    listens in, may it be http.
    """
    secure = answer.request.url.startswith("https:")
    if target.on_loopback and not secure:
        raise NotApplicable(Text(vi="máy của chính người kiểm", en="this very machine"))
    require(
        secure,
        expected=Text(vi="địa chỉ bắt đầu bằng https:", en="an address that starts with https:"),
        observed=target.base_url,
    )


@check(catalogue="SEC-001", per="target", requests=3)
def plain_http_gives_no_data(probe: Probe) -> None:
    """Over plain HTTP the same host gives no data of the API (OWASP ASVS 5.0, 12.2.1 and 4.1.2).

    A stranger reads over http, on port 80 or `network.plain_port`, what can be read over https.
    Refused, silent, an error, a redirect to https or a page of another kind is well; the same kind
    of answer is not, unless every path there has one.
    """
    channel.needs_tls(probe)
    operation = probe.first_read()
    if operation is None or operation.secured or operation.personal:
        # What a stranger is refused anyway shows nothing, and an address may name a person.
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(vi="không có thao tác đọc công khai", en="no operation that anybody may read"),
        )
    good = probe.control(operation)
    seen = probe.plainly(good.request.url.removeprefix(probe.target.base_url))
    _be_clear(probe, seen)
    alike = seen.succeeded and seen.has_body and seen.media_type == good.media_type
    if alike and probe.plainly(probe.unknown_path()).succeeded:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="cổng http trả lời mọi đường dẫn", en="the http port answers every path"),
        )
    require(
        not alike,
        expected=Text(vi="http không trả dữ liệu", en="no data over http"),
        observed=f"{seen.request.url} → {seen.status} {seen.media_type}",
        by=seen,
    )


def _be_clear(probe: Probe, seen: Exchange) -> None:
    """Raise `NotTested` where an answer over plain HTTP says nothing about the target."""
    to = seen.header("Location").lower()
    if 300 <= seen.status < 400 and to and not to.startswith("https:"):
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi=f"chuyển hướng tới {to}", en=f"it redirects to {to}"),
        )
    if probe.target.proxy and not seen.succeeded and not 300 <= seen.status < 400:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="có thể là trả lời của proxy", en="it may be the proxy's answer"),
        )
