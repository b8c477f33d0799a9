"""Header fields that only a front server may set."""

from __future__ import annotations

from urllib.parse import urlsplit

from conformance.check import check
from conformance.checks.bypass.refusals import Refusal
from conformance.probe import Probe
from conformance.text import Text

REWRITING = ("X-Original-URL", "X-Rewrite-URL")
SPOOFED = (
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Real-IP", "127.0.0.1"),
    ("Forwarded", "for=127.0.0.1"),
    ("X-Forwarded-User", "admin"),
    ("X-Remote-User", "admin"),
    ("X-User-ID", "1"),
    ("X-SSL-Client-Verify", "SUCCESS"),
    ("X-Client-Cert-DN", "CN=admin"),
)


@check(catalogue="SEC-010", per="target", requests=2 * (len(REWRITING) + 4))
def rewriting_fields_are_ignored(probe: Probe) -> None:
    """A caller cannot name another path in a header field and so get round what guards it.

    Takes one read operation for each way of securing. Asks as a stranger for the base address
    with `X-Original-URL` and then `X-Rewrite-URL` naming the operation's path, which some
    frameworks believe; a success counts only where it brings what the control alone was told
    (ASVS 5.0, 4.1.3 and 8.3.1).
    """
    for operation in probe.secured_reads():
        refusal = Refusal.of(probe, operation)
        parts = urlsplit(refusal.url)
        place = f"{parts.path}?{parts.query}" if parts.query else parts.path
        base = f"{probe.target.base_url}/"
        refusal.holds(
            (
                (name, refusal.question(url=base, headers=((name, place),), raw=True))
                for name in REWRITING
            ),
            expected=Text(
                vi="trường ghi lại đường dẫn do bên gọi đặt bị bỏ qua",
                en="a path named by the caller in a header field to be ignored",
            ),
        )


@check(catalogue="SEC-011", per="target", requests=2 * (len(SPOOFED) + 4))
def spoofed_identities_are_ignored(probe: Probe) -> None:
    """Whoever claims in a header field to be somebody, or to come from inside, is not believed.

    Takes one read operation for each way of securing, and asks as a stranger with one field at a
    time: `X-Forwarded-For`, `X-Real-IP` and `Forwarded` with the server's own address;
    `X-Forwarded-User`, `X-Remote-User`, `X-User-ID`, `X-SSL-Client-Verify` and
    `X-Client-Cert-DN` with an identity. Only a front server may set them (ASVS 5.0, 4.1.3). A
    success counts where it brings what the control alone was told, or records of that kind.
    """
    for operation in probe.secured_reads():
        refusal = Refusal.of(probe, operation)
        refusal.holds(
            (
                (f"{name}: {value}", refusal.question(headers=((name, value),)))
                for name, value in SPOOFED
            ),
            expected=Text(
                vi="trường danh tính hoặc địa chỉ do bên gọi tự đặt bị bỏ qua",
                en="an identity or address that the caller claims in a header field to be ignored",
            ),
            records=True,
        )
