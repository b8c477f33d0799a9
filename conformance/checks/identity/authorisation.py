"""What an identity provider hands out to a browser, for whom, and where (RFC 9700, section 2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from conformance.check import check, require
from conformance.checks.identity.flows import authorise, client, fresh, provider, refused, said
from conformance.checks.identity.publications import REQUESTS
from conformance.probe import Probe
from conformance.text import Text

_CODE = "code"
_OTHERS = ("token", "id_token", "id_token token", "code id_token", "code token")
_EXPECTED = Text(vi="yêu cầu bị từ chối, không cấp gì", en="a refusal, with nothing handed out")


@check(catalogue="AUT-017", per="target", requests=REQUESTS + 6, safety="write")
def only_codes_are_handed_out(probe: Probe) -> None:
    """A browser is handed a code and never a token, by no response type.

    The metadata offer `code` alone; a request for it succeeds and brings nothing but a code, in
    the query; the same request for the response types `token`, `id_token` and those that mix them
    with a code is refused (RFC 9700, section 2.1.2; OAuth 2.0 Multiple Response Types, section 5).
    What was handed out stands in the record by what it is called, and is never used.
    """
    server = provider(probe)
    offered = [kind for kind in server.lists("response_types_supported") if kind != _CODE]
    require(
        not [kind for kind in offered if set(kind.split()) & {"token", "id_token"}],
        expected=Text(vi="chỉ công bố kiểu trả lời `code`", en="only `code` to be offered"),
        observed=", ".join(offered),
    )
    attempt = fresh(probe, server)
    require(
        attempt.told["has"] == [_CODE] and attempt.told["delivered"] == "query",
        expected=Text(vi="chỉ có code, ở phần truy vấn", en="a code only, in the query"),
        observed=f"{', '.join(attempt.told['has'])} ({attempt.told['delivered']})",
        by=attempt.answer,
    )
    for kind in _OTHERS:
        asked = authorise(probe, server, response_type=kind)
        require(
            refused(asked),
            expected=_EXPECTED,
            observed=f"response_type={kind} → {said(asked)}",
            by=asked.answer,
        )


@check(catalogue="AUT-017", per="target", requests=REQUESTS + 3, safety="write")
def proof_is_demanded(probe: Probe) -> None:
    """A request that does not bring the challenge of a proof key (PKCE, S256) is refused.

    A request with `code_challenge` and `S256` succeeds; the same without it, and the same with the
    method `plain`, are refused (RFC 7636, sections 4.2 and 4.4.1; RFC 9700, section 2.1.1).
    """
    server = provider(probe)
    fresh(probe, server)
    for name, change in (
        ("no code_challenge", {"code_challenge": None, "code_challenge_method": None}),
        ("plain", {"code_challenge_method": "plain"}),
    ):
        asked = authorise(probe, server, **change)
        require(
            refused(asked),
            expected=_EXPECTED,
            observed=f"{name} → {said(asked)}",
            by=asked.answer,
        )


@check(catalogue="AUT-022", per="target", requests=REQUESTS + 6, safety="write")
def redirects_go_home(probe: Probe) -> None:
    """Nobody is sent to an address that was not registered, sign by sign.

    A request with the registered address succeeds; then with the same on another host, below it,
    with a further parameter, with a slash at its end, and on a host that begins with the right
    one: none is redirected to, not even with an error (RFC 9700, section 2.1; RFC 6749, section
    4.1.2.1). Ports of the loopback address, which native programs choose, are not varied.
    """
    server = provider(probe)
    fresh(probe, server)
    for place in _near(client(probe).redirect_uri):
        asked = authorise(probe, server, redirect_uri=place)
        require(
            not asked.told.get("back") and not asked.told.get("has"),
            expected=Text(
                vi="không chuyển hướng tới địa chỉ chưa đăng ký",
                en="no redirect to an address that is not registered",
            ),
            observed=f"{place} → {said(asked)}",
            by=asked.answer,
        )


@check(catalogue="AUT-040", per="target", requests=REQUESTS + 1, safety="write")
def states_come_back(probe: Probe) -> None:
    """What a program sent as `state` comes back unchanged, and the issuer beside it where promised.

    Of the redirect that brings a code: `state` is the one of the request (RFC 6749, section
    4.1.2); where the metadata promise `iss`, it is there and names the issuer (RFC 9207, sections
    2 and 2.4).
    """
    server = provider(probe)
    attempt = fresh(probe, server)
    require(
        attempt.told["state"] == "same",
        expected=Text(vi="state đúng như đã gửi", en="state as it was sent"),
        observed={"none": Text(vi="không có state", en="no state")}.get(
            attempt.told["state"], Text(vi="một state khác", en="another state")
        ),
        by=attempt.answer,
    )
    promised = server.members.get("authorization_response_iss_parameter_supported", False)
    issuer = server.members.get("issuer")
    if promised or "iss" in attempt.told:
        require(
            attempt.told.get("iss") == issuer,
            expected=Text(vi=f"iss là {issuer}", en=f"iss to be {issuer}"),
            observed=attempt.told.get("iss", Text(vi="không có iss", en="no iss")),
            by=attempt.answer,
        )


def _near(home: str) -> Iterator[str]:
    """Yield addresses that look like a registered one and are not."""
    at = urlsplit(home)
    yield urlunsplit(at._replace(netloc=f"vnct-{at.netloc}"))
    yield urlunsplit(at._replace(netloc=f"{at.hostname}.vnct.invalid"))
    yield urlunsplit(at._replace(path=f"{at.path.rstrip('/')}/vnct"))
    yield urlunsplit(at._replace(query="vnct=1"))
    bare = at.path.removesuffix("/")
    yield urlunsplit(at._replace(path=bare if bare and bare != at.path else f"{at.path}/"))
