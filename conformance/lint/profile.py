"""What is wrong with a profile that can be read: checks, parameters, raises, wording."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from conformance import check as checks
from conformance import norms
from conformance import profile as profiles
from conformance.errors import ProfileError
from conformance.lint import texts
from conformance.norms import Norm
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
        for path, text in texts(profile.source)
        if not unicodedata.is_normalized("NFC", text)
    ]
    return found + [finding for r in profile.requirements for finding in _requirement(profile, r)]


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
    found += [(place, text) for text in _grounded(requirement, profile.norms)]
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


def _grounded(requirement: Requirement, known: Mapping[str, Norm]) -> list[Text]:
    """Return what is wrong with the days of what a requirement rests on."""
    return [*_gaps(requirement), *_lawless(requirement, known)]


def _gaps(requirement: Requirement) -> Iterator[Text]:
    """Yield where several norms hold on one day, or none on a day between them."""
    for earlier, later in zip(requirement.norms, requirement.norms[1:], strict=False):
        end, start = earlier.days[1], later.days[0]
        if end is None or start is None or end >= start:
            yield Text(
                vi=f"`norms`: {earlier.document} chưa hết thì {later.document} đã bắt đầu; thêm"
                " `to` hoặc `from`",
                en=f"`norms`: {later.document} begins before {earlier.document} ends; add `to` or"
                " `from`",
            )
        elif (start - end).days > 1:
            yield Text(
                vi=f"`norms`: giữa {end} và {start} không có căn cứ nào",
                en=f"`norms`: between {end} and {start} there is no ground",
            )


def _lawless(requirement: Requirement, known: Mapping[str, Norm]) -> Iterator[Text]:
    """Yield where a requirement is called law on days on which its document is none."""
    plain = norms.Ground(str(requirement.norm["document"]), None, requirement.basis)
    for ground in requirement.norms or (plain,):
        bound = norms.overlap((requirement.in_force, ground.days))
        if ground.basis != "law" or bound is None:
            continue
        start, end = known[ground.document].days
        early = start is not None and (bound[0] is None or bound[0] < start)
        late = end is not None and (bound[1] is None or bound[1] > end)
        if early or late:
            held = norms.span((start, end))
            yield Text(
                vi=f"`basis: law` ngoài thời gian hiệu lực của {ground.document} ({held.vi})",
                en=f"`basis: law` outside the days of {ground.document} ({held.en})",
            )
