"""A run directory being written: inputs, exchanges as they happen, and at last the record."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from conformance import moments
from conformance.errors import StorageError, UsageError
from conformance.evidence import Exchange, digest
from conformance.record import lines
from conformance.record.shards import MAIN, Unfinished
from conformance.text import Text

SCHEMA = "conformance-record/1"
_LONGEST_NAME = 60
_DEVICES = re.compile(r"(?i)con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9]")


class Writer:
    """A run directory being written; appends each exchange as it happens.

    One process writes a directory, whichever threads it has; a lock of the operating system, which
    ends with the process, keeps all others out.

    Args:
        folder: a new directory.
        header: what the run is; digests of the inputs are added.
        inputs: JSON documents by file name, already redacted.
        plan: the content of `plan.json`.
        unfinished: what an interrupted run left in that directory, to go on behind it.

    Raises:
        UsageError: the directory cannot be written, or another process is at it.
    """

    def __init__(
        self,
        folder: Path,
        header: Mapping[str, Any],
        inputs: Mapping[str, Any],
        plan: Mapping[str, Any],
        unfinished: Unfinished | None = None,
    ) -> None:
        self.folder = folder
        self._turn = threading.Lock()
        content = {name: lines.pretty(document) for name, document in inputs.items()}
        planned = lines.pretty(plan)
        self._header = _whole_header(header, content, planned)
        try:
            for part in ("inputs", "shards"):
                (folder / part).mkdir(parents=True, exist_ok=unfinished is not None)
        except OSError as error:
            raise not_writable(folder, error) from error
        self._lock = _alone(folder)
        try:
            if unfinished is None:
                for name, written in content.items():
                    (folder / "inputs" / name).write_bytes(written)
                (folder / "plan.json").write_bytes(planned)
            # No buffer: what could not be written is not tried again when the file is closed.
            self._shard = (folder / MAIN).open("ab", buffering=0)
        except OSError as error:
            self._lock.release()
            raise not_writable(folder, error) from error
        self._size = 0
        if unfinished is None:
            self._append("header", self._header)
        else:
            self._size = unfinished.size
            # What was being written when the other ended is no line.
            self._shard.truncate(unfinished.size)
            self._append("resumed", {"at": now()})

    def keep(self, exchange: Exchange) -> int:
        """Append one exchange; a crash loses at most the line being written.

        Returns:
            Where its line begins in the shard, in bytes.

        Raises:
            StorageError: there is no room, or the directory is gone.
        """
        return self._append("exchange", exchange)

    def settled(self, unit: str, case: str, attempt: int = 0) -> None:
        """Note that all traffic of a case is there: whoever goes on later need not make it anew.

        Args:
            unit: the unit of the case.
            case: its name.
            attempt: the attempt that is done; 0 for all of them.

        Raises:
            StorageError: there is no room, or the directory is gone.
        """
        self._append("settled", {"unit": unit, "case": case, "attempt": attempt})

    def finish(self, exchanges: Iterable[Exchange], results: Iterable[Mapping[str, Any]]) -> None:
        """Write the finished record, with its footer, in one step that cannot be half done.

        Raises:
            StorageError: there is no room, or the directory is gone.
        """
        path = self.folder / "record.jsonl"
        hasher, number = hashlib.sha256(), 0
        partial = path.with_suffix(".partial")
        try:
            with partial.open("wb") as file:
                for line in self._lines(exchanges, results):
                    file.write(line)
                    hasher.update(line)
                    number += 1
                file.write(lines.line("footer", {"lines": number, "sha256": hasher.hexdigest()}))
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except OSError as error:
            raise _no_room(self.folder, error) from error
        self.abandon()
        tidy(self.folder)

    def abandon(self) -> None:
        """Close what is open and let others in; the shard stays, and there is no footer."""
        self._shard.close()
        self._lock.release()

    def _append(self, kind: str, content: Any) -> int:
        with self._turn:
            try:
                if isinstance(content, Exchange):
                    content = lines.beside(self.folder, content.as_json())
                line = lines.line(kind, content)
                left, begin = memoryview(line), self._size
                while left:
                    written = self._shard.write(left)
                    self._size += written
                    left = left[written:]
            except (OSError, ValueError) as error:
                # ValueError: an earlier failure has closed the file.
                raise _no_room(self.folder, error) from error
            return begin

    def _lines(
        self, exchanges: Iterable[Exchange], results: Iterable[Mapping[str, Any]]
    ) -> Iterable[bytes]:
        yield lines.line("header", {**self._header, "finished": now()})
        for exchange in exchanges:
            yield lines.line("exchange", lines.beside(self.folder, exchange.as_json()))
        for result in results:
            yield lines.line("result", result)


def header_of(
    header: Mapping[str, Any], inputs: Mapping[str, Any], plan: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the header of a run with the digests of what it rests on."""
    content = {name: lines.pretty(document) for name, document in inputs.items()}
    return _whole_header(header, content, lines.pretty(plan))


def new_folder(out: Path, target: str, profiles: Iterable[str]) -> Path:
    """Make a new run directory, `OUT/TARGET/20261121T101500Z-PROFILE`, and return its path."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    name = portable(f"{stamp}-{'+'.join(profiles) or 'own'}")
    parent = out / portable(target)
    for number in range(1, 1000):
        folder = parent / (name if number == 1 else f"{name}-{number}")
        try:
            # Made at once, so that two runs of one second never share a folder.
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise not_writable(folder, error) from error
        return folder
    raise not_writable(parent, FileExistsError(0, "taken"))


def portable(name: str) -> str:
    """Return a name that every file system takes, as a part of a path.

    Windows refuses colons, names of its devices with any extension, and a dot at the end, and a
    whole path of more than 260 characters: a longer name ends in a digest instead.
    """
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", name).rstrip(".") or "-"
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return f"_{name}" if _DEVICES.fullmatch(name.partition(".")[0]) else name


def tidy(folder: Path) -> None:
    """Remove what only an unfinished run needs."""
    for path in (folder / "shards").glob("*"):
        path.unlink()
    if (folder / "shards").is_dir():
        (folder / "shards").rmdir()


def not_writable(folder: Path, error: OSError) -> UsageError:
    """Return the error of a directory that cannot be made."""
    return UsageError(
        Text(
            vi=f"không ghi được thư mục kết quả ({error.strerror})",
            en=f"the run directory cannot be written ({error.strerror})",
        ),
        mend=Text(vi="chọn thư mục khác bằng --out", en="choose another with --out"),
        place=str(folder),
    )


def now() -> str:
    """Return the time in UTC, to the second, as RFC 3339 writes it."""
    return moments.told(moments.now())


def _whole_header(
    header: Mapping[str, Any], inputs: Mapping[str, bytes], plan: bytes
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        **header,
        "plan": digest(plan),
        "inputs": {name: digest(content) for name, content in inputs.items()},
    }


def _alone(folder: Path) -> FileLock:
    lock = FileLock(folder / "shards" / "lock", timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise UsageError(
            Text(
                vi="một tiến trình khác đang ghi lượt chạy này",
                en="another process is writing this run",
            ),
            mend=Text(vi="chờ tiến trình đó kết thúc", en="wait until it has ended"),
            place=str(folder),
        ) from error
    except OSError as error:
        raise not_writable(folder, error) from error
    return lock


def _no_room(folder: Path, error: OSError | ValueError) -> StorageError:
    said = getattr(error, "strerror", None) or "closed"
    return StorageError(
        Text(
            vi=f"không ghi tiếp được kết quả ({said}); những gì đã ghi vẫn còn",
            en=f"nothing more can be written ({said}); what is written stays",
        ),
        mend=Text(
            vi=f"giải phóng chỗ rồi chạy tiếp với `--resume {folder}`",
            en=f"make room, then go on with `--resume {folder}`",
        ),
        place=str(folder),
    )
