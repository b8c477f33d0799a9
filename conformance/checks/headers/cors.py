"""Cross-origin sharing."""

from __future__ import annotations

from conformance.check import check, require
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable


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
