"""Bundles: the same bytes for the same runs, whole or refused, and enough by themselves."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
import time
from pathlib import Path

import pytest

from conformance import cli
from conformance.certificate import bundle, statement, verification
from conformance.certificate.verification import Answer
from conformance.errors import CertificateError

DAY = "2026-11-23"


def test_the_same_runs_give_the_same_bytes(run: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(run, tmp_path / "elsewhere" / "run"))
    for path in other.rglob("*"):
        os.utime(path, (time.time(), 1_000_000_000))
        path.chmod(0o600 if path.is_file() else 0o700)
    # Reports are views: they may be there or not.
    (other / "report.html").write_text("x", "utf-8")
    acts = {"waivers.json": b"[]", "attestations.json": b"[]"}
    first = bundle.write(tmp_path / "a.tar", [run], acts, DAY)
    second = bundle.write(tmp_path / "b.tar", [other], dict(reversed(acts.items())), DAY)
    assert first == second == bundle.digest(tmp_path / "a.tar")
    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes()


def test_a_bundle_tells_nothing_of_this_machine(run: Path, tmp_path: Path) -> None:
    bundle.write(tmp_path / "a.tar", [run], {}, DAY)
    with tarfile.open(tmp_path / "a.tar") as archive:
        entries = archive.getmembers()
    assert {(e.mtime, e.uid, e.gid, e.uname, e.gname, e.mode) for e in entries} == {
        (0, 0, 0, "", "", 0o644)
    }
    names = [entry.name for entry in entries]
    assert names == sorted(names)
    assert str(tmp_path).encode() not in (tmp_path / "a.tar").read_bytes()


def test_two_runs_in_one_bundle(run: Path, failed: Path, tmp_path: Path) -> None:
    bundle.write(tmp_path / "a.tar", [run, failed], {"waivers.json": b"[]"}, DAY)
    with bundle.opened(tmp_path / "a.tar") as opened:
        assert [path.name for path in opened.runs] == ["1", "2"]
        assert (opened.runs[1] / "record.jsonl").read_bytes() == (
            failed / "record.jsonl"
        ).read_bytes()
        assert opened.acts == {"waivers.json": b"[]"}
        folder = opened.folder
    assert not folder.exists()


def entry(name: str, content: bytes = b"x", kind: bytes = tarfile.REGTYPE) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        made = tarfile.TarInfo(name)
        made.size, made.type, made.linkname = len(content), kind, "/etc/passwd"
        archive.addfile(made, io.BytesIO(content))
    return out.getvalue()


HOSTILE = {
    "nothing": b"",
    "no archive": b"x" * 2000,
    "a path out": entry("bundle/../../x"),
    "an absolute path": entry("/bundle/x"),
    "another top": entry("x/bagit.txt"),
    "a link": entry("bundle/bagit.txt", b"", tarfile.SYMTYPE),
    "a device": entry("bundle/bagit.txt", b"", tarfile.CHRTYPE),
    "a drive of Windows": entry("bundle/c:x"),
    "a stray file alone": entry("bundle/x"),
}


def test_nothing_larger_than_itself_comes_out(tmp_path: Path) -> None:
    # A sparse file: some hundred bytes that stand for many megabytes.
    head = tarfile.TarInfo("bundle/bagit.txt")
    head.size = 1 << 30
    (tmp_path / "a.tar").write_bytes(head.tobuf(tarfile.USTAR_FORMAT) + b"\0" * 1024)
    with (
        pytest.raises(CertificateError, match="not a bundle"),
        bundle.opened(tmp_path / "a.tar"),
    ):
        pass


@pytest.mark.parametrize("inside", ["data/acts/sub/x.json", "data/other.txt", "data/runs/0/x.json"])
def test_what_no_bundle_holds_is_refused(run: Path, tmp_path: Path, inside: str) -> None:
    import tampering  # noqa: PLC0415

    bundle.write(tmp_path / "a.tar", [run], {}, DAY)
    with tarfile.open(tmp_path / "a.tar") as archive:
        content = {
            e.name: archive.extractfile(e).read()  # type: ignore[union-attr]
            for e in archive
        }
    for name, made in (
        ("more.tar", {**content, f"bundle/{inside}": b"[]"}),
        ("less.tar", {k: v for k, v in content.items() if "/data/" not in k}),
    ):
        (tmp_path / name).write_bytes(tampering._packed(made))
        with pytest.raises(CertificateError), bundle.opened(tmp_path / name):
            pass


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_bundle_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(HOSTILE[name])
    with pytest.raises(CertificateError, match="not a bundle"), bundle.opened(path):
        pass
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.tar"]


def test_a_bundle_is_enough_by_itself(
    issued: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = tmp_path / "bundle.tar"
    shutil.copy(issued / statement.BUNDLE, alone)
    monkeypatch.chdir(tmp_path)
    (step,) = verification.verify_bundle(alone)
    assert step.answer is Answer.VALID
    assert "CONFORMANT" in step.because.en
    for words in (["rejudge", str(alone)], ["verify", str(alone)]):
        with pytest.raises(SystemExit) as left:
            cli.main(words)
        assert left.value.code == 0
    content = bytearray(alone.read_bytes())
    content[len(content) // 2] ^= 1
    alone.write_bytes(content)
    for words in (["rejudge", str(alone)], ["verify", str(alone)]):
        with pytest.raises(SystemExit) as left:
            cli.main(words)
        assert left.value.code == 5


def test_no_bundle_where_there_is_no_folder(run: Path, tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match="cannot be written"):
        bundle.write(tmp_path / "none" / "a.tar", [run], {}, DAY)
    assert list(tmp_path.iterdir()) == []
