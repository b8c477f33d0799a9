"""`conformance explain`: what one id means."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import click
from rich.markup import escape

from conformance import check as checks
from conformance import mends, norms, opening, shipped
from conformance import profile as profiles
from conformance.check import Check
from conformance.cli.options import speech_options
from conformance.cli.speech import console
from conformance.errors import UsageError
from conformance.formats import national
from conformance.formats.format import CONFIDENCE, ArrayFormat, Format
from conformance.profile import Profile, Requirement
from conformance.reports import words
from conformance.selftest import known_variations
from conformance.text import Text

# So many near names are more help than a list of all.
_NEAR = 3


@click.command(name="explain")
@click.argument("name", metavar="[ID]", required=False)
@click.option(
    "--profile", "in_profile", metavar="PROFILE", help="tìm trong bộ yêu cầu này · look here"
)
@click.option(
    "--as-of",
    metavar="DATE",
    help="theo quy định có hiệu lực ngày này · by the norms of this day",
)
@click.option("--list", "listing", is_flag=True, help="liệt kê mọi mã · list all ids")
@speech_options
def command(name: str | None, in_profile: str | None, as_of: str | None, **given: Any) -> int:
    """Explain a requirement, check, law, fault or data format by its id."""
    lang = given["lang"]
    day = opening.day(as_of)
    if given["listing"]:
        out = console(no_color=given["no_color"])
        for known, what in _known(in_profile).items():
            out.print(f"[bold]{escape(known)}[/bold] · {what.into(lang)}", soft_wrap=True)
        return 0
    lines = list(explain(name, lang, in_profile, day)) if name else []
    if not lines:
        raise _unknown(name, in_profile)
    out = console(no_color=given["no_color"])
    for line in lines:
        out.print(line)
    return 0


def _unknown(name: str | None, in_profile: str | None) -> UsageError:
    """Return what is said of an id that nothing has: which ones are near, and where all are."""
    see = Text(
        vi="xem mọi mã bằng `conformance explain --list`",
        en="see all ids with `conformance explain --list`",
    )
    if name is None:
        return UsageError(Text(vi="thiếu mã cần giải thích", en="the id is missing"), mend=see)
    folded = {known.casefold(): known for known in _known(in_profile)}
    near = ", ".join(
        folded[each] for each in difflib.get_close_matches(name.casefold(), folded, _NEAR)
    )
    if near:
        see = Text(vi=f"có chăng là: {near}; {see.vi}", en=f"perhaps: {near}; {see.en}")
    return UsageError(
        Text(vi=f"không có gì mang mã {name!r}", en=f"nothing has the id {name!r}"), mend=see
    )


def _known(in_profile: str | None) -> dict[str, Text]:
    """Return every id that can be explained, and what kind of thing it names."""
    kinds = {
        "law": Text(vi="luật", en="law"),
        "check": Text(vi="phép kiểm", en="check"),
        "fault": Text(vi="lỗi mẫu", en="fault"),
        "near_miss": Text(vi="biến thể hợp lệ", en="near-miss"),
    }
    requirement, form = Text(vi="yêu cầu", en="requirement"), Text(vi="định dạng", en="format")
    found = {
        each.id: requirement
        for profile_id in ([in_profile] if in_profile else shipped.profile_ids())
        for each in profiles.read(profile_id).requirements
    }
    found |= {each.id: kinds[each.kind] for each in checks.every().values()}
    found |= dict.fromkeys(national.EVERY, form)
    return found | {each["id"]: kinds[each["kind"]] for each in known_variations()}


def explain(
    name: str, lang: str, in_profile: str | None = None, day: date | None = None
) -> Iterator[str]:
    """Return the lines that explain an id, in terminal markup; none where it is unknown.

    A requirement is explained by the norm of `day`, where it has had several; today by default.

    An id is found however its letters are written: no two differ by that alone.
    """
    name = {known.casefold(): known for known in _known(in_profile)}.get(name.casefold(), name)
    for profile_id in [in_profile] if in_profile else shipped.profile_ids():
        profile = profiles.read(profile_id)
        requirement = profile.requirement(name)
        if requirement is not None:
            yield from _requirement(requirement, profile, lang, day or opening.day(None))
            return
    found = checks.every().get(name)
    if found is not None:
        yield from _check(found, lang)
        yield from _demands(found, lang, in_profile)
        yield from _concretely([found.id], lang)
        return
    if name in national.EVERY:
        yield from _format(national.EVERY[name], lang)
        return
    for variation in known_variations():
        if variation["id"] == name:
            yield f"[bold]{name}[/bold] · {variation['kind']} · {variation['system']}"
            yield escape(variation["description" if lang == "en" else "description_vi"])
            for key in ("breaks", "also", "spares"):
                if variation.get(key):
                    yield f"{key}: {', '.join(variation[key])}"


def _requirement(requirement: Requirement, profile: Profile, lang: str, day: date) -> Iterator[str]:
    requirement = requirement.on(day)
    norm = profile.norms[requirement.norm["document"]]
    level = words.say(words.LEVELS, requirement.level, lang)
    yield f"[bold]{requirement.id}[/bold] · {level} ({requirement.level}) · {profile.id}"
    yield escape(requirement.text.into(lang))
    clause = requirement.norm.get("clause") or ""
    status = words.say(words.STATUSES, norm.status, lang)
    basis = words.say(words.BASES, requirement.basis, lang)
    yield f"\n{_head('Căn cứ', 'Ground', lang)} {escape(norm.title.into(lang))} {escape(clause)}"
    yield f"  {escape(basis)} · {escape(status)}"
    if not requirement.binds(day):
        unbound = Text(vi=f"không có hiệu lực vào ngày {day}", en=f"not in force on {day}")
        yield f"  [bold]{unbound.into(lang)}[/bold]"
    for ground in requirement.norms:
        if ground.cited != requirement.norm:
            title = profile.norms[ground.document].title.into(lang)
            said = f"{norms.span(ground.days).into(lang)}: {title} {ground.clause or ''}"
            yield f"  [dim]{escape(said)}[/dim]"
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
        # Whose it is stands first; whoever extends that asks it too.
        where = ", ".join(sorted(told[key], key=lambda name: (name != requirement.origin, name)))
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


def _format(found: Format | ArrayFormat, lang: str) -> Iterator[str]:
    """Yield what a data format is, how well its rule is known, and values that are and are not."""
    yield f"[bold]{found.name}[/bold] · {escape(found.title.into(lang))}"
    yield escape(found.rule.into(lang))
    yield f"\n{_head('Nguồn', 'Source', lang)} {escape(found.source)}"
    known = CONFIDENCE[found.confidence].into(lang)
    yield f"{_head('Độ tin cậy', 'Confidence', lang)} {escape(known)} ({found.confidence})"
    if not found.asserted:
        unheld = Text(
            vi="không dùng để kết luận về hệ thống nào", en="no verdict on a target rests on it"
        )
        yield f"  {unheld.into(lang)}"
    for head, values in (
        (_head("Đúng", "Valid", lang), found.examples),
        (_head("Gần đúng, nhưng sai", "Near-misses", lang), found.near_misses),
    ):
        yield f"\n{head}"
        for value in values:
            yield escape(f"  {value if isinstance(value, str) else json.dumps(value)}")


def _head(vi: str, en: str, lang: str) -> str:
    return f"[bold]{Text(vi=vi, en=en).into(lang)}:[/bold]"
