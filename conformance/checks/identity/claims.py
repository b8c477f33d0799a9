"""What an access token says: enough for whoever verifies it, and nothing of a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.identities.claims import NEEDED, PROGRAMS
from conformance.target import Target
from conformance.text import Text
from conformance.verdict import NotApplicable

# RFC 9068, section 2.1.
_MARKS = frozenset({"at+jwt", "application/at+jwt"})


@law(catalogue="AUT-025", per="target")
def marked_tokens_are_complete(answer: Exchange) -> None:
    """A token that says it keeps the profile of access tokens has all claims of that profile.

    Of tokens whose type (`typ`) is `at+jwt`: `iss`, `exp`, `aud`, `sub`, `client_id`, `iat` and
    `jti` are there and say something (RFC 9068, section 2.2). Whoever verifies tokens by that
    profile refuses them without. Of tokens of another type nothing is asked here.
    """
    told = _told(answer)
    if str(told["type"]).lower() not in _MARKS:
        raise NotApplicable(
            Text(vi="mã truy cập không mang kiểu at+jwt", en="the token is not of type at+jwt")
        )
    _be_complete(told, [name for name in NEEDED if name not in told["claims"]])


@law(catalogue="AUT-025", per="target")
def tokens_can_be_held_to_their_bounds(answer: Exchange, target: Target) -> None:
    """A signed access token says who issued it, for whom, about whom, and until when.

    Of signed tokens (JWS) that somebody calls with, of whatever type: `iss`, `aud` and `exp` are
    there, and either `sub` or the program (`client_id`, or `azp`, `cid`, `appid` as older servers
    call it). Without the first three nobody can refuse what was issued by somebody else, for
    another system, or long ago (RFC 8725, sections 3.8 and 3.9; RFC 9068, section 2.2). The type
    need not be `at+jwt`. Not judged: sessions and keys that happen to be signed tokens.
    """
    told = _told(answer)
    who = target.identities.get(str(answer.identity))
    if who is None or not who.shows_a_token:
        raise NotApplicable(
            Text(vi="không gọi bằng mã truy cập", en="not called with an access token")
        )
    missing = [name for name in ("iss", "aud", "exp") if name not in told["claims"]]
    if not {"sub", *PROGRAMS} & set(told["claims"]):
        missing.append("sub")
    _be_complete(told, missing)


@law(catalogue="PRV-009", per="target")
def tokens_tell_nothing_of_a_person(answer: Exchange) -> None:
    """A signed token does not carry a person's number, telephone, day of birth or address.

    A signed token is not encrypted: every program, log and browser that it passes can read it. Of
    all signed tokens (JWS) that somebody calls with, no claim of such a name, at any depth, has a
    value of such a form; what is masked is none (RFC 9068, section 6; Law 91/2025/QH15). The
    record holds the kind, never the value. Not judged: `sub` and names for logging in, which say
    whom the token is about; names of people and e-mail addresses; and ID tokens, whose claims the
    program asked for.
    """
    told = _told(answer)
    require(
        not told["personal"],
        expected=Text(
            vi="mã truy cập không chứa dữ liệu cá nhân",
            en="an access token without personal data",
        ),
        observed=", ".join(told["personal"]),
    )


def _told(answer: Exchange) -> Mapping[str, Any]:
    """Return what may be told of the signed token of a request.

    Raises:
        NotApplicable: it has none.
    """
    told: Mapping[str, Any] | None = answer.facts.get("credential")
    if told is None or "claims" not in told:
        raise NotApplicable(
            Text(vi="không gọi bằng mã có chữ ký (JWS)", en="not called with a signed token (JWS)")
        )
    return told


def _be_complete(told: Mapping[str, Any], missing: list[str]) -> None:
    require(
        not missing,
        expected=Text(vi="mã truy cập đủ thành phần", en="a token with its claims complete"),
        observed=Text(
            vi=f"thiếu {', '.join(missing)} (kiểu {told['type'] or '∅'})",
            en=f"{', '.join(missing)} missing (type {told['type'] or '∅'})",
        ),
    )
