"""What is wrong with a profile that can be read: checks, parameters, raises, wording."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from conformance import check as checks
from conformance import profile as profiles
from conformance.errors import ProfileError
from conformance.profile import Profile, Requirement
from conformance.text import Text


def lint(name: str) -> list[tuple[str, Text]]:
    """Return the findings in a profile: where, and what.

    Raises:
        ProfileError: the profile cannot be read at all.
    """
    profile = profiles.read(name)
    found = [
        (f"{profile.id}: {path}", Text(vi="văn bản không ở dạng NFC", en="a text is not NFC"))
        for path, text in _texts(profile.source, "")
        if not unicodedata.is_normalized("NFC", text)
    ]
    return found + [finding for r in profile.requirements for finding in _requirement(profile, r)]


def _texts(node: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _texts(value, f"{path}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            name = value.get("id", number) if isinstance(value, Mapping) else number
            yield from _texts(value, f"{path}/{name}")
    elif isinstance(node, str):
        yield path, node


def _requirement(profile: Profile, requirement: Requirement) -> list[tuple[str, Text]]:
    place = f"{profile.id}: {requirement.id}"
    found: list[tuple[str, Text]] = []
    for use in requirement.uses:
        try:
            check = checks.find(use.check, place=place)
            check.bind(use.parameters, place=place)
            if use.raised_from is not None:
                check.be_stricter(use.raised_from, use.parameters, place=place)
        except ProfileError as error:
            found.append((place, error.what))
    if requirement.level == "MUST" and requirement.untested is not None:
        found.append(
            (
                place,
                Text(
                    vi="yêu cầu bắt buộc không thể vừa không kiểm vừa không xác nhận",
                    en="a MUST cannot be both untested and unattested",
                ),
            )
        )
    return found
