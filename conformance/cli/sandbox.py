"""`conformance sandbox`: serve the reference agency, as its own program."""

from __future__ import annotations

import subprocess
import sys

import click

from conformance.sandboxes import be_installed


@click.command(name="sandbox", context_settings={"ignore_unknown_options": True})
@click.argument("system")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS]")
def command(system: str, arguments: tuple[str, ...]) -> int:
    """Serve SYSTEM on loopback: [--fault ID] [--host H] [--port N] [--tls] [--all]."""
    be_installed()
    # The sandbox shares no code with the examiner, so it is a process of its own.
    words = [sys.executable, "-m", "conformance.sandbox", "serve", system, *arguments]
    return subprocess.run(words, check=False).returncode  # noqa: S603  # our own module
