"""How an agency signs people in for other systems; each part can be bent for itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

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
        codes_used_up: whether a code is worth nothing after its first use.
        codes_bound: whether a code is good only for the program that it was given to.
        id_token: changes what an ID token claims.
        sealed: changes a finished ID token.
        userinfo: changes what is told of a person; gets that person's account too.
        userinfo_token: whether a token is what it takes to be told; gets its claims, or None.
        lowered: whether another level than the one that is demanded may be reached in silence.
        factors: the ways in which somebody is authenticated at a level; gets level and ways.
        ended: whether accounts that ended still sign in.
    """

    response_types: frozenset[str] = frozenset({"code"})
    proof_demanded: bool = True
    challenge_methods: frozenset[str | None] = frozenset({"S256"})
    verifier_checked: Callable[[str | None], bool] = lambda _verifier: True
    redirect_fits: Callable[[str, str], bool] = str.__eq__
    returned: Callable[[dict[str, str]], dict[str, str]] = _same
    codes_used_up: bool = True
    codes_bound: bool = True
    id_token: Callable[[Claims], Claims] = _same
    sealed: Callable[[str], str] = str
    userinfo: Callable[[Mapping[str, Any], Claims], Claims] = lambda _account, told: told
    userinfo_token: Callable[[Claims | None], bool] = bool
    lowered: bool = False
    factors: Callable[[int, list[str]], list[str]] = lambda _level, ways: ways
    ended: bool = False
