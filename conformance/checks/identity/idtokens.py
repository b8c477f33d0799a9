"""What an ID token says, for whom, until when (OpenID Connect Core 1.0, sections 2 and 3.1.3.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.check import check, require
from conformance.checks.identity.flows import REQUESTS, SIGN_IN, client, provider, sign_in
from conformance.checks.identity.publications import all_of
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason

# What clocks may differ by.
_LEEWAY = 300


@check(catalogue="AUT-043", per="target", requests=REQUESTS, shares=SIGN_IN, safety="write")
def id_tokens_are_signed(probe: Probe) -> None:
    """An ID token carries the signature of a key that its issuer publishes.

    Signs an account in and verifies the signature against the key set as it was read in this run.
    `none`, and the secret of a program as a key (`HS…`), prove nothing to anybody else (OpenID
    Connect Core 1.0, section 3.1.3.7; RFC 8725, section 3.1). Not judged: algorithms that this
    suite cannot verify.
    """
    server = provider(probe)
    signed_in = sign_in(probe, server)
    told = signed_in.id_token
    algorithm = str(told.get("alg", ""))
    strong = bool(algorithm) and algorithm.lower() != "none" and not algorithm.startswith("HS")
    require(
        strong,
        expected=Text(vi="thuật toán ký bằng khóa riêng", en="an algorithm with a private key"),
        observed=algorithm or Text(vi="không có alg", en="no alg"),
        by=signed_in.response,
    )
    if not told["readable"]:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi=f"chưa biết kiểm {algorithm}", en=f"{algorithm} cannot be verified here"),
        )
    require(
        told["signed_by"] in server.keys,
        expected=Text(
            vi="chữ ký của một khóa trong tập khóa được công bố",
            en="the signature of a key in the published set",
        ),
        observed=Text(vi="chữ ký không khớp khóa nào", en="a signature that fits no key"),
        by=signed_in.response,
    )


@check(catalogue="AUT-044", per="target", requests=REQUESTS, shares=SIGN_IN, safety="write")
def id_tokens_are_for_their_program(probe: Probe) -> None:
    """An ID token names its issuer, the program that it is for, and the time until which it holds.

    Of a sign-in just made: `iss` is the issuer of the metadata, `aud` has the program, with others
    beside it only where `azp` names the program, `sub` is there, `exp` lies ahead and `iat` is of
    now, by the clock of the examiner and five minutes more (OpenID Connect Core 1.0, section 2).
    """
    server = provider(probe)
    signed_in = sign_in(probe, server)
    program, issuer = client(probe).client_id, str(server.members.get("issuer", ""))
    problems = list(_wrong(signed_in.id_token, program, issuer))
    require(
        not problems,
        expected=Text(
            vi="iss, aud, sub, exp, iat đúng với lần đăng nhập này",
            en="iss, aud, sub, exp and iat of this very sign-in",
        ),
        observed=all_of(problems),
        by=signed_in.response,
    )


@check(catalogue="AUT-045", per="target", requests=REQUESTS, shares=SIGN_IN, safety="write")
def nonces_come_back(probe: Probe) -> None:
    """An ID token holds the nonce of the request that it answers.

    By it a program knows that a token was made for this sign-in and not taken from another one
    (OpenID Connect Core 1.0, sections 2 and 3.1.3.7).
    """
    signed_in = sign_in(probe, provider(probe))
    told = signed_in.id_token.get("nonce")
    require(
        told == signed_in.asked["nonce"],
        expected=Text(vi="nonce đúng như đã gửi", en="the nonce that was sent"),
        observed=Text(vi="không có nonce", en="no nonce")
        if told is None
        else Text(vi="một nonce khác", en="another nonce"),
        by=signed_in.response,
    )


def _wrong(told: Mapping[str, Any], program: str, issuer: str) -> Iterator[Text]:
    audience = told.get("aud", [])
    if told.get("iss") != issuer:
        yield Text(vi=f"iss là {told.get('iss')}", en=f"iss is {told.get('iss')}")
    if program not in audience:
        yield Text(vi="aud không có chương trình này", en="aud lacks this program")
    elif len(audience) > 1 and told.get("azp") != program:
        yield Text(vi="aud có chương trình khác, thiếu azp", en="others in aud, and no azp")
    if not told.get("sub"):
        yield Text(vi="thiếu sub", en="sub is missing")
    # By the examiner's clock, when the token came.
    ago, left = told.get("issued_ago"), told.get("ends_in")
    if ago is None or abs(ago) > _LEEWAY:
        yield Text(vi=f"iat cách lúc này {ago} giây", en=f"iat is {ago} seconds from now")
    if left is None or left <= 0:
        yield Text(vi=f"exp cách lúc này {left} giây", en=f"exp is {left} seconds from now")
