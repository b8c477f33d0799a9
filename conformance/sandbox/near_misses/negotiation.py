"""Readings of Accept that HTTP allows."""

from __future__ import annotations

import gzip

from conformance.sandbox.agency import PROBLEM, Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.partners import compressing, in_two_languages, varying
from conformance.sandbox.variations import near_miss

ACCEPT = "http.negotiation.accept_never_breaks"
UNPACKED = "http.negotiation.codings_can_be_undone"
ACCEPTED = "http.negotiation.codings_are_those_accepted"
LANGUAGES = "http.negotiation.languages_never_break"
TAGS = "http.negotiation.content_languages_are_tags"
VARY = "http.negotiation.answers_name_what_they_vary_by"


@near_miss(spares=[ACCEPT])
def accept_disregarded(agency: Agency) -> Agency:
    """A type that cannot be produced is answered with the only one there is (RFC 9110, 12.5.1)."""
    return agency.with_(unacceptable_status=None)


@near_miss(spares=[ACCEPT])
def answers_name_what_they_depend_on(agency: Agency) -> Agency:
    """Every answer has Vary: Accept, which changes nothing for the caller (RFC 9110, 12.5.5)."""
    return agency.with_(banners=(("Vary", "Accept"),))


def _gzip(told: str) -> bool:
    return "gzip" in told and "gzip;q=0" not in told


@near_miss(spares=[UNPACKED, ACCEPTED, VARY])
def compressed_for_whoever_accepts_it(agency: Agency) -> Agency:
    """Whoever accepts gzip gets it, with a validator of its own (RFC 9110, 8.8.3.3)."""
    return compressing(varying(agency, "Origin", "accept-encoding"), _gzip)


@near_miss(spares=[UNPACKED, ACCEPTED, VARY])
def compressed_in_two_parts(agency: Agency) -> Agency:
    """Two members of gzip in a row, under its old name (RFC 1952, 2.2; RFC 9110, 8.4.1)."""

    def twice(body: bytes) -> bytes:
        return gzip.compress(body[:20]) + gzip.compress(body[20:])

    agency = varying(agency, "*")
    return compressing(agency, _gzip, twice, ("Content-Encoding", "x-gzip"))


@near_miss(spares=[ACCEPTED])
def coding_is_identity(agency: Agency) -> Agency:
    """That nothing is coded is said in so many words, which nobody need (RFC 9110, 12.5.3)."""
    return compressing(agency, lambda _told: True, bytes, ("Content-Encoding", "identity"))


@near_miss(spares=[LANGUAGES, TAGS, VARY])
def two_languages_told_to_caches(agency: Agency) -> Agency:
    """Answers differ by language, and caches are told so (RFC 9110, 12.5.5)."""
    return in_two_languages(agency, ("Vary", "Accept-Language"))


@near_miss(spares=[LANGUAGES, VARY])
def two_languages_and_no_cache(agency: Agency) -> Agency:
    """Answers differ by language, and no cache may keep them (RFC 9111, 5.2.2.5)."""
    return in_two_languages(agency.with_(public_cache=("no-store",)))


@near_miss(spares=[LANGUAGES])
def foreign_languages_are_not_acceptable(agency: Agency) -> Agency:
    """There are no texts but Vietnamese ones, so others get 406 (RFC 9110, 12.5.4)."""

    def hook(call: Call) -> Answer | None:
        if call.values_of("accept-language") != ("en",):
            return None
        told = agency.encode({"type": "about:blank", "title": "Not Acceptable", "status": 406})
        return Answer(406, (("Content-Type", PROBLEM),), told)

    return agency.intercepting(hook)


@near_miss(spares=[TAGS])
def several_languages_in_all_forms(agency: Agency) -> Agency:
    """Tags with scripts, regions, variants and extensions, in any case (RFC 5646, 2.1)."""
    told = "VI-vn, zh-Hant-TW, ca-valencia, de-CH-1996, , en-US-u-ca-gregory-x-may, i-klingon"
    return agency.with_(banners=(("Content-Language", told), ("Content-Language", "es-419")))
