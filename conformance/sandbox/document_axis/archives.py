"""Archives from strangers: what is in one, told without unpacking it where it could do harm."""

from __future__ import annotations

import io
import zipfile
import zlib

LARGEST = 5 * 1024 * 1024
MOST_ENTRIES = 200
# Office files shrink to a tenth, plain text to a thirtieth; what shrinks further is made to.
STEEPEST = 100
SMALL = 64 * 1024
_PIECE = 64 * 1024
_ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".jar")
_ENCRYPTED = 0x1


def is_archive(content: bytes) -> bool:
    """Whether bytes begin as an archive does (APPNOTE.TXT, 4.3.6)."""
    return content[:4] == b"PK\x03\x04"


def flaws(content: bytes) -> set[str]:
    """Return what speaks against handing an archive on.

    Returns:
        Of `slip` (a name that leads out of the folder), `bomb` (grows beyond all measure), `sealed`
        (encrypted), `nested` (an archive in it, into which nobody looks) and `broken`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            found = {"slip"} if any(_leads_out(entry) for entry in entries) else set()
            if any(entry.flag_bits & _ENCRYPTED for entry in entries):
                found.add("sealed")
            if any(entry.filename.lower().endswith(_ARCHIVES) for entry in entries):
                found.add("nested")
            if _promises_too_much(entries):
                return {*found, "bomb"}
            for entry in entries:
                if not entry.flag_bits & _ENCRYPTED and _grows(archive, entry):
                    found.add("bomb")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError):
        return {"broken"}
    return found


def _leads_out(entry: zipfile.ZipInfo) -> bool:
    # The name as it was written: the library puts slashes in the place of backslashes.
    name = entry.orig_filename.replace("\\", "/")
    return name.startswith("/") or name[1:2] == ":" or ".." in name.split("/")


def _promises_too_much(entries: list[zipfile.ZipInfo]) -> bool:
    sizes = sum(entry.file_size for entry in entries)
    return len(entries) > MOST_ENTRIES or sizes > LARGEST


def _grows(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether an entry holds more than it may, whatever size its header tells."""
    most = max(SMALL, STEEPEST * entry.compress_size)
    size = 0
    with archive.open(entry) as opened:
        while piece := opened.read(_PIECE):
            size += len(piece)
            if size > min(most, LARGEST):
                return True
    return False
