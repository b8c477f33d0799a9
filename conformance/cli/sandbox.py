"""`conformance sandbox`: serve the reference agency, as its own program."""

from __future__ import annotations

import runpy
import sys

import click

from conformance.sandboxes import be_installed


@click.command(name="sandbox", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[SYSTEM] [OPTIONS]")
def command(arguments: tuple[str, ...]) -> int:
    """Serve SYSTEM on loopback: [--fault ID] [--host H] [--port N] [--tls] [--all].

    With --all and no SYSTEM, every system is served on one port, each below its id.
    """
    be_installed()
    # The sandbox shares no code with the examiner: this process becomes the sandbox, so that
    # whoever ends it ends the sandbox.
    sys.argv = ["conformance-sandbox", "serve", *arguments]
    runpy.run_module("conformance.sandbox", run_name="__main__", alter_sys=True)
    return 0
