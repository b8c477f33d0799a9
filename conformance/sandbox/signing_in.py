"""How an agency signs people in for other systems; each part can be bent for itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Claims = dict[str, Any]


def _same(claims: Claims) -> Claims:
    return claims


@dataclass(frozen=True)
class SigningIn:
    """The ways of an authorisation server; the defaults are those of a correct one.

    Attributes:
        response_types: what may be asked for, each with its words in their order.
        proof_demanded: whether a request has to bring a challenge (RFC 7636).
        challenge_methods: how a challenge may be made.
        verifier_checked: whether a verifier is held against its challenge; gets the verifier.
        redirect_fits: whether an address is the registered one; gets both.
        returned: changes what an authorisation response says.
        code_uses: how many times a code can be used.
        code_fits: whether a program may redeem a code; gets whether it is the one that the code was
            given to, and whether it has a secret.
        id_token: changes what an ID token claims.
        sealed: changes a finished ID token.
        userinfo: changes what is told of a person; gets that person's account too.
        userinfo_token: whether a token is what it takes to be told; gets its claims, or None, and
            whether one was shown at all.
        lowered: at which level somebody is signed in who cannot reach the one that is demanded;
            gets the one that can be reached; None for not at all.
        factors: the ways in which somebody is authenticated at a level; gets level and ways.
        ended: what becomes of accounts that ended: nothing, or they sign in (`old`), or they are
            led on to the account that took their place (`new`).
    """

    response_types: frozenset[str] = frozenset({"code"})
    proof_demanded: bool = True
    challenge_methods: frozenset[str | None] = frozenset({"S256"})
    verifier_checked: Callable[[str | None], bool] = lambda _verifier: True
    redirect_fits: Callable[[str, str], bool] = str.__eq__
    returned: Callable[[dict[str, str]], dict[str, str]] = _same
    code_uses: int = 1
    code_fits: Callable[[bool, bool], bool] = lambda own, _secret: own
    id_token: Callable[[Claims], Claims] = _same
    sealed: Callable[[str], str] = str
    userinfo: Callable[[Mapping[str, Any], Claims], Claims] = lambda _account, told: told
    userinfo_token: Callable[[Claims | None, bool], bool] = lambda claims, _shown: bool(claims)
    lowered: Callable[[int], int | None] = lambda _reached: None
    factors: Callable[[int, list[str]], list[str]] = lambda _level, ways: ways
    ended: Literal["", "old", "new"] = ""
