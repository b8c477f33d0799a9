"""How access tokens are handed out: to be kept by nobody on the way, and for a short time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from conformance.check import ABSENT, Lower, law, require
from conformance.evidence import Exchange
from conformance.identities import sign_ins
from conformance.identities.forging import LEEWAY
from conformance.text import Text
from conformance.verdict import NotApplicable

# RFC 6750, section 5.3: one hour or less.
HOUR = 3600
_NONE_ISSUED = Text(
    vi="không có mã truy cập nào được cấp trong lượt chạy (xem `oauth2` của danh tính)",
    en="no access token was issued in the run (see `oauth2` of an identity)",
)


@law(catalogue="AUT-023", per="target", on="all", hostile=True)
def token_responses_are_not_stored(answer: Exchange) -> None:
    """What hands out a token says that nobody may keep it.

    Looks at every token response of the run, those that the suite's own log-ins got as well:
    `Cache-Control` has `no-store` (RFC 6749, section 5.1; RFC 9111, section 5.2.2.5). `Pragma`
    tells caches of today nothing and is not asked for. Not judged: tokens that stand in the target
    file, of which nobody saw how they were handed out.
    """
    _, kept = _issued(answer)
    words = {word.partition("=")[0].strip().lower() for word in kept.split(",")}
    require(
        "no-store" in words,
        expected=Text(
            vi="trả lời cấp mã có Cache-Control: no-store",
            en="a token response with Cache-Control: no-store",
        ),
        observed=kept or ABSENT,
    )


@law(catalogue="AUT-024", per="target", on="all", hostile=True)
def tokens_are_short_lived(
    answer: Exchange, *, longest_seconds: Annotated[int, Lower] = HOUR
) -> None:
    """An access token lapses soon, so that one that was stolen opens nothing for long.

    Looks at every token that was issued in the run: it lasts for `longest_seconds` at most, by its
    own claims (from `iat`, or `nbf`, to `exp`), else by the `expires_in` of the answer that issued
    it (RFC 6750, section 5.3: one hour or less). Five minutes are allowed for clocks. Not judged:
    refresh tokens; tokens that stand in the target file, which may have been made to last for the
    test; and tokens whose end nobody tells.
    """
    told, _ = _issued(answer)
    lasts = answer.facts.get("credential", {}).get("lasts", told.get("expires_in"))
    if lasts is None:
        raise NotApplicable(
            Text(
                vi="không ai cho biết mã truy cập hết hạn khi nào",
                en="nobody tells when the token lapses",
            )
        )
    require(
        lasts <= longest_seconds + LEEWAY,
        expected=Text(
            vi=f"mã truy cập có hiệu lực tối đa {longest_seconds} giây",
            en=f"an access token that lasts for {longest_seconds} seconds at most",
        ),
        observed=Text(vi=f"{lasts:g} giây", en=f"{lasts:g} seconds"),
    )


def _issued(answer: Exchange) -> tuple[Mapping[str, Any], str]:
    """Return what is told of how a token was issued, and how long that answer may be kept.

    Either the answer issued it itself, or it was called with a token that was issued before.

    Raises:
        NotApplicable: neither.
    """
    given = answer.facts.get(sign_ins.TOKENS)
    if given:
        if "access_token" in given["has"]:
            return given, ", ".join(answer.header_all("Cache-Control"))
        raise NotApplicable(_NONE_ISSUED)
    credential = answer.facts.get("credential")
    told: Mapping[str, Any] | None = credential.get("issued") if credential else None
    if told is None:
        raise NotApplicable(_NONE_ISSUED)
    return told, str(told["cache_control"])
