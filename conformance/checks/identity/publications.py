"""Asking the server that issues the tokens for what it publishes, once for all checks of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from conformance.evidence import Exchange
from conformance.identities import issuers
from conformance.probe import Probe
from conformance.probe.forming import ACCEPT
from conformance.probe.questions import Question
from conformance.target import NO_ISSUER, origin_of
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

SERIES = "what the issuer publishes"
# Metadata at two places at most, and the keys.
REQUESTS = 3
KEYS_LINE = "`issuer: {jwks_url: …}`"
_LINE = "`issuer: {url: https://…}`"
_ADDRESS = re.compile(r"https?://[!-~]+", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """Where metadata are read.

    Attributes:
        url: the address.
        issuer: whose they must be; None where only the address is known.
        named: whether the contract says that they are there.
    """

    url: str
    issuer: str | None
    named: bool


@dataclass(frozen=True)
class Published:
    """What came of asking: an outcome for each place, and one for the keys."""

    places: tuple[Place, ...]
    told: tuple[Exchange | NotTested, ...]
    keys: Exchange | NotTested

    @property
    def metadata(self) -> tuple[Place, Mapping[str, Any]] | None:
        """The metadata that are there, and where; what a server shows anybody else is none."""
        for place, outcome in zip(self.places, self.told, strict=True):
            if isinstance(outcome, Exchange) and _tells(outcome):
                return place, outcome.facts[issuers.METADATA]
        return None


def published(probe: Probe) -> Published:
    """Return what the issuer publishes; several checks share the asking.

    Raises:
        NotApplicable: nothing is secured with tokens, or nobody issues any.
        NotTested: nobody said who issues them.
    """
    target = probe.target
    places = tuple(_places(probe))
    if not places and target.jwks_url is None:
        if target.issuer == NO_ISSUER:
            raise NotApplicable(
                Text(
                    vi="tệp đích nói rằng không có máy chủ cấp mã (`issuer: none`)",
                    en="the target file says that no server issues tokens (`issuer: none`)",
                )
            )
        if not probe.scene.uses_tokens:
            raise NotApplicable(Text(vi="không dùng mã truy cập", en="access tokens are not used"))
        raise _unknown()
    asks: list[Callable[[Probe], Exchange]] = [partial(_first, place=place) for place in places]
    *told, keys = probe.shared(SERIES, *asks, _keys)
    return Published(places, tuple(told), keys)


def _places(probe: Probe) -> Iterator[Place]:
    """Yield where metadata may be read, two places at most: where we may ask, if any."""
    target = probe.target
    known = target.issuer if target.issuer != NO_ISSUER else None
    found: dict[str, Place] = {}
    for scheme in probe.scene.used_schemes:
        key = {"openIdConnect": "openIdConnectUrl", "oauth2": "oauth2MetadataUrl"}
        url = scheme.get(key.get(str(scheme.get("type")), ""))
        if isinstance(url, str) and _ADDRESS.fullmatch(url):
            issuer = known if known and issuers.is_of(known, url) else None
            found.setdefault(url, Place(url, issuer, named=True))
    if not known and not found and target.issuer != NO_ISSUER:
        known = _issuer_of_tokens(probe)
    for url in issuers.metadata_places(known) if known else ():
        found.setdefault(url, Place(url, known, named=False))
    askable = [p for p in found.values() if origin_of(p.url) in target.issuing_origins]
    yield from (askable or list(found.values()))[:2]


def _issuer_of_tokens(probe: Probe) -> str | None:
    """Return the issuer that a true token names, where that is an address."""
    try:
        answer = probe.baseline(probe.secured_reads()[0])
    except (NotTested, NotApplicable):
        return None
    named = str(answer.facts.get("credential", {}).get("issuer", ""))
    return named if _ADDRESS.fullmatch(named) and not set("?#") & set(named) else None


def _first(probe: Probe, place: Place) -> Exchange:
    """Read metadata, unless those of a place before were there."""
    if any(map(_tells, probe.asked)):
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="đã đọc ở địa chỉ trước", en="read at an address before"),
        )
    return _read(probe, place.url, issuers.METADATA, _LINE)


def _keys(probe: Probe) -> Exchange:
    """Read the key set, where the target file or the metadata just read say that it is."""
    place = probe.target.jwks_url
    if place is not None:
        url = place if "://" in place else probe.target.base_url + place
        return _read(probe, url, issuers.KEYS, KEYS_LINE)
    told = [answer.facts[issuers.METADATA]["members"] for answer in probe.asked if _tells(answer)]
    if not told or "jwks_uri" not in told[0]:
        raise NotTested(
            Reason.NO_MAPPING,
            Text(
                vi=f"chưa biết khóa được công bố ở đâu: thêm vào tệp đích {KEYS_LINE}",
                en=f"it is not known where keys are published: add to the target file {KEYS_LINE}",
            ),
        )
    return _read(probe, told[0]["jwks_uri"], issuers.KEYS, KEYS_LINE)


def _read(probe: Probe, url: str, read_for: str, line: str) -> Exchange:
    """Read what an issuer publishes, as a stranger, from servers that may be asked."""
    if not _ADDRESS.fullmatch(url) or origin_of(url) not in probe.target.issuing_origins:
        host = origin_of(url)[1] if _ADDRESS.fullmatch(url) else "?"
        raise NotTested(
            Reason.NO_MAPPING,
            Text(
                vi=f"máy chủ {host} không thuộc đích và không có trong tệp đích: thêm {line}",
                en=f"the server {host} is neither the target's nor in the target file: add {line}",
            ),
        )
    # The contract does not name it: laws about the target's own answers are not for it.
    return probe.send(Question("GET", url, (ACCEPT,), wellformed=False, read_for=read_for))


def _tells(answer: Exchange) -> bool:
    return answer.succeeded and answer.facts.get(issuers.METADATA) is not None


def why_open(published: Published) -> NotTested:
    """Return why nothing can be told of metadata."""
    if not published.places:
        return _unknown()
    for outcome in published.told:
        if isinstance(outcome, NotTested):
            return outcome.with_traceback(None)
    tried = "; ".join(
        f"{place.url} → {outcome.status}"
        for place, outcome in zip(published.places, published.told, strict=True)
        if isinstance(outcome, Exchange)
    )
    return NotTested(
        Reason.INCONCLUSIVE,
        Text(
            vi=f"không thấy siêu dữ liệu của bên cấp: {tried}; sửa trong tệp đích {_LINE}, hoặc"
            " `issuer: none` nếu không có máy chủ cấp mã",
            en=f"no metadata of the issuer were found: {tried}; mend in the target file {_LINE}, or"
            " write `issuer: none` where no server issues tokens",
        ),
    )


def _unknown() -> NotTested:
    return NotTested(
        Reason.NO_MAPPING,
        Text(
            vi=f"chưa ai nói máy chủ nào cấp mã truy cập: thêm vào tệp đích {_LINE}, hoặc"
            " `issuer: none` nếu không có máy chủ nào",
            en=f"nobody said which server issues the tokens: add to the target file {_LINE}, or"
            " `issuer: none` where there is none",
        ),
    )


def all_of(problems: list[Text]) -> Text:
    """Return several problems as one sentence."""
    return Text(vi="; ".join(p.vi for p in problems), en="; ".join(p.en for p in problems))
