"""Something made at most once for each key, whoever of several threads asks first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Once(Generic[K, V]):
    """Remembers what was made for a key; whoever asks while it is being made waits for it."""

    def __init__(self) -> None:
        self._made: dict[K, V] = {}
        self._making: dict[K, threading.RLock] = {}
        self._turn = threading.Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return what was made for a key, making it the first time."""
        if key in self._made:
            return self._made[key]
        with self._turn:
            own = self._making.setdefault(key, threading.RLock())
        with own:
            if key not in self._made:
                self._made[key] = make()
            return self._made[key]
