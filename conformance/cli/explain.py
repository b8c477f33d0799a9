"""`conformance explain`: what one id means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from rich.markup import escape

from conformance import check as checks
from conformance import mends, shipped
from conformance import profile as profiles
from conformance.check import Check
from conformance.cli.options import speech_options
from conformance.cli.speech import console
from conformance.errors import UsageError
from conformance.profile import Profile, Requirement
from conformance.reports import words
from conformance.selftest import known_variations
from conformance.text import Text


@click.command(name="explain")
@click.argument("name", metavar="ID")
@click.option(
    "--profile", "in_profile", metavar="PROFILE", help="tìm trong bộ yêu cầu này · look here"
)
@speech_options
def command(name: str, in_profile: str | None, **given: Any) -> int:
    """Explain a requirement, check, law or fault by its id."""
    lang = given["lang"]
    lines = list(explain(name, lang, in_profile))
    if not lines:
        raise UsageError(
            Text(vi=f"không có gì mang mã {name!r}", en=f"nothing has the id {name!r}"),
            mend=Text(
                vi="xem mã bằng `conformance profile show ID` hoặc `conformance selftest --list`",
                en="see ids with `conformance profile show ID` or `conformance selftest --list`",
            ),
        )
    out = console(no_color=given["no_color"])
    for line in lines:
        out.print(line)
    return 0


def explain(name: str, lang: str, in_profile: str | None = None) -> Iterator[str]:
    """Return the lines that explain an id, in terminal markup; none where it is unknown."""
    for profile_id in [in_profile] if in_profile else shipped.profile_ids():
        profile = profiles.read(profile_id)
        requirement = profile.requirement(name)
        if requirement is not None:
            yield from _requirement(requirement, profile, lang)
            return
    found = checks.every().get(name)
    if found is not None:
        yield from _check(found, lang)
        yield from _demands(found, lang, in_profile)
        yield from _concretely([found.id], lang)
        return
    for variation in known_variations():
        if variation["id"] == name:
            yield f"[bold]{name}[/bold] · {variation['kind']} · {variation['system']}"
            yield escape(variation["description" if lang == "en" else "description_vi"])
            for key in ("breaks", "also", "spares"):
                if variation.get(key):
                    yield f"{key}: {', '.join(variation[key])}"


def _requirement(requirement: Requirement, profile: Profile, lang: str) -> Iterator[str]:
    norm = profile.norms[requirement.norm["document"]]
    level = words.say(words.LEVELS, requirement.level, lang)
    yield f"[bold]{requirement.id}[/bold] · {level} ({requirement.level}) · {profile.id}"
    yield escape(requirement.text.into(lang))
    clause = requirement.norm.get("clause") or ""
    status = words.say(words.STATUSES, norm.status, lang)
    basis = words.say(words.BASES, requirement.basis, lang)
    yield f"\n{_head('Căn cứ', 'Ground', lang)} {escape(norm.title.into(lang))} {escape(clause)}"
    yield f"  {escape(basis)} · {escape(status)}"
    if requirement.rationale:
        yield f"{_head('Vì sao', 'Why', lang)} {escape(requirement.rationale.into(lang))}"
    if requirement.attested:
        evidence = requirement.attested["evidence"][lang]
        yield f"{_head('Xác nhận', 'Attested', lang)} {escape(evidence)}"
    if requirement.untested:
        untested = escape(requirement.untested.into(lang))
        yield f"{_head('Chưa kiểm được', 'Untested', lang)} {untested}"
    for use in requirement.uses:
        yield ""
        yield from _check(checks.find(use.check, place=requirement.id), lang)
    if requirement.mend:
        yield f"\n{_head('Cách khắc phục', 'Mend', lang)} {escape(requirement.mend.into(lang))}"
    yield from _concretely([use.check for use in requirement.uses], lang)


def _demands(found: Check, lang: str, in_profile: str | None) -> Iterator[str]:
    """Yield who asks for a check, each requirement once, with its reason and its general mend."""
    told: dict[tuple[str, str], list[str]] = {}
    demands: dict[tuple[str, str], Requirement] = {}
    for profile_id in [in_profile] if in_profile else shipped.profile_ids():
        profile = profiles.read(profile_id)
        for requirement in profile.requirements:
            if any(use.check == found.id for use in requirement.uses):
                # Raised by a profile it is another demand; inherited it is the same.
                key = requirement.id, requirement.level
                demands.setdefault(key, requirement)
                told.setdefault(key, []).append(profile.id)
    for key, requirement in demands.items():
        level = words.say(words.LEVELS, requirement.level, lang)
        where = ", ".join(told[key])
        yield f"\n[bold]{requirement.id}[/bold] · {level} ({requirement.level}) · {escape(where)}"
        yield escape(requirement.text.into(lang))
        if requirement.rationale:
            yield f"{_head('Vì sao', 'Why', lang)} {escape(requirement.rationale.into(lang))}"
        if requirement.mend:
            yield f"{_head('Cách khắc phục', 'Mend', lang)} {escape(requirement.mend.into(lang))}"


def _concretely(check_ids: list[str], lang: str) -> Iterator[str]:
    """Yield the concrete mends of these checks, each once."""
    found = dict.fromkeys(mend for check_id in check_ids for mend in mends.of(check_id))
    for mend in found:
        head = _head("Sửa cụ thể", "For example", lang)
        yield f"\n{head} [italic]{escape(mend.where.into(lang))}[/italic]"
        yield escape(mend.say.into(lang))
        yield ""
        for line in mend.code.splitlines():
            # rich doubles a backslash at a line's end, and takes it back only beside a bracket.
            yield escape(f"  {line}") if "[" in line else f"  {line}"


def _check(found: Check, lang: str) -> Iterator[str]:
    kind = {"check": _head("Phép kiểm", "Check", lang), "law": _head("Luật", "Law", lang)}
    yield f"{kind[found.kind]} {found.id} ({found.catalogue})"
    yield escape(found.documentation(lang).strip())
    if found.kind == "law":
        yield f"  on: {found.on} · per: {found.per}"
    else:
        times = f" × {found.times}" if found.times else ""
        yield f"  per: {found.per} · safety: {found.safety} · requests ≤ {found.requests}{times}"
    for parameter in found.parameters.values():
        yield f"  {parameter.name} = {parameter.default!r}"


def _head(vi: str, en: str, lang: str) -> str:
    return f"[bold]{Text(vi=vi, en=en).into(lang)}:[/bold]"
