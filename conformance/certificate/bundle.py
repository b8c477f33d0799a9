"""The bundle: runs and the acts they rest on, in one archive that is the same byte for byte.

A BagIt bag (RFC 8493) in an uncompressed USTAR archive: names in order, no times, owners or modes
of this machine. The digest of a bundle is that of the archive, so it may travel compressed.

    bundle/bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt
    bundle/data/runs/1/  plan.json  inputs/  record.jsonl  evidence/  results.json
    bundle/data/acts/    attestations.json  waivers.json
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from conformance.errors import CertificateError
from conformance.text import Text

TOP = "bundle"
# What belongs to a run; its reports are views, made anew from these.
_OF_A_RUN = ("plan.json", "record.jsonl", "results.json", "inputs/*.json", "evidence/*.json")
_KNOWN = re.compile(
    r"data/(acts/(attestations|waivers)\.json|runs/[1-9][0-9]*/((inputs|evidence)/)?[^/]+\.jsonl?)"
)
_BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_CHUNK = 1 << 20
# A bundle from elsewhere: more than this nobody unpacks.
_MOST_FILES = 200_000


@dataclass(frozen=True)
class Bundle:
    """An unpacked bundle that was found whole."""

    folder: Path
    runs: tuple[Path, ...]
    acts: Mapping[str, bytes]


def write(path: Path, runs: Sequence[Path], acts: Mapping[str, bytes], made: str) -> str:
    """Write a bundle and return its digest, `sha256:…`.

    Args:
        path: where; written in one step that cannot be half done.
        runs: run directories, found whole by whoever calls.
        acts: what was said about them afterwards, by file name.
        made: the day that the bag tells, as `2026-11-23`: the same runs give the same bytes.

    Raises:
        CertificateError: a file of a run went away meanwhile, or its name does not fit an archive.
    """
    payload: dict[str, Path | bytes] = {}
    for number, run in enumerate(runs, 1):
        for file in _files(run):
            payload[f"data/runs/{number}/{file.relative_to(run).as_posix()}"] = file
    for name, content in acts.items():
        payload[f"data/acts/{name}"] = content
    partial = path.with_name(path.name + ".partial")
    try:
        with tarfile.open(partial, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            archive.copybufsize = _CHUNK  # type: ignore[attr-defined]  # since Python 3.7
            _fill(archive, payload, made)
        partial.replace(path)
    except (OSError, ValueError) as error:
        partial.unlink(missing_ok=True)
        raise CertificateError(
            Text(vi=f"không ghi được gói ({error})", en=f"the bundle cannot be written ({error})"),
            mend=Text(vi="kiểm tra chỗ trống và thư mục", en="look at the disk and the folder"),
            place=str(path),
        ) from error
    return digest(path)


def digest(path: Path) -> str:
    """Return the digest of a bundle, or of a file beside it, `sha256:…`."""
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def opened(path: Path) -> Iterator[Bundle]:
    """Unpack a bundle into a folder of its own until the block is left, and find it whole.

    Raises:
        CertificateError: it is no bundle, or not as it was written.
    """
    folder = Path(tempfile.mkdtemp(prefix="conformance-bundle-"))
    try:
        _unpack(path, folder)
        yield _whole(folder / TOP, str(path))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _files(run: Path) -> list[Path]:
    return sorted(file for pattern in _OF_A_RUN for file in run.glob(pattern) if file.is_file())


def _fill(archive: tarfile.TarFile, payload: Mapping[str, Path | bytes], made: str) -> None:
    """Add every file in the order of names; what a manifest tells is what went into the archive."""
    names = sorted(payload)
    sizes = [_size(payload[name]) for name in names]
    info = f"Bagging-Date: {made}\nPayload-Oxum: {sum(sizes)}.{len(sizes)}\n".encode()
    # Names in order: bag-info, bagit, data/…, manifest, tagmanifest.
    tags = {"bag-info.txt": info, "bagit.txt": _BAGIT}
    told = {name: _add(archive, name, content) for name, content in tags.items()}
    of_payload = {name: _add(archive, name, payload[name]) for name in names}
    manifest = "".join(f"{sha256}  {name}\n" for name, sha256 in of_payload.items()).encode()
    told["manifest-sha256.txt"] = _add(archive, "manifest-sha256.txt", manifest)
    tag_manifest = "".join(f"{sha256}  {name}\n" for name, sha256 in told.items()).encode()
    _add(archive, "tagmanifest-sha256.txt", tag_manifest)


def _add(archive: tarfile.TarFile, name: str, content: Path | bytes) -> str:
    """Add a file and return its digest."""
    entry = tarfile.TarInfo(f"{TOP}/{name}")
    entry.mode = 0o644
    entry.size = _size(content)
    with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as file:
        reading = _Hashing(file)
        archive.addfile(entry, reading)
    return reading.hasher.hexdigest()


class _Hashing(io.RawIOBase):
    """Passes on what is read of a file, and takes the digest of it on the way."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.hasher = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self.hasher.update(content)
        return content


def _size(content: Path | bytes) -> int:
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack(path: Path, folder: Path) -> None:
    """Write the files of an archive below a folder, and nothing outside of it."""
    count = total = 0
    size = path.stat().st_size
    before = ""
    try:
        with tarfile.open(path, mode="r|") as archive:
            for entry in archive:
                count, total = count + 1, total + entry.size
                # Uncompressed, so nothing in it is larger than the archive itself.
                if count > _MOST_FILES or total > size:
                    raise _not_whole(str(path), "size")
                # Our own archives hold plain files in order: anything else was made by others.
                plain = entry.type == tarfile.REGTYPE and not entry.issparse()
                if not plain or not _plain(entry.name) or entry.name <= before:
                    raise _not_whole(str(path), entry.name)
                before = entry.name
                target = folder / entry.name
                target.parent.mkdir(parents=True, exist_ok=True)
                source = archive.extractfile(entry)
                if source is None:
                    raise _not_whole(str(path), entry.name)
                with target.open("wb") as file:
                    shutil.copyfileobj(source, file, _CHUNK)
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise _not_whole(str(path), str(error)) from error


def _plain(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return (
        parts[:1] == (TOP,)
        and ".." not in parts
        and name == "/".join(parts)
        and not set(name) & set("\\:\0")
    )


def _whole(folder: Path, place: str) -> Bundle:
    """Return a bundle whose manifests name every file, each as it was written."""
    tags = _manifest(folder / "tagmanifest-sha256.txt", place)
    if tags.keys() != {"bag-info.txt", "bagit.txt", "manifest-sha256.txt"}:
        raise _not_whole(place, "tagmanifest-sha256.txt")
    payload = _manifest(folder / "manifest-sha256.txt", place)
    there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    if there != {*tags, *payload, "tagmanifest-sha256.txt"}:
        raise _not_whole(place, ", ".join(sorted(there ^ {*tags, *payload})[:3]))
    for name, wanted in {**tags, **payload}.items():
        if _sha256(folder / name) != wanted:
            raise _not_whole(place, name)
    if any(not _KNOWN.fullmatch(name) for name in payload) or not any(
        name.startswith("data/runs/1/") for name in payload
    ):
        raise _not_whole(place, "data")
    runs = sorted((folder / "data" / "runs").glob("*"), key=lambda run: (len(run.name), run.name))
    acts = {file.name: file.read_bytes() for file in sorted((folder / "data" / "acts").glob("*"))}
    return Bundle(folder, tuple(runs), acts)


def _manifest(path: Path, place: str) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _not_whole(place, path.name) from error
    found = {}
    for line in lines:
        sha256, _, name = line.partition("  ")
        found[name] = sha256
    return found


def _not_whole(place: str, what: str) -> CertificateError:
    return CertificateError(
        Text(
            vi=f"gói không còn nguyên vẹn hoặc không phải gói bằng chứng ({what})",
            en=f"the bundle is not as it was written, or not a bundle ({what})",
        ),
        mend=Text(vi="dùng bản sao nguyên vẹn", en="use an unaltered copy"),
        place=place,
    )
