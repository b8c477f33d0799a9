"""Which representations a caller accepts (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re

JSON, XML = "application/json", "application/xml"
XML_TOO = frozenset({XML, "text/xml"})
_RANGE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)/([!#$%&'*+.^_`|~0-9A-Za-z-]+)")
_QUALITY = re.compile(r"(0(\.[0-9]{0,3})?|1(\.0{0,3})?)")


def lets_through(media_type: str, accept: str) -> bool:
    """Tell whether a media type is acceptable; the most specific range decides.

    A value that does not parse expresses no preference.
    """
    best: tuple[int, bool] | None = None
    for element in filter(None, (part.strip() for part in accept.split(","))):
        media_range, *parameters = (part.strip() for part in element.split(";"))
        match = _RANGE.fullmatch(media_range)
        if match is None:
            return True
        specific = _specificity(media_type, match[1].lower(), match[2].lower())
        if specific is None:
            continue
        wanted = not _is_zero(parameters)
        if best is None or specific > best[0]:
            best = (specific, wanted)
    return best[1] if best else not accept.strip(" ,")


def _specificity(media_type: str, kind: str, subtype: str) -> int | None:
    """Return how closely a range names a media type, or None if it does not cover it."""
    wanted, _, of_it = media_type.partition("/")
    ranks = {(wanted, of_it): 2, (wanted, "*"): 1, ("*", "*"): 0}
    return ranks.get((kind, subtype))


def _is_zero(parameters: list[str]) -> bool:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q" and _QUALITY.fullmatch(value.strip()):
            return float(value) == 0
    return False


def wanted(accept: str, offered: tuple[str, ...], usual: str) -> str | None:
    """Return the media type to answer in (RFC 9110, section 12.5.1); None where none is wanted.

    Args:
        accept: the value of Accept, empty where there is none.
        offered: what can be answered.
        usual: what is answered where the caller wants all alike.
    """
    ranges = [part.strip() for part in accept.split(",") if part.strip()]
    if not ranges:
        return usual if usual in offered else offered[0]
    ranked = [
        (_wish(media_type, ranges), media_type == usual, media_type) for media_type in offered
    ]
    best = max(ranked)
    return best[2] if best[0] > 0 else None


def _wish(media_type: str, ranges: list[str]) -> float:
    """Return the quality of a media type: the most specific range decides."""
    kind = media_type.partition("/")[0]
    found = {media_type: 3, f"{kind}/*": 2, "*/*": 1}
    best = (0, 0.0)
    for element in ranges:
        media_range, *parameters = (part.strip() for part in element.split(";"))
        name = XML if media_range.lower() in XML_TOO else media_range.lower()
        if name in found:
            best = max(best, (found[name], _quality(parameters)))
    return best[1]


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q" and _QUALITY.fullmatch(value.strip()):
            return float(value)
    return 1.0
