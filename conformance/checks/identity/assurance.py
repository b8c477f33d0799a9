"""At which level somebody was authenticated, and by what (Decree 69/2024, article 20; RFC 8176)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from conformance.check import check, require
from conformance.checks.identity.flows import (
    Provider,
    authorise,
    fresh,
    id_token_of,
    provider,
    redeem,
    refused,
    said,
)
from conformance.checks.identity.publications import REQUESTS
from conformance.evidence import Exchange, canonical
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotTested, Reason

LEVELS = ("LoA1", "LoA2", "LoA3", "LoA4")
_LIMITED = "limited"
# The kind of factor that each registered way shows (RFC 8176, section 2); others show none.
_KNOWLEDGE, _POSSESSION, _BIOMETRY = "knowledge", "possession", "biometry"
_FACTORS: Mapping[str, str] = {
    **dict.fromkeys(("pwd", "pin", "kba"), _KNOWLEDGE),
    **dict.fromkeys(("otp", "sms", "tel", "hwk", "swk", "sc", "pop"), _POSSESSION),
    **dict.fromkeys(("face", "fpt", "iris", "retina", "vbm"), _BIOMETRY),
}
# Registered, and no factor of their own.
_OF_NO_KIND = frozenset({"mfa", "mca", "user", "geo", "rba", "wia"})


@check(catalogue="AUT-048", per="target", requests=REQUESTS + 8, safety="write")
def levels_are_told(probe: Probe, *, levels: tuple[str, ...] = LEVELS) -> None:
    """Whoever signs somebody in tells at which level, and by which factors, that was done.

    Asks for each level in turn (`acr_values`): every ID token has `acr`, one of the levels, and
    `amr` (OpenID Connect Core 1.0, section 2). A level that is refused with an error is told, too.
    """
    server = provider(probe)
    looked_at = False
    for level in levels:
        answer = _at(probe, server, level)
        if answer is None:
            continue
        looked_at, told = True, id_token_of(answer)
        require(
            told.get("acr") in levels and told.get("amr"),
            expected=Text(
                vi=f"acr thuộc {', '.join(levels)}, và amr",
                en=f"acr of {', '.join(levels)}, and amr",
            ),
            observed=f"{level} → acr {told.get('acr', '∅')}, amr {told.get('amr', '∅')}",
            by=answer,
        )
    if not looked_at:
        raise _none_reached()


@check(catalogue="AUT-049", per="target", requests=REQUESTS + 8, safety="write")
def levels_have_their_factors(probe: Probe, *, levels: tuple[str, ...] = LEVELS) -> None:
    """A level is not claimed without the factors that it takes.

    Asks for each level in turn and holds `amr` against the `acr` that came: level 2 takes two
    different factors, level 3 a biometric one and another, level 4 a biometric one, one that is
    possessed and one that is known (Decree 69/2024, article 20). Which way shows which kind of
    factor is registered (RFC 8176, section 2); where a word that is not registered would decide,
    the question stays open. More factors than a level takes are no fault.
    """
    server, open_ = provider(probe), None
    looked_at = False
    for level in levels:
        answer = _at(probe, server, level)
        told = id_token_of(answer) if answer is not None else {}
        if told.get("acr") not in levels or not told.get("amr"):
            continue
        looked_at, ways = True, told["amr"]
        claimed = levels.index(told["acr"]) + 1
        if _reached(ways) < claimed and not set(ways) <= {*_FACTORS, *_OF_NO_KIND}:
            open_ = open_ or _unknown_ways(ways)
            continue
        require(
            _reached(ways) >= claimed,
            expected=Text(
                vi=f"các yếu tố của mức độ {claimed}", en=f"the factors of level {claimed}"
            ),
            observed=f"acr {told['acr']}, amr {', '.join(ways)}",
            by=answer,
        )
    if open_ is not None:
        raise open_
    if not looked_at:
        raise _none_reached()


@check(catalogue="AUT-050", per="target", requests=REQUESTS + 4, safety="write")
def levels_are_not_lowered(probe: Probe, *, levels: tuple[str, ...] = LEVELS) -> None:
    """Who insists on a level gets it or an error, and never a lower one in its place.

    Asks that the account `limited`, whose holder cannot reach the highest level, be signed in at
    that level, as an essential claim (`claims`, where the metadata support it; OpenID Connect Core
    1.0, section 5.5.1.1): an error, or an ID token at that level. Where only `acr_values` can be
    sent, which is a wish, a lower level is no fault if `acr` tells it. Without a wish the account
    is signed in, so nothing else keeps it out.
    """
    server = provider(probe)
    fresh(probe, server, _LIMITED)
    insisting = server.members.get("claims_parameter_supported") is True
    attempt = authorise(probe, server, _LIMITED, **_asking(levels[-1], insisting=insisting))
    if "code" not in attempt.told:
        refused(attempt)
        return
    answer = redeem(probe, server, attempt)
    acr = id_token_of(answer).get("acr")
    require(
        acr == levels[-1] or (not insisting and acr in levels),
        expected=Text(vi=f"{levels[-1]}, hoặc một lỗi", en=f"{levels[-1]}, or an error"),
        observed=acr or Text(vi="không có acr", en="no acr"),
        by=answer,
    )


@check(catalogue="AUT-051", per="target", requests=REQUESTS + 2, safety="write")
def ended_accounts_stay_out(probe: Probe) -> None:
    """An account of an organisation that ended signs nobody in any more.

    Asks for the account `ended` of the target file, which was good before organisations had to
    change to electronic identification (Decree 69/2024, article 40): no code comes. The account
    `citizen` is signed in, so what keeps the other out is not the request.
    """
    server = provider(probe)
    fresh(probe, server)
    attempt = authorise(probe, server, "ended")
    unbroken(attempt.answer)
    require(
        not attempt.told.get("has"),
        expected=Text(vi="không đăng nhập được", en="no sign-in"),
        observed=said(attempt),
        by=attempt.answer,
    )


def _at(probe: Probe, server: Provider, level: str) -> Exchange | None:
    """Return the token response of a sign-in at a level; None where that is refused."""
    attempt = authorise(probe, server, acr_values=level)
    if "code" not in attempt.told:
        refused(attempt)
        return None
    return redeem(probe, server, attempt)


def _asking(level: str, *, insisting: bool) -> dict[str, str | None]:
    if not insisting:
        return {"acr_values": level}
    claim = {"id_token": {"acr": {"essential": True, "values": [level]}}}
    return {"claims": canonical(claim).decode("utf-8")}


def _reached(ways: Iterable[str]) -> int:
    """Return the highest level that these ways are good for; 0 for none."""
    kinds = {_FACTORS[way] for way in ways if way in _FACTORS}
    if _BIOMETRY not in kinds:
        return min(len(kinds), 2)
    return {1: 0, 2: 3}.get(len(kinds), 4)


def _unknown_ways(ways: Iterable[str]) -> NotTested:
    strange = ", ".join(sorted(set(ways) - _FACTORS.keys() - _OF_NO_KIND))
    return NotTested(
        Reason.INCONCLUSIVE,
        Text(
            vi=f"amr có từ không đăng ký trong RFC 8176: {strange}",
            en=f"amr has words that RFC 8176 does not register: {strange}",
        ),
    )


def _none_reached() -> NotTested:
    return NotTested(
        Reason.INCONCLUSIVE,
        Text(
            vi="không mức độ nào được cho biết kèm yếu tố xác thực",
            en="no level was told together with its factors",
        ),
    )
