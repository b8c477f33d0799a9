"""Which representations a caller accepts (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re

_RANGE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)/([!#$%&'*+.^_`|~0-9A-Za-z-]+)")
JSON = "application/json"
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
