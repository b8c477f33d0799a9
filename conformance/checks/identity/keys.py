"""The keys that the server which issues the tokens publishes (RFC 7517)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from conformance.check import Higher, check, require
from conformance.checks.identity.publications import (
    KEYS_LINE,
    REQUESTS,
    SERIES,
    all_of,
    published,
)
from conformance.evidence import Exchange
from conformance.identities import issuers
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_GONE = frozenset({404, 410})


@check(catalogue="AUT-015", per="target", requests=REQUESTS, shares=SERIES)
def published_keys_are_public(probe: Probe, *, rsa_bits: Annotated[int, Higher] = 2048) -> None:
    """The published key set holds keys that verify tokens, and nothing that signs them.

    Reads the key set as a stranger where the target file (`issuer.jwks_url`), else the metadata
    (`jwks_uri`) say. It is a JWK Set (RFC 7517, section 5) with a key in it; no key has a private
    member (RFC 7518, section 6) or is a shared secret (`oct`); a modulus of RSA has `rsa_bits` at
    least; different keys of one type and use have different ids (RFC 7517, section 4.5). What is
    null or empty tells nothing. Keys of types that nobody knows are passed over (section 5). The
    record holds what was found and never a key set with private keys. Not judged: the dates of
    certificates beside keys, and a key set that only the target file names and that is not there.
    """
    all_ = published(probe)
    answer = all_.keys
    ours = probe.target.jwks_url is not None
    if isinstance(answer, NotTested):
        told = all_.metadata
        if told is not None and not ours and "jwks_uri" not in told[1]["members"]:
            raise NotApplicable(
                Text(vi="bên cấp không công bố khóa", en="the issuer publishes no keys")
            )
        raise answer.with_traceback(None)
    found = _key_set(answer, ours=ours)
    problems = list(_unsound(found["keys"], rsa_bits))
    require(
        not problems,
        expected=Text(
            vi=f"tập khóa chỉ gồm khóa công khai, RSA từ {rsa_bits} bit, mã khóa không trùng",
            en=f"a set of public keys only, RSA from {rsa_bits} bits on, no key id twice",
        ),
        observed=all_of(problems),
    )
    unknown = not any(key["usable"] for key in found["keys"])
    if found["more"] or unknown:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="tập khóa quá lớn, hoặc chỉ có loại khóa chưa biết",
                en="the key set is too large, or has keys of unknown types only",
            ),
        )


def _key_set(answer: Exchange, *, ours: bool) -> Mapping[str, Any]:
    """Return what is told of a key set.

    Args:
        answer: what came in its place.
        ours: whether the target file says that it is there, rather than the server itself.
    """
    unbroken(answer)
    answer.be_decoded()
    found: Mapping[str, Any] | None = answer.facts.get(issuers.KEYS)
    if answer.succeeded and found is not None:
        return found
    page = answer.succeeded and answer.media_type == "text/html"
    # The line may be wrong rather than the server; a refusal may be of the examiner's address.
    refused = not answer.succeeded and (ours or answer.status not in _GONE)
    if refused or (ours and page):
        said = f"{answer.status} {answer.media_type}"
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"không đọc được tập khóa: {said}; xem {KEYS_LINE}",
                en=f"no key set can be read: {said}; see {KEYS_LINE}",
            ),
        )
    require(
        condition=False,
        expected=Text(vi="một tập khóa JSON (`keys`)", en="a JSON Web Key Set (`keys`)"),
        observed=f"{answer.status} {answer.media_type}".strip(),
        by=answer,
    )
    return {}


def _unsound(keys: list[Mapping[str, Any]], rsa_bits: int) -> Iterator[Text]:
    for number, key in enumerate(keys, 1):
        name = f"{number} ({key['kty'] or '?'})"
        if key["private"]:
            held = ", ".join(key["private"])
            yield Text(vi=f"khóa {name} có phần bí mật: {held}", en=f"key {name} holds {held}")
        if key["usable"] and key.get("bits", rsa_bits) < rsa_bits:
            bits = key["bits"]
            yield Text(vi=f"khóa {name} chỉ có {bits} bit", en=f"key {name} has {bits} bits only")
    # The same key twice is one key.
    known = {(k["kid"], k["kty"], k.get("use"), k["digest"]) for k in keys if _has_id(k)}
    for kid, count in Counter(entry[:3] for entry in known).items():
        if count > 1:
            yield Text(vi=f"mã khóa trùng: {kid[0]}", en=f"key id of several keys: {kid[0]}")
    if not keys or not any(k["usable"] or k["kty"] not in issuers.PRIVATE for k in keys):
        yield Text(vi="không có khóa nào dùng được", en="there is no key that can be used")


def _has_id(key: Mapping[str, Any]) -> bool:
    return "kid" in key and "digest" in key
