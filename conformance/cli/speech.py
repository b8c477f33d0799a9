"""How the command line speaks: language, colour, and the one way to tell a problem."""

from __future__ import annotations

import os
import sys

from rich.console import Console
from rich.text import Text as RichText

from conformance.errors import ConformanceError
from conformance.text import Text


def language() -> str:
    """Return the language of messages: `--lang`, else CONFORMANCE_LANG, else Vietnamese."""
    words = sys.argv
    for number, word in enumerate(words):
        if word.startswith("--lang="):
            return "en" if word.endswith("en") else "vi"
        if word == "--lang" and number + 1 < len(words):
            return "en" if words[number + 1] == "en" else "vi"
    return "en" if os.environ.get("CONFORMANCE_LANG") == "en" else "vi"


def console(*, no_color: bool = False, quiet: bool = False, stderr: bool = False) -> Console:
    """Return a console that never fails on a letter and honours NO_COLOR."""
    stream = sys.stderr if stderr else sys.stdout
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        # A console without UTF-8 gets escapes instead of a crash.
        reconfigure(errors="backslashreplace")
    return Console(
        file=stream,
        no_color=no_color or None,
        quiet=quiet,
        highlight=False,
        soft_wrap=False,
    )


def problem(error: ConformanceError) -> None:
    """Print an error: place, what is wrong, how to mend it."""
    lang = language()
    out = console(stderr=True)
    head = Text(vi="Lỗi", en="Error").into(lang)
    line = RichText(f"{head}: ", style="bold red")
    line.append(RichText(error.into(lang), style="default"))
    out.print(line, soft_wrap=True)
