"""How the command line speaks: language, colour, and the one way to tell a problem."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, TextIO, cast

import click
from rich.console import Console
from rich.text import Text as RichText

from conformance.errors import ConformanceError
from conformance.reports.hostile import as_data, visible
from conformance.text import LANGUAGES, Text

_default: list[str] = []


def speak(lang: object) -> None:
    """Set the language for when neither option nor environment names one."""
    _default[:] = [lang] if lang in LANGUAGES else []


def language() -> str:
    """Return the language of messages: option, environment, project, else Vietnamese."""
    words = sys.argv
    for number, word in enumerate(words):
        if word.startswith("--lang="):
            return "en" if word.endswith("en") else "vi"
        if word == "--lang" and number + 1 < len(words):
            return "en" if words[number + 1] == "en" else "vi"
    named = os.environ.get("CONFORMANCE_LANG") or (_default[0] if _default else "vi")
    return "en" if named == "en" else "vi"


def writable_streams() -> None:
    """Let a console without UTF-8 show escapes instead of failing on a letter."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def closed(stream: TextIO) -> None:
    """Write into the void from now on: whoever read a stream went away (`… | head`).

    That is theirs to decide, and changes nothing of what was found, nor of the exit code.
    """
    void = os.open(os.devnull, os.O_WRONLY)
    os.dup2(void, stream.fileno())
    os.close(void)


def flushed() -> None:
    """Let everything out before the process ends, whoever still reads it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            closed(stream)


def machine(text: str) -> None:
    """Print what a program reads, a line end at its end.

    In UTF-8 whatever the console speaks, because JSON (RFC 8259, section 8.1) and our reports are
    in UTF-8 wherever they are redirected to; only a terminal gets what it can show.
    """
    text = text if text.endswith("\n") else f"{text}\n"
    binary = getattr(sys.stdout, "buffer", None)
    try:
        if binary is None or sys.stdout.isatty():
            sys.stdout.write(text)
            return
        sys.stdout.flush()
        binary.write(text.encode("utf-8", "backslashreplace"))
        binary.flush()
    except BrokenPipeError:
        closed(sys.stdout)


def machine_json(value: Any) -> None:
    """Print a JSON document whose text does nothing to a terminal that it is shown on."""
    machine(as_data(json.dumps(value, ensure_ascii=False, indent=2)))


def in_both_languages(error: click.ClickException) -> Text:
    """Return what click says of the command line, in our two languages."""
    said = error.format_message()
    name = getattr(error, "option_name", None) or getattr(error, "param_hint", None)
    param = getattr(error, "param", None)
    if name is None and param is not None:
        name = param.get_error_hint(getattr(error, "ctx", None))
    name = " / ".join(name) if isinstance(name, list | tuple) else name
    if isinstance(error, click.NoSuchOption):
        vi = f"không có tuỳ chọn {name}"
    elif isinstance(error, click.MissingParameter):
        vi = f"thiếu {name}"
    elif isinstance(error, click.BadParameter):
        vi = f"{name} không nhận giá trị này ({error.message})"
    else:
        vi = f"dòng lệnh không hợp lệ ({said})"
    return Text(vi=vi, en=said)


class _Console(Console):
    """Shows controls of terminals, and marks that reorder text, instead of obeying them.

    rich passes escapes on as they are, and what is printed may quote a target or its contract.
    """

    def render_str(self, text: str, **options: Any) -> RichText:
        """Return a text with its markup, everything unseen in it written out."""
        return super().render_str(visible(text), **options)

    def on_broken_pipe(self) -> None:
        """Go on in silence; rich would leave with exit code 1, as if the target had failed."""
        self.quiet = True
        closed(cast("TextIO", self.file))


def console(*, no_color: bool = False, quiet: bool = False, stderr: bool = False) -> Console:
    """Return a console that honours NO_COLOR and never writes its own idea of a number."""
    return _Console(
        file=sys.stderr if stderr else sys.stdout,
        no_color=no_color or None,
        quiet=quiet,
        highlight=False,
        emoji=False,
        soft_wrap=False,
    )


def problem(error: ConformanceError) -> None:
    """Print an error: place, what is wrong, how to mend it."""
    lang = language()
    out = console(stderr=True)
    head = Text(vi="Lỗi", en="Error").into(lang)
    line = RichText(f"{head}: ", style="bold red")
    line.append(RichText(visible(error.into(lang)), style="default"))
    out.print(line, soft_wrap=True)
