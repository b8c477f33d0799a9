"""Profiles: what a norm demands, as data.

A profile is read with everything it extends, checked as a whole, and looked at as of a date. It
may add requirements, raise inherited ones, or replace one on a legal ground; nothing else can be
lowered. The result, `Profile`, is what travels with a run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from conformance import documents, norms, shipped
from conformance.errors import ProfileError
from conformance.evidence import canonical, digest
from conformance.norms import Ground, Norm
from conformance.text import Text

LEVELS = ("MAY", "SHOULD", "MUST")
LAW_NEEDS = ("verified", "secondary")
_MAX_GENERATIONS = 20


@dataclass(frozen=True)
class Use:
    """One check as a requirement uses it: its id and the parameters the requirement sets.

    `raised_from` holds the parameters before a profile raised them; None where none did.
    """

    check: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    raised_from: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Requirement:
    """One demand; exactly one of `uses`, `attested`, `untested` says how it is decided.

    `norms` are the documents that it rested on in turn, where it names several; `norm` and `basis`
    are then those of the last, or of the day that was asked for (`on`). `replaced_by` names the
    requirement that took its place, with the legal ground; it is then not applicable.
    """

    id: str
    group: str
    level: str
    impact: str
    basis: str
    norm: Mapping[str, Any]
    text: Text
    rationale: Text | None = None
    mend: Text | None = None
    in_force: tuple[date | None, date | None] = (None, None)
    where: str = "either"
    when: Mapping[str, Any] = field(default_factory=dict)
    uses: tuple[Use, ...] = ()
    attested: Mapping[str, Any] | None = None
    untested: Text | None = None
    origin: str = ""
    replaced_by: tuple[str, str] | None = None
    raised_because: Mapping[str, Any] | None = None
    norms: tuple[Ground, ...] = ()

    def binds(self, as_of: date) -> bool:
        """Whether the requirement is in force on a day."""
        grounded = not self.norms or any(ground.holds(as_of) for ground in self.norms)
        return grounded and norms.within(self.in_force, as_of)

    def on(self, as_of: date) -> Requirement:
        """Return the requirement with the norm and the basis that it has on a day.

        Where no norm holds on that day it does not bind either, and is as it was.
        """
        holding = [ground for ground in self.norms if ground.holds(as_of)]
        if not holding:
            return self
        return replace(self, norm=holding[-1].cited, basis=holding[-1].basis)


@dataclass(frozen=True)
class Profile:
    """A profile with everything it inherits, in order: the eldest ancestor's demands first."""

    id: str
    version: str
    title: Text
    requirements: tuple[Requirement, ...]
    norms: Mapping[str, Norm]
    source: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """The digest of the resolved profile and of the norms it cites."""
        return digest(canonical(self.source))

    def requirement(self, requirement_id: str) -> Requirement | None:
        """Return one requirement by its id."""
        return next((r for r in self.requirements if r.id == requirement_id), None)


def read(name: str) -> Profile:
    """Return a profile by id or by file, with what it extends.

    Raises:
        ProfileError: the profile is unknown, malformed, or does not hold together; the error
            names the file, the requirement and the mend.
    """
    chain = _chain(name)
    register = {key: norm.entry for key, norm in norms.register().items()}
    return resolve(
        {"chain": [document for _, document in chain], "norms": register},
        places=[str(path) for path, _ in chain],
    )


def resolve(source: Mapping[str, Any], *, places: list[str] | None = None) -> Profile:
    """Return the profile of a chain of documents, eldest first, and a register of norms.

    This is what a run stores (`inputs/profile-….json`) and what a rejudgement reads.
    """
    chain: list[Mapping[str, Any]] = source["chain"]
    where = places or [str(document["profile"]) for document in chain]
    known = {key: norms.norm(key, entry) for key, entry in source["norms"].items()}
    requirements: dict[str, Requirement] = {}
    for document, place in zip(chain, where, strict=True):
        for entry in document["requirements"]:
            _add(requirements, entry, str(document["profile"]), known, place)
        for entry in document.get("raises", []):
            _raise(requirements, entry, known, place)
    youngest = chain[-1]
    entries = [e for d in chain for e in (*d["requirements"], *d.get("raises", []))]
    cited = {clause["document"] for entry in entries for clause in norms.cited(entry)}
    kept = {
        key: {name: said for name, said in entry.items() if name not in norms.EDITORIAL}
        for key, entry in source["norms"].items()
        if key in cited
    }
    return Profile(
        id=str(youngest["profile"]),
        version=str(youngest["version"]),
        title=Text.of(youngest["title"]),
        requirements=tuple(requirements.values()),
        norms=known,
        source={"chain": chain, "norms": kept},
    )


def find(name: str) -> Path:
    """Return the file of a profile given by id or by path."""
    path = shipped.profile(name)
    if path is not None:
        return path
    path = Path(name)
    if path.suffix in {".yaml", ".yml", ".json"} and path.is_file():
        return path
    known = ", ".join(shipped.profile_ids())
    raise ProfileError(
        Text(vi=f"không có bộ yêu cầu {name!r}", en=f"there is no profile {name!r}"),
        mend=Text(
            vi=f"dùng một mã có sẵn ({known}) hoặc đường dẫn tới tệp YAML",
            en=f"use a shipped id ({known}) or the path of a YAML file",
        ),
    )


def _chain(name: str) -> list[tuple[Path, Mapping[str, Any]]]:
    """Return the documents of a profile and its ancestors, eldest first, each once."""
    found: dict[Path, Mapping[str, Any]] = {}

    def visit(path: Path, descendants: tuple[Path, ...]) -> None:
        if path in descendants or len(descendants) > _MAX_GENERATIONS:
            raise ProfileError(
                Text(vi="bộ yêu cầu kế thừa vòng tròn", en="the profile extends itself"),
                mend=Text(vi="bỏ một mục trong `extends`", en="remove an entry of `extends`"),
                place=str(path),
            )
        document = documents.conform(
            documents.read(path), "profile", place=str(path), error=ProfileError
        )
        for ancestor in document.get("extends", []):
            sibling = path.parent / ancestor
            visit(sibling if sibling.is_file() else find(ancestor), (*descendants, path))
        found.setdefault(path, document)

    visit(find(name), ())
    return list(found.items())


def _add(
    requirements: dict[str, Requirement],
    entry: Mapping[str, Any],
    profile_id: str,
    known: Mapping[str, Norm],
    place: str,
) -> None:
    where = f"{place}: {entry['id']}"
    if entry["id"] in requirements:
        raise ProfileError(
            Text(vi="mã yêu cầu đã có", en="the requirement id is taken"),
            mend=Text(
                vi="đặt mã khác; để nâng mức dùng `raises`, để thay thế dùng `replaces`",
                en="choose another id; to raise use `raises`, to replace use `replaces`",
            ),
            place=where,
        )
    for clause in norms.cited(entry):
        _known_norm(known, clause, where)
    requirement = _requirement(entry, profile_id, known)
    _firm(requirement, known, where)
    replaced = entry.get("replaces")
    if replaced:
        if replaced not in requirements or "because" not in entry:
            raise ProfileError(
                Text(
                    vi=f"không thay thế được {replaced}: cần một yêu cầu được kế thừa và căn cứ",
                    en=f"cannot replace {replaced}: it needs an inherited requirement, a ground",
                ),
                mend=Text(
                    vi="kiểm tra mã và thêm `because: {document, clause}`",
                    en="check the id and add `because: {document, clause}`",
                ),
                place=where,
            )
        ground = f"{entry['because']['document']} {entry['because'].get('clause') or ''}".strip()
        requirements[replaced] = replace(
            requirements[replaced], replaced_by=(requirement.id, ground)
        )
    requirements[requirement.id] = requirement


def _raise(
    requirements: dict[str, Requirement],
    entry: Mapping[str, Any],
    known: Mapping[str, Norm],
    place: str,
) -> None:
    where = f"{place}: raises {entry['id']}"
    old = requirements.get(entry["id"])
    if old is None:
        raise ProfileError(
            Text(
                vi="không có yêu cầu này trong các bộ yêu cầu được kế thừa",
                en="no inherited profile has this requirement",
            ),
            mend=Text(vi="kiểm tra mã", en="check the id"),
            place=where,
        )
    _known_norm(known, entry["because"], where)
    level = entry.get("level", old.level)
    if LEVELS.index(level) < LEVELS.index(old.level):
        raise ProfileError(
            Text(
                vi=f"không được hạ mức từ {old.level} xuống {level}",
                en=f"the level cannot be lowered from {old.level} to {level}",
            ),
            mend=Text(
                vi="chỉ `replaces` với căn cứ pháp lý mới thay được một yêu cầu",
                en="only `replaces`, with a legal ground, can lower a requirement",
            ),
            place=where,
        )
    changed: Mapping[str, Mapping[str, Any]] = entry.get("parameters", {})
    unused = set(changed) - {use.check for use in old.uses}
    if unused:
        raise ProfileError(
            Text(
                vi=f"yêu cầu không dùng phép kiểm {min(unused)}",
                en=f"the requirement does not use the check {min(unused)}",
            ),
            mend=Text(vi="kiểm tra mã phép kiểm", en="check the check's id"),
            place=where,
        )
    uses = tuple(
        Use(use.check, {**use.parameters, **changed[use.check]}, use.parameters)
        if use.check in changed
        else use
        for use in old.uses
    )
    requirements[old.id] = replace(old, level=level, uses=uses, raised_because=entry["because"])


def _firm(requirement: Requirement, known: Mapping[str, Norm], where: str) -> None:
    """Refuse a `basis: law` on a document whose wording is not known, whatever the day."""
    held = requirement.norms or (Ground(requirement.norm["document"], None, requirement.basis),)
    for ground in held:
        if ground.basis == "law" and known[ground.document].status not in LAW_NEEDS:
            raise ProfileError(
                Text(
                    vi="`basis: law` cần văn bản đã xác minh",
                    en="`basis: law` needs a norm whose wording is known",
                ),
                mend=Text(
                    vi="dùng `basis: scheme`, hoặc xác minh văn bản trong norms.yaml",
                    en="use `basis: scheme`, or verify the document in norms.yaml",
                ),
                place=where,
            )


def _known_norm(known: Mapping[str, Norm], clause: Mapping[str, Any], where: str) -> None:
    if clause["document"] not in known:
        raise ProfileError(
            Text(
                vi=f"norms.yaml không có văn bản {clause['document']!r}",
                en=f"norms.yaml has no document {clause['document']!r}",
            ),
            mend=Text(
                vi="thêm văn bản vào norms.yaml hoặc sửa mã",
                en="add the document to norms.yaml or mend the id",
            ),
            place=where,
        )


def _requirement(
    entry: Mapping[str, Any], profile_id: str, known: Mapping[str, Norm]
) -> Requirement:
    held = norms.grounds(entry, known)
    return Requirement(
        id=entry["id"],
        group=entry["group"],
        level=entry["level"],
        impact=entry["impact"],
        basis=held[-1].basis if held else entry["basis"],
        norm=held[-1].cited if held else entry["norm"],
        text=Text.of(entry["text"]),
        rationale=Text.of(entry["rationale"]) if "rationale" in entry else None,
        mend=Text.of(entry["mend"]) if "mend" in entry else None,
        in_force=norms.days(entry.get("in_force")),
        where=entry.get("where", "either"),
        when=entry.get("when", {}),
        uses=tuple(_use(item) for item in entry.get("checks", [])),
        attested=entry.get("attested"),
        untested=Text.of(entry["untested"]["because"]) if "untested" in entry else None,
        origin=profile_id,
        norms=held,
    )


def _use(item: str | Mapping[str, Mapping[str, Any]]) -> Use:
    if isinstance(item, str):
        return Use(item)
    ((check, parameters),) = item.items()
    return Use(check, parameters)
