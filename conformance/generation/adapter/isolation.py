"""Work of the libraries, kept from what differs between processes, and ended where it lasts."""

from __future__ import annotations

import contextlib
import ctypes
import os
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from conformance.generation.adapter.libraries import Tools

HOME = "__hypothesis_home_directory"
_lock = threading.RLock()


class _Overdue(BaseException):
    """Ends work that lasts too long; nothing on the way may take it for an error of its own."""


@contextlib.contextmanager
def apart(tools: Tools) -> Iterator[None]:
    """Keep hypothesis from what differs between processes, and from the disk; for one block.

    It is put back afterwards: tests of somebody else may run in this process.
    """
    providers, configuration = tools.providers, tools.configuration
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        home = getattr(configuration, HOME)
        found, constants = providers._get_local_constants, providers.CONSTANTS_CACHE  # noqa: SLF001 - what module the constants come from is no setting
        # Not a folder, so that nothing is found there and nothing can be written.
        configuration.set_hypothesis_home_dir(Path(os.devnull) / "hypothesis")
        providers._get_local_constants = tools.constants  # noqa: SLF001 - see above
        providers.CONSTANTS_CACHE = tools.cache
        codec, tools.charmap.intervals_from_codec = tools.charmap.intervals_from_codec, tools.codec
        try:
            yield
        finally:
            providers._get_local_constants = found  # noqa: SLF001 - see above
            providers.CONSTANTS_CACHE = constants
            tools.charmap.intervals_from_codec = codec
            configuration.set_hypothesis_home_dir(home)


def ended(seconds: float, work: Callable[[], None]) -> bool:
    """Do work, and end it where it lasts longer than some seconds.

    Between two cases a clock is enough; this is for the case that does not come. It cannot end a
    call into a library that is not written in Python.

    Returns:
        Whether it was ended.
    """
    thread, lock, fired, over = threading.get_ident(), threading.Lock(), threading.Event(), False

    def end() -> None:
        with lock:
            if not over:
                fired.set()
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(thread), ctypes.py_object(_Overdue)
                )

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        try:
            work()
        finally:
            with lock:
                over = True
            timer.cancel()
            if fired.is_set():
                time.sleep(0.01)  # it comes here at the latest
    except _Overdue:
        pass
    return fired.is_set()
