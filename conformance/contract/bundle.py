"""Bundling: what a contract refers to in other documents is read once and travels with it.

Before a run, the documents behind relative references are read and put under `x-bundled`, and the
references lead there. Afterwards the contract is pure data, and a rejudgement needs nothing else.
Whatever may not be read, or cannot be, leaves its reference as it stands: the operations that need
it stay open, and the others are judged.
"""

from __future__ import annotations

import errno
import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from conformance import documents
from conformance.contract.walking import changed
from conformance.errors import ConformanceError
from conformance.text import Text

BUNDLED = "x-bundled"
MAX_DOCUMENTS = 200
MAX_LEVELS = 20
# A reference that does not begin inside the document; a value that only looks so does no harm.
_OUTWARD = re.compile(rb"""\$ref["']?\s*:\s*["']?[^"'#\s]""")
_FILE = re.compile(r"[/#]|\.(?:json|ya?ml)$")


@dataclass(frozen=True)
class Unread:
    """A reference that was not followed: where it leads, and why not."""

    reference: str
    place: str
    why: Text


class Shelf(Protocol):
    """Where the documents beside a contract stand, and which of them may be read."""

    @property
    def start(self) -> str:
        """The location of the contract itself."""
        ...

    def locate(self, base: str, reference: str) -> str | Text:
        """Return the location that a reference in the document at `base` leads to, or why not."""
        ...

    def read(self, location: str) -> bytes:
        """Return what stands at a location.

        Raises:
            ConformanceError: it cannot be had.
            OSError: the same.
        """
        ...

    def name(self, location: str) -> str:
        """Return the name of a location in the bundle: nothing of the tester's machine."""
        ...


class Folder:
    """The folder of a contract file, with all below it; locations are paths relative to it."""

    def __init__(self, contract: Path) -> None:
        self._root = contract.resolve().parent
        self.start = contract.resolve().name

    def locate(self, base: str, reference: str) -> str | Text:
        """Stay inside the folder, links resolved: a contract is no way to read other files."""
        if urlsplit(reference).scheme or reference.startswith("//"):
            return _REMOTE
        path = (self._root / PurePosixPath(base).parent / unquote(reference)).resolve()
        if not path.is_relative_to(self._root):
            return Text(
                vi="nằm ngoài thư mục của đặc tả giao diện",
                en="it lies outside the folder of the contract",
            )
        return path.relative_to(self._root).as_posix()

    def read(self, location: str) -> bytes:
        """Return the content of a file, unless it is larger than any document may be."""
        path = self._root / location
        # A pipe would keep us waiting.
        if not path.is_file() or path.stat().st_size > documents.MAX_BYTES:
            raise FileNotFoundError(errno.ENOENT, "no file, or too large")
        return path.read_bytes()

    def name(self, location: str) -> str:
        """Return the relative path."""
        return location


class Origin:
    """The origin of a contract that was fetched; locations are URLs."""

    def __init__(self, contract: str, fetch: Callable[[str], bytes]) -> None:
        self.start = contract
        self._fetch = fetch

    def locate(self, base: str, reference: str) -> str | Text:
        """Stay on the origin: nobody asked us to call others."""
        location = urljoin(base, reference)
        if urlsplit(location)[:2] != urlsplit(self.start)[:2]:
            return _REMOTE
        return location

    def read(self, location: str) -> bytes:
        """Fetch it, without credentials and redirects."""
        return self._fetch(location)

    def name(self, location: str) -> str:
        """Return the path; a query may hold a credential."""
        return unquote(urlsplit(location).path.lstrip("/"))


_REMOTE = Text(
    vi="tài liệu ở địa chỉ khác không được tải về",
    en="documents at other addresses are not fetched",
)


def leads_outward(content: bytes) -> bool:
    """Whether a document may refer to others; a glance, for most do not."""
    return _OUTWARD.search(content) is not None


def bundled(document: Mapping[str, Any], shelf: Shelf) -> tuple[dict[str, Any], list[Unread]]:
    """Return a contract with the documents that it refers to, and what was not followed."""
    return _Bundle(document, shelf).made()


@dataclass
class _Bundle:
    document: Mapping[str, Any]
    shelf: Shelf
    names: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Text] = field(default_factory=dict)
    unread: dict[tuple[str, str], Unread] = field(default_factory=dict)
    waiting: deque[tuple[str, int, Any]] = field(default_factory=deque)
    size: int = 0
    nodes: int = 0

    def made(self) -> tuple[dict[str, Any], list[Unread]]:
        root = self._rewritten(self.document, self.shelf.start, 0)
        parts: dict[str, Any] = {}
        while self.waiting:
            location, level, content = self.waiting.popleft()
            part = self._rewritten(content, location, level)
            if isinstance(part, dict):
                # Its references are resolved; a base of its own would lead them astray again.
                part.pop("$id", None)
            parts[self.names[location]] = part
        if parts:
            root[BUNDLED] = {**self._before(), **parts}
        return root, list(self.unread.values())

    def _before(self) -> Mapping[str, Any]:
        """Return what an earlier bundling left in the contract."""
        before = self.document.get(BUNDLED)
        return before if isinstance(before, Mapping) else {}

    def _rewritten(self, node: Any, location: str, level: int) -> Any:
        def change(found: dict[str, Any]) -> dict[str, Any]:
            # Aliases of YAML can make many nodes of few.
            self.nodes += 1
            reference = found.get("$ref")
            if isinstance(reference, str):
                found["$ref"] = self._led(reference, location, level)
            discriminator = found.get("discriminator")
            mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
            if isinstance(discriminator, dict) and isinstance(mapping, dict):
                found["discriminator"] = {
                    **discriminator,
                    "mapping": {
                        key: self._led(value, location, level)
                        if isinstance(value, str) and _FILE.search(value)
                        else value
                        for key, value in mapping.items()
                    },
                }
            return found

        return changed(node, change)

    def _led(self, reference: str, location: str, level: int) -> str:
        """Return where a reference leads in the bundle; as it stands, where nowhere."""
        document, fragment = urldefrag(reference)
        target: str | Text
        if not document:
            target = location
        elif document == self.document.get("$self"):
            target = self.shelf.start
        else:
            target = self._located(location, document)
        if isinstance(target, str) and target != self.shelf.start and target not in self.names:
            target = self._taken(target, level + 1)
        if isinstance(target, Text):
            at = f"{self.shelf.name(location)}: $ref {reference}"
            self.unread.setdefault((location, reference), Unread(reference, at, target))
            return reference
        if target == self.shelf.start:
            return f"#{fragment}"
        if fragment and not fragment.startswith("/"):
            # A name and no pointer: known only inside its own document.
            return reference
        return f"#/{BUNDLED}/{_segment(self.names[target])}{fragment}"

    def _located(self, base: str, document: str) -> str | Text:
        try:
            return self.shelf.locate(base, document)
        except (ValueError, OSError, RuntimeError) as error:
            return _unreadable(error)

    def _taken(self, location: str, level: int) -> str | Text:
        """Read a document that is met for the first time; say why not where it is not to be."""
        if location not in self.refused:
            why = self._read(location, level)
            if why is None:
                return location
            self.refused[location] = why
        return self.refused[location]

    def _read(self, location: str, level: int) -> Text | None:
        if level > MAX_LEVELS or len(self.names) >= MAX_DOCUMENTS:
            return Text(
                vi=f"quá {MAX_DOCUMENTS} tài liệu hoặc {MAX_LEVELS} tầng",
                en=f"over {MAX_DOCUMENTS} documents or {MAX_LEVELS} levels",
            )
        try:
            content = self.shelf.read(location)
            self.size += len(content)
            if self.size > documents.MAX_BYTES or self.nodes > documents.MAX_NODES:
                return Text(vi="các tài liệu quá lớn", en="the documents are too large")
            parsed = documents.parse(content, place=self.shelf.name(location))
        except ConformanceError as error:
            return error.what
        except (OSError, ValueError) as error:
            return _unreadable(error)
        self.names[location] = self._unique(self.shelf.name(location))
        self.waiting.append((location, level, parsed))
        return None

    def _unique(self, name: str) -> str:
        taken = {*self.names.values(), *self._before()}
        number, unique = 1, name
        while unique in taken:
            number += 1
            unique = f"{name}-{number}"
        return unique


def _segment(name: str) -> str:
    return quote(name.replace("~", "~0").replace("/", "~1"), safe="~")


def _unreadable(error: Exception) -> Text:
    told = getattr(error, "strerror", None) or type(error).__name__
    return Text(vi=f"không đọc được ({told})", en=f"it cannot be read ({told})")
