"""The core runs on Windows as well: no call, file or console that only POSIX systems have."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_rules import MODULES, place, tracked
from together import together

from conformance import record

LONGEST = 120
# Not there on Windows, or there with another meaning.
MODULES_OF_POSIX = {"fcntl", "resource", "pwd", "grp", "termios", "pty", "tty", "syslog", "crypt"}
CALLS_OF_POSIX = {
    "os": {
        *("fork", "forkpty", "waitid", "wait3", "wait4", "getuid", "geteuid", "getgid", "setuid"),
        *("setsid", "getpgid", "killpg", "mkfifo", "chown", "nice", "getloadavg", "uname"),
        *("sched_getaffinity", "register_at_fork", "openpty", "sync", "posix_spawn"),
    },
    "signal": {
        *("SIGKILL", "SIGALRM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGQUIT", "SIGPIPE", "SIGCHLD"),
        *("alarm", "setitimer", "pause", "pthread_kill", "sigwait"),
    },
    "socket": {"AF_UNIX", "socketpair", "SO_REUSEPORT", "fromfd"},
}
OPTIONS_OF_POSIX = {"preexec_fn", "start_new_session", "pass_fds", "close_fds", "shell"}
# Texts that name a place of POSIX without opening it: what attackers write.
QUOTED = {
    "conformance/checks/injection/files.py",
    "conformance/privacy/signatures.py",
    "conformance/sandbox/faults/errors.py",
    "conformance/sandbox/faults/tokens.py",
    "conformance/sandbox/fetching.py",
}
FORBIDDEN = set('<>:"|?*\\')
DEVICES = {"con", "prn", "aux", "nul", *(f"{n}{i}" for n in ("com", "lpt") for i in range(10))}


def faults(source: str) -> Iterator[str]:  # noqa: C901  # one line a rule
    """Yield what of a module would not work on Windows, a sentence each."""
    for node in ast.walk(ast.parse(source)):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Import):
            for name in {alias.name.partition(".")[0] for alias in node.names} & MODULES_OF_POSIX:
                yield f"{line}: {name} is a module of POSIX"
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES_OF_POSIX:
            yield f"{line}: {node.module} is a module of POSIX"
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in CALLS_OF_POSIX.get(node.value.id, ()):
                yield f"{line}: {node.value.id}.{node.attr} is of POSIX"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.startswith(("/tmp", "/dev/", "/proc/", "/etc/", "/var/")):  # noqa: S108  # what is looked for
                yield f"{line}: {node.value!r} is a place of POSIX"
            if "%-d" in node.value or "%-H" in node.value or "%-m" in node.value:
                yield f"{line}: {node.value!r}: %- is of POSIX"
        elif isinstance(node, ast.Call):
            yield from (f"{line}: {told}" for told in of_call(node))


def of_call(node: ast.Call) -> Iterator[str]:
    """Yield what of a call depends on the system: encodings, line ends, options of processes."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    yield from (f"{option} is of POSIX" for option in OPTIONS_OF_POSIX & set(map(str, given)))
    # With an argument it is no path's: what is installed reads its own files.
    if name == "read_text" and "encoding" not in given and not node.args:
        yield "read_text without its encoding"
    if name == "write_text" and not {"encoding", "newline"} <= set(given):
        yield "write_text without its encoding and line end"
    if name in {"open", "NamedTemporaryFile", "TemporaryFile", "fdopen"}:
        modes = [a.value for a in node.args if isinstance(a, ast.Constant)]
        modes = [m for m in modes if isinstance(m, str) and m and set(m) <= set("rwxab+t")]
        mode = modes[-1] if modes else ("w+b" if name.endswith("TemporaryFile") else "r")
        if name == "open" and isinstance(node.func, ast.Attribute) and not modes and node.args:
            return  # os.open and the like, with numbers
        if "b" not in mode and "encoding" not in given:
            yield f"{name} for text without its encoding"
        if "b" not in mode and set(mode) & set("wax+") and "newline" not in given:
            yield f"{name} for text without its line end"
        if name == "NamedTemporaryFile" and "delete" not in given:
            yield "a temporary file that nobody else can open on Windows (delete=False)"


@together("path", MODULES, ids=place)
def test_the_core_uses_nothing_of_posix(path: Path) -> None:
    found = list(faults(path.read_text(encoding="utf-8")))
    if place(path) in QUOTED:
        found = [told for told in found if "is a place of POSIX" not in told]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "import fcntl",
        "from pwd import getpwuid",
        "os.fork()",
        "os.kill(1, signal.SIGKILL)",
        "open('/dev/null')",
        "path.read_text()",
        "path.write_text(text, encoding='utf-8')",
        "open(path, 'w', encoding='utf-8')",
        "path.open(encoding='utf-8', mode='r') if open(path) else None",
        "subprocess.run(words, start_new_session=True)",
        "tempfile.NamedTemporaryFile()",
        "when.strftime('%-d/%-m')",
    ],
)
def test_the_rule_sees_what_it_forbids(source: str) -> None:
    assert list(faults(source))


@pytest.mark.parametrize(
    "source",
    [
        "path.open('rb')",
        "path.read_bytes()",
        "os.open(os.devnull, os.O_WRONLY)",
        "path.write_text(text, encoding='utf-8', newline='\\n')",
        "tempfile.NamedTemporaryFile('w', delete=False, encoding='ascii', newline='\\n')",
    ],
)
def test_the_rule_lets_pass_what_works_everywhere(source: str) -> None:
    assert list(faults(source)) == []


def test_every_file_of_the_repository_has_a_name_for_every_system() -> None:
    names = [place(path) for path in tracked()]
    assert names
    assert [name for name in names if FORBIDDEN & set(name) or len(name) > LONGEST] == []
    parts = {part for name in names for part in name.split("/")}
    assert [p for p in parts if p.endswith((".", " ")) or p.partition(".")[0] in DEVICES] == []
    folded = [name.casefold() for name in names]
    assert sorted(name for name in folded if folded.count(name) > 1) == []


@pytest.mark.parametrize(
    "target",
    [
        "con",
        "nul.api",
        "aux",
        "com1",
        "lpt9.x",
        "dots...",
        "a" * 200,
        "cổng dịch vụ",
        "a:b",
        "..",
        "",
    ],
)
def test_a_run_directory_has_a_name_for_every_system(target: str, tmp_path: Path) -> None:
    first = record.new_folder(tmp_path, target, ["base", "procedure-system"] * 5)
    second = record.new_folder(tmp_path, target, ["base", "procedure-system"] * 5)
    assert first != second
    assert first.parent.parent == tmp_path
    for part in (first.name, second.name, first.parent.name):
        assert not FORBIDDEN & set(part)
        assert not part.endswith((".", " "))
        assert part.partition(".")[0].casefold() not in DEVICES
    # Windows: 260 characters at most, of which the deepest file below a run takes eighty.
    assert len(str(first.relative_to(tmp_path))) < LONGEST + 10


def test_two_long_names_stay_apart() -> None:
    assert record.portable("a" * 100) != record.portable("a" * 101)
    assert record.portable("my-system") == "my-system"
