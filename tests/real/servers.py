"""Real servers that others wrote, on loopback, for running the suite against.

As a module: `with kinto(folder) as running: …`, and so the others.
By hand: `python servers.py NAME --folder DIR` prints one line of JSON, which holds base_url,
target, contract and pid, and serves until SIGTERM or Ctrl-C.
"""

import argparse
import dataclasses
import json
import os
import signal
import sys
import time
from pathlib import Path

from fhirsnake import running as fhirsnake
from httpbin import bad as httpbin_bad
from httpbin import good as httpbin_good
from kinto import running as kinto
from loopback_todo import running as loopback
from nginx_tls import bad as nginx_bad
from nginx_tls import certified as nginx_certified
from nginx_tls import good as nginx_good
from oidc_provider import running as oidc_provider
from oidc_signing_in import running as oidc_signing_in
from pygeoapi import running as pygeoapi
from serving import Running
from trouble import InstallationError, RealServerError, StartError, ToolMissingError

__all__ = [
    "InstallationError",
    "RealServerError",
    "Running",
    "StartError",
    "ToolMissingError",
    "fhirsnake",
    "httpbin_bad",
    "httpbin_good",
    "kinto",
    "loopback",
    "nginx_bad",
    "nginx_certified",
    "nginx_good",
    "oidc_provider",
    "oidc_signing_in",
    "pygeoapi",
]

SERVERS = {
    "kinto": kinto,
    "loopback": loopback,
    "nginx-good": nginx_good,
    "nginx-bad": nginx_bad,
    "pygeoapi": pygeoapi,
    "httpbin-good": httpbin_good,
    "httpbin-bad": httpbin_bad,
    "fhirsnake": fhirsnake,
    "oidc-provider": oidc_provider,
}
# Some operations of httpbin sleep for as long as they are told: fewer values will do there.
DEPTHS = {"httpbin-good": "quick"}
# More than any of them takes.
BUDGET = 20_000


def main() -> int:
    """Serve what the command line names; 0 when told to stop, 1 when there is no server."""
    parser = argparse.ArgumentParser(description="Serves a third-party server on loopback.")
    parser.add_argument("server", choices=SERVERS)
    parser.add_argument("--folder", type=Path, required=True, help="for its files and its log")
    options = parser.parse_args()
    # SystemExit unwinds the blocks below, and they end the server.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with SERVERS[options.server](options.folder) as running:
            sys.stdout.write(json.dumps(dataclasses.asdict(running), default=str) + "\n")
            sys.stdout.flush()
            _wait_for(running.pid)
    except KeyboardInterrupt:
        return 0
    except RealServerError as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    sys.stderr.write(f"{options.server} ended by itself: see its log in {options.folder}\n")
    return 1


def _wait_for(pid: int) -> None:
    # Bounded by the life of the server. The child is left to be reaped by whoever started it.
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
