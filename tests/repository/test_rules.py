"""Rules of this repository that no tool knows."""

import ast
import inspect
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from together import together

from conformance import check as checks
from conformance import profile as profiles
from conformance import shipped

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "conformance"
CHECKS = sorted((PACKAGE / "checks").rglob("*.py"))
MODULES = sorted(PACKAGE.rglob("*.py"))
TEXTUAL = {
    ".py",
    ".md",
    ".yaml",
    ".yml",
    ".json",
    ".toml",
    ".txt",
    ".html",
    ".j2",
    ".cfg",
    ".ini",
    "",
}
LEFT_OUT = {".git", ".venv", "__pycache__", "build", "dist", "runs", "demo", "node_modules"}


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file of the repository that is kept; all but caches where git is absent."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        words = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, timeout=60)
        paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        paths = [p for p in ROOT.rglob("*") if not LEFT_OUT & set(p.relative_to(ROOT).parts)]
    return tuple(p for p in paths if p.is_file() and p.suffix in TEXTUAL)


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# --- other people's libraries --------------------------------------------------------------------


def test_one_module_imports_schemathesis() -> None:
    # What it does not promise is used; a change of it is met in one place.
    holders = {
        place(path)
        for path in MODULES
        if any(name.partition(".")[0] == "schemathesis" for name in imported(path))
    }
    assert holders == {"conformance/generation/adapter/libraries.py"}


# --- checks --------------------------------------------------------------------------------------

# A verdict must come out the same a year later: no clock, no chance, no surroundings, no wire.
FORBIDDEN = {
    "time",
    "datetime",
    "random",
    "secrets",
    "uuid",
    "os",
    "sys",
    "platform",
    "locale",
    "pathlib",
    "socket",
    "ssl",
    "subprocess",
    "threading",
    "asyncio",
    "requests",
    "urllib3",
    "h11",
    "http",
    "urllib.request",
    "conformance.door.live",
    "conformance.engine",
    "conformance.judge",
    "conformance.record",
    "conformance.profile",
    "conformance.plan",
    "conformance.sandbox",
}


@together("path", CHECKS, ids=place)
def test_checks_depend_on_no_clock_chance_environment_or_wire(path: Path) -> None:
    found = {
        name
        for name in imported(path)
        if any(name == bad or name.startswith(f"{bad}.") for bad in FORBIDDEN)
    }
    assert found == set()


@together("path", CHECKS, ids=place)
def test_checks_call_nothing_that_opens_prints_or_evaluates(path: Path) -> None:
    names = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not names & {"open", "print", "eval", "exec", "input", "__import__", "hash", "id"}


@together("path", CHECKS, ids=place)
def test_subjects_of_checks_do_not_import_each_other(path: Path) -> None:
    subject = path.relative_to(PACKAGE / "checks").parts[0]
    others = {
        name
        for name in imported(path)
        if name.startswith("conformance.checks.")
        and not name.startswith(f"conformance.checks.{subject}")
    }
    assert others == set()


@together("check_id", sorted(checks.every()))
def test_every_check_says_what_it_asks_and_names_its_row(check_id: str) -> None:
    found = checks.every()[check_id]
    assert re.fullmatch(r"[A-Z]{3}-\d{3}", found.catalogue)
    assert len((inspect.getdoc(found.ask) or "").splitlines()[0]) > 20
    assert re.fullmatch(r"[a-z]+\.[a-z][a-z0-9]*\.[a-z0-9_]+", check_id)


@together("check_id", sorted(checks.every()))
def test_every_check_cites_what_it_rests_on(check_id: str) -> None:
    standard = (
        r"Law \d+|Decree \d+|RFC \d+|ASVS|Fetch|OWASP|OpenAPI|OpenID|Unicode|Circular|TCVN|QCVN"
        r"|XML 1|XML Schema|SOAP 1|X-Road|HTML|OGC \d+|DCAT|Windows-1252|Decision \d+"
        r"|Trace Context|CA/B Forum"
        # Of what a norm lists, a generic check knows nothing: the requirement names the norm.
        r"|requirement's\s+norm"
    )
    assert re.search(standard, inspect.getdoc(checks.every()[check_id].ask) or "")


def used(profile_id: str) -> set[str]:
    return {use.check for r in profiles.read(profile_id).requirements for use in r.uses}


def test_every_check_is_asked_by_a_profile() -> None:
    asked = set().union(*(used(name) for name in shipped.profile_ids()))
    assert set(checks.every()) == asked


# --- words ---------------------------------------------------------------------------------------


def joined(*parts: str) -> str:
    # In pieces, so that this file does not break its own rule.
    return "".join(parts)


UNWANTED = {
    "a number of an issue": re.compile(joined(r"\bissue ", r"#\d|\b(?:fixes|closes) ", r"#\d")),
    "a path of one machine": re.compile(
        joined(r"(?<![\w./*:-])/(?:wo", r"rk|t", r"mp|ro", r"ot|Us", r"ers)/\w")
    ),
    "a home folder": re.compile(joined(r"(?<![\w.\\:(])/ho", r"me/[a-z]\w*/\w")),
    "a package registry": re.compile(
        joined(
            r"pypi\.o",
            r"rg|files\.pythonh",
            r"osted|registry\.npm",
            r"js|arti",
            r"factory",
            r"|index-u",
            r"rl",
        )
    ),
}
# Shapes of leaks that are looked for, or committed on purpose, are no paths of ours.
LEAKS = ("conformance/checks/http/leaks.py", "conformance/sandbox/")


@pytest.mark.parametrize("what", sorted(UNWANTED))
def test_no_file_holds(what: str) -> None:
    found = [
        f"{place(path)}:{number}: {line.strip()[:80]}"
        for path in tracked()
        if not place(path).startswith(LEAKS)
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), 1
        )
        if UNWANTED[what].search(line)
    ]
    assert found == []


def test_every_file_is_composed_utf8_without_byte_order_mark() -> None:
    found = []
    for path in tracked():
        if place(path).startswith(("conformance/sandbox/faults", "tests/")):
            continue
        content = path.read_bytes()
        text = content.decode("utf-8")
        if not unicodedata.is_normalized("NFC", text) or content.startswith(b"\xef\xbb\xbf"):
            found.append(place(path))
    assert found == []


# --- texts in both languages ---------------------------------------------------------------------

# Words of protocols, and fields that are names in both languages.
SAME = {"nosniff", "max-age ≥ {min_age}"}


def inserted_value(part: ast.expr) -> str:
    assert isinstance(part, ast.FormattedValue)
    return f"{{{ast.unparse(part.value)}}}"


def literal(node: ast.expr | None) -> str | None:
    """Return the words of a literal, its inserted values as `{name}`; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else inserted_value(part)
            for part in node.values
        )
    return None


def texts() -> Iterator[tuple[str, str, str]]:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                given = {k.arg: literal(k.value) for k in node.keywords}
                vi, en = given.get("vi"), given.get("en")
                if node.func.id == "Text" and vi is not None and en is not None:
                    yield f"{place(path)}:{node.lineno}", vi, en


TEXTS = list(texts())


def test_there_are_texts_to_look_at() -> None:
    assert len(TEXTS) > 200


def test_every_vietnamese_text_is_composed() -> None:
    assert [at for at, vi, _ in TEXTS if not unicodedata.is_normalized("NFC", vi)] == []


def words(text: str) -> str:
    """Return a text without what is inserted and without code, signs and numbers."""
    text = re.sub(r"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}", " ", text)
    return re.sub(r"`[^`]*`|[^\w\s]|\d", " ", text).strip()


def test_the_languages_differ_where_there_are_words() -> None:
    found = [
        (at, vi) for at, vi, en in TEXTS if words(vi) and words(vi) == words(en) and vi not in SAME
    ]
    assert found == []


def test_vietnamese_has_its_marks() -> None:
    """A text of several words without any mark was typed without a Vietnamese keyboard."""
    found = [(at, vi) for at, vi, _ in TEXTS if len(words(vi).split()) > 3 and words(vi).isascii()]
    assert found == []


def test_no_text_is_empty_or_ends_in_space() -> None:
    assert [at for at, vi, en in TEXTS if not vi.strip() or not en.strip()] == []


def inserted(text: str) -> set[str]:
    # The same part of a pair may be told to each in their own language.
    found = re.findall(r"\{([^{}]+)\}", text)
    return {re.sub(r"\.(?:vi|en)$|\['(?:vi|en)'\]$", "", value) for value in found}


def test_both_languages_tell_the_same_values() -> None:
    """A value that only one language tells is missing from the other's message."""
    assert [at for at, vi, en in TEXTS if inserted(vi) != inserted(en)] == []
