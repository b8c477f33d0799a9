"""Reading the files that declare agencies."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from conformance.sandbox import demonstration
from conformance.sandbox.contract import PACKAGE, loaded

AGENCIES = PACKAGE / "sandbox" / "agencies"
_TABLES = PACKAGE / "formats" / "tables"
_PEOPLE = {
    "citizen_a": demonstration.CITIZEN_A.personal_id,
    "citizen_b": demonstration.CITIZEN_B.personal_id,
}


class DeclarationError(Exception):
    """A file does not declare an agency; the text names file, place and what is wrong there."""


@dataclass(frozen=True)
class Collection:
    """Records of one kind.

    Attributes:
        key: the member by which a record is found.
        owner: the member that holds the personal number of whose it is; empty for nobody's.
        records: what is there from the start.
        dated: the member that tells records of one key apart, where their history is kept.
    """

    key: str
    owner: str
    records: tuple[Mapping[str, Any], ...]
    dated: str = ""

    def name(self, record: Mapping[str, Any]) -> str:
        """Return what a record is kept under."""
        return f"{record[self.key]}@{record[self.dated]}" if self.dated else str(record[self.key])


@dataclass(frozen=True)
class Declared:
    """An agency as its file declares it.

    Attributes:
        system: the id of the national system.
        collections: what it holds.
        operations: what each operation does, by operationId.
        target: what only its target file says.
        faults: what can be wrong with it, by id.
        near_misses: what only looks wrong, by id.
        open_data: whether pages of any origin may read what is public.
        twin: how the same agency is called otherwise; empty where names are not its own.
    """

    system: str
    collections: Mapping[str, Collection]
    operations: Mapping[str, Mapping[str, Any]]
    target: Mapping[str, Any] = field(default_factory=dict)
    faults: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    near_misses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    open_data: bool = False
    twin: Mapping[str, Any] = field(default_factory=dict)


@cache
def every() -> Mapping[str, Declared]:
    """Return every declared agency by the id of its system.

    Raises:
        DeclarationError: a file is wrong.
    """
    return {file.stem: read(file) for file in sorted(AGENCIES.glob("*.yaml"))}


def read(file: Path) -> Declared:
    """Read one file.

    Raises:
        DeclarationError: it declares no agency.
    """
    try:
        document = loaded(file.read_bytes())
    except yaml.YAMLError as error:
        raise DeclarationError(f"{file.name}: not YAML: {error}") from None
    wrong = best_match(_validator().iter_errors(document))
    if wrong is not None:
        place = "".join(f"/{part}" for part in wrong.absolute_path) or "/"
        raise DeclarationError(f"{file.name}: at {place}: {wrong.message}")
    if document["system"] != file.stem:
        raise DeclarationError(f"{file.name}: at /system: it has to be {file.stem!r}")
    collections = {
        name: _collection(declared, f"{file.name}: at /collections/{name}")
        for name, declared in document["collections"].items()
    }
    for operation, does in document["operations"].items():
        of = does.get("of")
        if of is not None and of not in collections:
            place = f"{file.name}: at /operations/{operation}/of"
            raise DeclarationError(f"{place}: there is no collection {of!r}")
    return Declared(**{**document, "collections": collections})


def _collection(declared: Mapping[str, Any], place: str) -> Collection:
    records = [*_rows(declared), *_meant(declared.get("records", ()))]
    key = declared["key"]
    for number, record in enumerate(records):
        if key not in record:
            raise DeclarationError(f"{place}/records/{number}: there is no {key}")
    made = Collection(key, declared.get("owner", ""), tuple(records), declared.get("dated", ""))
    twice = [name for name, count in Counter(map(made.name, records)).items() if count > 1]
    if twice:
        raise DeclarationError(f"{place}: {key} {twice[0]} stands twice")
    return made


def _rows(declared: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the records that come out of tables: code lists are data that everybody shares."""
    for table in declared.get("tables", ()):
        with (_TABLES / table["file"]).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if any(row[name] not in wanted for name, wanted in table.get("only", {}).items()):
                    continue
                if any(not row[name] for name in table.get("having", ())):
                    continue
                told = {member: row[name] for member, name in table["members"].items()}
                split = {m: told[m].split() for m in table.get("lists", ()) if m in told}
                yield {**table.get("also", {}), **told, **split}


def _meant(node: Any) -> Any:
    """Return a value in which `{person: citizen_a}` is that person's number."""
    if isinstance(node, Mapping):
        if set(node) == {"person"}:
            return _PEOPLE[node["person"]]
        return {name: _meant(part) for name, part in node.items()}
    return [_meant(part) for part in node] if isinstance(node, list | tuple) else node


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(loaded(Path(__file__).with_name("schema.yaml").read_bytes()))
