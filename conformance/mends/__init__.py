"""How a finding is mended, by example: a short piece of configuration, contract or code.

The pieces are data, one YAML file a subject beside this module, so that a check gets one without
a line of Python: a list of entries with the checks that it mends, where it goes, a sentence in
both languages and the piece (`schemas/mends.schema.json`). What several checks are mended by is
written once and names them all; a check may stand in several entries, the likeliest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from conformance import documents
from conformance.errors import DocumentError
from conformance.text import Text

# Names of products are the same in both languages.
_PRODUCTS = {
    "nginx": "nginx",
    "apache": "Apache httpd",
    "iis": "IIS, web.config",
    "spring": "Spring Boot",
    "aspnet": "ASP.NET Core",
    "express": "Express (Node.js)",
    "fastapi": "FastAPI",
    "java": "Java",
    "csharp": "C#",
    "postgresql": "PostgreSQL",
    "mysql": "MySQL, MariaDB",
    "sqlserver": "SQL Server",
    "openssl": "openssl",
    "certbot": "certbot",
    "debian": "Debian, Ubuntu",
}
TOOLS: Mapping[str, Text] = MappingProxyType(
    {
        "openapi": Text(vi="đặc tả OpenAPI", en="OpenAPI contract"),
        "target-file": Text(vi="tệp đích của bộ kiểm thử", en="target file of this suite"),
        **{key: Text(vi=name, en=name) for key, name in _PRODUCTS.items()},
    }
)


@dataclass(frozen=True)
class Mend:
    """One concrete mend.

    Attributes:
        checks: the ids of the checks that it mends.
        tool: where it goes; one of `TOOLS`.
        language: what the piece is written in, as after the fence of a code block in Markdown.
        say: what it does and what to change in it, one sentence.
        code: the piece, of one to eight lines, without a line end at its end.
        context: the block of nginx that it stands in (`http`, `server`, `location`); else empty.
        place: the file and the number of the entry, for messages.
    """

    checks: tuple[str, ...]
    tool: str
    language: str
    say: Text
    code: str
    context: str
    place: str

    @property
    def where(self) -> Text:
        """Where the piece goes, in words."""
        tool = TOOLS[self.tool]
        if not self.context:
            return tool
        return Text(
            vi=f"{tool.vi}, trong khối {self.context}", en=f"{tool.en}, in the {self.context} block"
        )


def read(path: Path) -> tuple[Mend, ...]:
    """Return the mends of one file, in its order.

    Raises:
        DocumentError: the file cannot be read or is not of the promised shape; the error names the
            file, the place in it and what is wanted there.
    """
    document = documents.read(path)
    # Another file would hold a mapping: that this one is a list is the schema's business.
    entries: Any = documents.conform(document, "mends", place=path.name, error=DocumentError)
    return tuple(
        Mend(
            checks=tuple(entry["checks"]),
            tool=entry["tool"],
            language=entry["language"],
            say=Text.of(entry["say"]),
            code=entry["code"].rstrip("\n"),
            context=entry.get("context", ""),
            place=f"{path.name}: [{number}]",
        )
        for number, entry in enumerate(entries)
    )


@cache
def every() -> tuple[Mend, ...]:
    """Return every shipped mend, file by file in the order of the alphabet."""
    return tuple(mend for path in _files() for mend in read(path))


def of(check_id: str) -> tuple[Mend, ...]:
    """Return the mends of a check, the likeliest first; none for a check of somebody's own pack."""
    return tuple(mend for mend in every() if check_id in mend.checks)


def _files() -> Iterable[Path]:
    return sorted(Path(__file__).parent.glob("*.yaml"))
