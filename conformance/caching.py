"""What an answer tells caches: whether they may store it, and for which requests it is."""

from __future__ import annotations

from conformance.evidence import Exchange


def varies_by(answer: Exchange, name: str) -> bool:
    """Whether Vary lists a field of the request, or everything (RFC 9110, section 12.5.5)."""
    return bool(_parts(answer, "Vary") & {"*", name.lower()})


def may_be_stored(answer: Exchange) -> bool:
    """Whether caches may store an answer (RFC 9111, sections 3 and 5.2.2.5)."""
    return "no-store" not in _parts(answer, "Cache-Control")


def _parts(answer: Exchange, name: str) -> set[str]:
    return {part.strip().lower() for part in ",".join(answer.header_all(name)).split(",")}
