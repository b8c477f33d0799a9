"""The key of a run's digests while the run is unfinished: never beside its record.

Equal values have to have equal tokens before and after an interruption, so the key has to survive
it. It lies among the state of the user's programs, readable by that user alone, and is removed
when the run is finished. The header of a run holds a mark by which the key is recognised.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_state_path

_SIZE = 32
# Thirty days, in seconds.
_LONGEST = 30 * 86_400
_MARKED = b"vnda-conformance: the key of a run"


@dataclass(frozen=True)
class Key:
    """A key and the name of the run that it belongs to."""

    run: str
    value: bytes

    @property
    def mark(self) -> str:
        """What a header tells of the key: enough to recognise it, not to derive it."""
        return hmac.digest(self.value, _MARKED, "sha256").hex()[:16]

    def keep(self) -> None:
        """Keep it until `drop`; where that is not possible the run cannot go on after a crash."""
        try:
            path = _place(self.run)
            path.parent.mkdir(parents=True, exist_ok=True)
            _forget_old_ones(path.parent)
            with open(path, "wb", opener=_for_one) as file:  # Path.open takes no opener
                file.write(self.value)
        except OSError:
            return

    def drop(self) -> None:
        """Remove it: nothing needs it any more."""
        _place(self.run).unlink(missing_ok=True)


def fresh() -> Key:
    """Return a new key under a new name."""
    return Key(secrets.token_hex(8), secrets.token_bytes(_SIZE))


def find(run: str) -> Key | None:
    """Return the key of an unfinished run, if it is still known here."""
    if not run.isalnum():
        return None
    try:
        value = _place(run).read_bytes()
    except OSError:
        return None
    return Key(run, value) if len(value) == _SIZE else None


def _forget_old_ones(folder: Path) -> None:
    """Remove the keys of runs that were interrupted long ago: nobody goes on with them."""
    for path in folder.iterdir():
        # Another run may be removing it, or its own, at the same time.
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _LONGEST:
                path.unlink()


def _place(run: str) -> Path:
    return user_state_path("vnda-conformance", appauthor=False) / "keys" / run


def _for_one(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
