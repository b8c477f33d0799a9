"""A token is good for what it was issued for, and no further."""

from __future__ import annotations

import re

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_WHO = "narrow"
_TOO_LITTLE = re.compile(r'\berror\s*=\s*"?insufficient_scope\b', re.IGNORECASE)


@check(
    catalogue="AUT-012",
    per="operation",
    requests=2,
    secured=True,
    scoped=True,
    needs=[_WHO],
)
def scopes_are_enforced(probe: Probe, operation: Operation) -> None:
    """A token without the scope that the contract demands is refused.

    Sends the request of somebody who may with the token of the identity `narrow`, which is valid
    and lacks a scope that every alternative of `security` demands, and then as somebody who may:
    the first is refused, the second succeeds (RFC 6750, section 3.1; ASVS 5.0, 10.3.2). Which
    scopes a token has is read from its claims (`scope`, RFC 9068, section 2.2.3; `scp`), else
    from the answer that issued it (RFC 6749, section 5.1). A 401 refuses the credentials, unless
    its challenge says `insufficient_scope`. Not judged: opaque tokens of which nobody tells the
    scopes, and roles that a contract lists beside other types of schemes, which no token shows.
    """
    answer = unbroken(probe.call(operation, identity=_WHO))
    lacking = _lacking(operation, answer)
    if answer.status == 401 and not _for_want_of_scope(answer):
        raise NotTested(
            Reason.NO_CREDENTIALS,
            Text(
                vi=f"đích không nhận danh tính {_WHO} (401)",
                en=f"the target does not accept the identity {_WHO} (401)",
            ),
        )
    require(
        operation.refused(answer),
        expected=Text(
            vi=f"mã truy cập thiếu phạm vi {lacking} bị từ chối: 403",
            en=f"a token without the scope {lacking} to be refused: 403",
        ),
        observed=answer.status,
        by=answer,
    )
    probe.control(operation)


def _lacking(operation: Operation, answer: Exchange) -> str:
    """Return the scopes that the token of a request lacks for an operation.

    Raises:
        NotApplicable: it lacks none.
        NotTested: nobody knows what it has.
    """
    has = answer.facts.get("credential", {}).get("scopes")
    if has is None:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"không biết mã của `identities.{_WHO}` có phạm vi nào: dùng mã có `scope`, hoặc"
                " `oauth2` có `scope`",
                en=f"nobody tells which scopes the token of `identities.{_WHO}` has: use one with"
                " `scope`, or `oauth2` with `scope`",
            ),
        )
    lacking = operation.scopes - set(has)
    if not lacking:
        raise NotApplicable(
            Text(
                vi=f"mã của {_WHO} có đủ phạm vi của thao tác này",
                en=f"the token of {_WHO} has the scopes of this operation",
            )
        )
    return " ".join(sorted(lacking))


def _for_want_of_scope(answer: Exchange) -> bool:
    return any(_TOO_LITTLE.search(value) for value in answer.header_all("WWW-Authenticate"))
