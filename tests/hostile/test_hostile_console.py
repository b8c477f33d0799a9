"""What a target and its contract say is words on a screen: no terminal obeys it, no markup acts."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import pytest
from processes import Done, conformance
from test_hostile_answers import DOCUMENT
from wires import Speech, says, serving

# A colour, a title of the window, a link (OSC 8), C1 controls, bidi controls, markup of rich.
ESCAPES = (
    "\x1b[31mred\x1b[0m\x1b]0;owned\x07\x1b]8;;http://evil.example/\x1b\\here\x1b]8;;\x1b\\"
    "\x9b31m\x9d0;t\x9c\u202etxt.exe\u202c\u2066a\u2069\u200f"
)
MARKUP = "[red]m[/red] [link=http://evil.example]l[/link] [/] :bomb: [bold"
LINES = f"{ESCAPES}{MARKUP}\rovertyped\x08\x08\x0b\x0c\nnew\u2028line"
# What a field of HTTP can hold and still be read.
IN_FIELDS = f"{MARKUP} \x1b[31mred \x1b]8;;http://evil.example/\x07 \x9b31m \u202etxt"


def head(status: bytes) -> bytes:
    told = IN_FIELDS.encode()
    names = ("Location", "Server", "WWW-Authenticate", "ETag", "Content-Language", "X-[red]")
    fields = b"".join(name.encode() + b": " + told + b"\r\n" for name in names)
    return b"HTTP/1.1 " + status + b" " + told + b"\r\n" + fields


def answer(status: bytes, media_type: str) -> bytes:
    body = json.dumps({"title": LINES, "status": LINES, LINES: LINES}, ensure_ascii=False).encode()
    ends = f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return head(status) + ends + body


SPEECHES: dict[str, Speech] = {
    "an error": says(answer(b"500", "application/problem+json")),
    "a refusal": says(answer(b"401", "application/json")),
    "a media type": says(answer(b"200", f"text/{IN_FIELDS}")),
    "a redirect": says(head(b"302") + b"Content-Length: 0\r\n\r\n"),
    "a body that is none": says(head(b"200") + b"Content-Length: 9\r\n\r\n" + ESCAPES.encode()[:9]),
    "no HTTP": says(f"HTTP/1.1 {LINES}\r\n\r\n".encode()),
    "a chunk that is none": says(
        head(b"200") + b"Transfer-Encoding: chunked\r\n\r\n" + ESCAPES.encode() + b"\r\n"
    ),
}


@dataclass(frozen=True)
class Place:
    """A folder with a target file, and whom it leads to."""

    folder: Path

    def asked(self, *words: str) -> Done:
        return conformance(
            *words, "--no-color", "--lang", "en", cwd=self.folder, NO_COLOR="1", PYTHONUTF8="1"
        )


@contextmanager
def placed(name: str, tmp_path: Path) -> Iterator[Place]:
    contract = deepcopy(DOCUMENT)
    contract["info"] = {"title": LINES, "version": LINES, "description": LINES}
    operation = contract["paths"]["/things"]["get"]
    operation |= {"operationId": LINES, "summary": LINES, "tags": [LINES]}
    contract["paths"][f"/things/{MARKUP}"] = {
        "get": {"operationId": f"{LINES}2", "responses": {"200": {"$ref": f"#/{LINES}"}}}
    }
    (tmp_path / "contract.json").write_text(json.dumps(contract), encoding="utf-8")
    with serving(SPEECHES[name]) as server:
        target = {
            "target": "hostile",
            "base_url": server.base_url,
            "contract": "contract.json",
            "data": "synthetic",
            "environment": "sandbox",
            "pace": {"requests_per_second": 5000, "timeout_seconds": 1},
        }
        (tmp_path / "target.json").write_text(json.dumps(target), encoding="utf-8")
        yield Place(tmp_path)


def acting(said: str) -> list[str]:
    """Return what a terminal might obey, or what hides and reorders text; not line feeds."""
    return [
        f"U+{ord(sign):04X}"
        for sign in said
        if sign != "\n" and unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    ]


RUN = ("run", "base", "--target", "target.json", "--select", "BASE-IOP-0*,BASE-SEC-0*")
DOCTOR = ("doctor", "base", "--target", "target.json")
OF_CONTRACT = (("plan", "base", "--target", "target.json"), ("lint", "contract.json"))


# Where no answer comes a run waits for the target to come back, longer than a fast test may.
NO_ANSWER = frozenset({"no HTTP", "a body that is none", "a chunk that is none"})
CASES = [
    pytest.param(name, marks=[pytest.mark.slow] if name in NO_ANSWER else []) for name in SPEECHES
]


def commands(name: str) -> tuple[tuple[str, ...], ...]:
    """Return what is asked; what depends on the contract alone is asked once."""
    return (RUN, DOCTOR, *(OF_CONTRACT if name == "an error" else ()))


@pytest.mark.parametrize("name", CASES)
def test_nothing_that_is_quoted_acts(name: str, tmp_path: Path) -> None:
    said = ""
    with placed(name, tmp_path) as place:
        for words in commands(name):
            done = place.asked(*words)
            assert done.code in {0, 1, 3, 4}, done.said
            assert acting(done.out) == [], words
            assert acting(done.err) == [], words
            said += done.said
    # It is shown, as the text that it is: markup too.
    assert "[red]m[/red]" in said
    assert "\\x1b" in said


@pytest.mark.parametrize("name", ["an error", "a refusal"])
def test_json_is_json(name: str, tmp_path: Path) -> None:
    with placed(name, tmp_path) as place:
        for words in commands(name):
            done = place.asked(*words, "--json")
            assert done.code in {0, 1, 3, 4}, done.said
            assert acting(done.said) == [], words
            found = json.loads(done.out)
            assert isinstance(found, dict)
            if words[0] == "run":
                (path,) = (tmp_path / "runs").glob("*/*/results.json")
                assert found == json.loads(path.read_text(encoding="utf-8"))
