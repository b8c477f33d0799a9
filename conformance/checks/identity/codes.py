"""What a code is worth: once, with its proof, and to whom it was given (RFC 6749, section 4.1)."""

from __future__ import annotations

from conformance.check import check, require
from conformance.checks.identity.flows import (
    CITIZEN,
    SPENT,
    client,
    fresh,
    granted,
    is_granted,
    provider,
    redeem,
)
from conformance.checks.identity.publications import REQUESTS
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text

_EXPECTED = Text(vi="bị từ chối, không cấp mã truy cập", en="a refusal, without any token")


@check(catalogue="AUT-017", per="target", requests=REQUESTS + 6, safety="write")
def proof_is_checked(probe: Probe) -> None:
    """A code is worth nothing to whoever cannot show the key that it was asked for with.

    A code and its verifier are redeemed; another code is refused with a wrong verifier, a third
    without one (RFC 7636, section 4.6; RFC 9700, section 2.1.1).
    """
    server = provider(probe)
    granted(redeem(probe, server, fresh(probe, server)))
    wrong = redeem(
        probe, server, fresh(probe, server), code_verifier=".".join([probe.canary()] * 3)
    )
    _is_refused(wrong, "a wrong code_verifier")
    without = redeem(probe, server, fresh(probe, server), code_verifier=None)
    _is_refused(without, "no code_verifier")


@check(catalogue="AUT-041", per="target", requests=REQUESTS + 3, safety="write")
def codes_work_once(probe: Probe) -> None:
    """A code is redeemed once, and refused the second time.

    Whoever reads the address of a browser, or a log, has the code (RFC 6749, sections 4.1.2 and
    10.5; RFC 9700, section 4.5). Asked with the account `spent` of the target file where it names
    one, for some servers take the second use for a theft and end all that the person consented to.
    Not judged: whether the second use ends what the first brought.
    """
    server = provider(probe)
    account = SPENT if SPENT in probe.target.sign_in.accounts else CITIZEN
    attempt = fresh(probe, server, account)
    granted(redeem(probe, server, attempt))
    _is_refused(redeem(probe, server, attempt), "second use")


@check(catalogue="AUT-042", per="target", requests=REQUESTS + 4, safety="write")
def codes_are_bound_to_their_program(probe: Probe) -> None:
    """What one program was given to identify somebody is worth nothing to another program.

    The second program of the target file shows its own credentials and a code that the first one
    was given, with the right verifier and address: it is refused; the first redeems its own
    (RFC 6749, section 4.1.3). So a result of authentication cannot be passed on.
    """
    client(probe, 2)
    server = provider(probe)
    attempt = fresh(probe, server)
    _is_refused(redeem(probe, server, attempt, number=2), "another program")
    granted(redeem(probe, server, fresh(probe, server)))


def _is_refused(answer: Exchange, tried: str) -> None:
    require(
        not is_granted(answer),
        expected=_EXPECTED,
        observed=f"{tried} → {answer.status}",
        by=answer,
    )
