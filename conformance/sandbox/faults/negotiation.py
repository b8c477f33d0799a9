"""Agencies that stumble over what a caller accepts."""

from __future__ import annotations

import gzip
import re
import zlib

from conformance.sandbox.agency import PROBLEM, Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.negotiation import JSON, lets_through
from conformance.sandbox.partners import compressing, in_two_languages, varying
from conformance.sandbox.variations import fault

ACCEPT = "http.negotiation.accept_never_breaks"
BREAKS = "contract.answers.server_does_not_break"
UNPACKED = "http.negotiation.codings_can_be_undone"
ACCEPTED = "http.negotiation.codings_are_those_accepted"
LANGUAGES = "http.negotiation.languages_never_break"
TAGS = "http.negotiation.content_languages_are_tags"
VARY = "http.negotiation.answers_name_what_they_vary_by"


@fault(breaks=[ACCEPT, BREAKS])
def unknown_accept_breaks(agency: Agency) -> Agency:
    """A media type that the agency cannot produce is answered with an internal error."""
    return agency.with_(unacceptable_status=500)


@fault(breaks=[ACCEPT])
def qualities_rounded_down(agency: Agency) -> Agency:
    """Qualities are read as whole numbers, so that 0.5 becomes a refusal."""

    def rounded(value: str) -> bool:
        return lets_through(JSON, re.sub(r"q=0\.[0-9]+", "q=0", value))

    return agency.with_(accept=rounded)


@fault(breaks=[ACCEPT])
def lists_of_types_not_understood(agency: Agency) -> Agency:
    """Only the first media type of Accept is looked at, qualities included."""

    def first_exactly(value: str) -> bool:
        return value.partition(",")[0].strip() in ("application/json", "*/*")

    return agency.with_(accept=first_exactly)


def _gzip(told: str) -> bool:
    return "gzip" in told and "gzip;q=0" not in told


@fault(breaks=[UNPACKED])
def compressed_only_in_name(agency: Agency) -> Agency:
    """Whoever accepts gzip is told that it is, and it is not."""
    return compressing(varying(agency, "Accept-Encoding"), _gzip, bytes)


@fault(breaks=[UNPACKED])
def compressed_and_cut_off(agency: Agency) -> Agency:
    """The last bytes of what is compressed are missing."""
    return compressing(
        varying(agency, "Accept-Encoding"), _gzip, lambda body: gzip.compress(body)[:-6]
    )


@fault(breaks=[ACCEPTED])
def compression_refused_and_sent(agency: Agency) -> Agency:
    """That gzip is refused by its quality is overlooked."""
    return compressing(varying(agency, "Accept-Encoding"), lambda told: "gzip" in told)


@fault(breaks=[ACCEPTED])
def another_compression_than_accepted(agency: Agency) -> Agency:
    """Whoever accepts gzip is sent deflate."""
    return compressing(
        varying(agency, "Accept-Encoding"), _gzip, zlib.compress, ("Content-Encoding", "deflate")
    )


@fault(breaks=[VARY])
def compressed_for_whoever_asks_next(agency: Agency) -> Agency:
    """Caches are not told that an answer is compressed for whoever accepts that."""
    return compressing(agency, _gzip)


@fault(breaks=[VARY])
def language_of_whoever_asked_first(agency: Agency) -> Agency:
    """Caches are told of the coding, and not of the language, on which the answer depends."""
    return varying(in_two_languages(agency), "Accept-Encoding")


@fault(breaks=[LANGUAGES, BREAKS])
def foreign_languages_break(agency: Agency) -> Agency:
    """A language for which there are no texts is answered with an internal error."""
    return _answering_languages(agency, "en", 500)


@fault(breaks=[LANGUAGES])
def own_language_refused(agency: Agency) -> Agency:
    """Only tags with a region are understood; `vi` is a bad request."""
    return _answering_languages(agency, "vi", 400)


@fault(breaks=[TAGS])
def language_as_a_locale(agency: Agency) -> Agency:
    """The language is told as a locale of the program."""
    return agency.with_(banners=(("Content-Language", "vi_VN"),))


@fault(breaks=[TAGS])
def language_by_its_name(agency: Agency) -> Agency:
    """The language is told by its name."""
    return agency.with_(banners=(("Content-Language", "Vietnamese"),))


def _answering_languages(agency: Agency, language: str, status: int) -> Agency:
    def hook(call: Call) -> Answer | None:
        if call.values_of("accept-language") != (language,):
            return None
        told = agency.encode({"type": "about:blank", "title": "Accept-Language", "status": status})
        return Answer(status, (("Content-Type", PROBLEM),), told)

    return agency.intercepting(hook)
