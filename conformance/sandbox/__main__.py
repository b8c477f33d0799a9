"""The command line: `python -m conformance.sandbox serve SYSTEM` and `… faults`."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence

from conformance.sandbox import contract, serving, systems, variations


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code: 0, or 2 for a wish that cannot be met."""
    asked = _parser().parse_args(arguments)
    if asked.command == "faults":
        _list(as_json=asked.json)
        return 0
    alone = asked.fault or asked.tls or not asked.all
    if not asked.system and alone:
        sys.stderr.write("sandbox: name a system, or serve all of them with --all alone\n")
        return 2
    try:
        serving.serve(
            serving.Wish(
                system=asked.system,
                variation=asked.fault,
                host=asked.host,
                port=asked.port,
                over_tls=asked.tls,
                everything=asked.all,
            )
        )
    except (serving.AddressError, contract.ContractMissingError) as error:
        sys.stderr.write(f"sandbox: {error}\n")
        return 2
    return 0


def _list(*, as_json: bool) -> None:
    found = [variation.as_json() for variation in variations.every().values()]
    if as_json:
        # In ASCII: whoever reads a pipe need not know how this console writes.
        sys.stdout.write(json.dumps(found, indent=1) + "\n")
        return
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    for line in found:
        checks = ", ".join((*line["breaks"], *line["spares"]))
        sys.stdout.write(f"{line['kind']:9}  {line['id']}  [{checks}]\n")
        sys.stdout.write(f"           {line['description']}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m conformance.sandbox", description="The reference agency and its faults."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve the reference agency of a system")
    serve.add_argument(
        "system",
        nargs="?",
        choices=["", *sorted(systems.SYSTEMS)],
        default="",
        help="with --all and no system, all systems are served on one port, below /SYSTEM",
    )
    serve.add_argument(
        "--fault", metavar="ID", type=_variation, help="serve it with this fault or near-miss"
    )
    serve.add_argument("--host", default=serving.LOOPBACK, help="a loopback address")
    serve.add_argument("--port", type=_port, default=0, help="0 takes any free one")
    serve.add_argument("--tls", action="store_true", help="serve over TLS, as https://localhost")
    serve.add_argument(
        "--all",
        action="store_true",
        help="serve every fault and near-miss of the system below /~fault/ID/ too",
    )
    faults = commands.add_parser("faults", help="list faults and near-misses")
    faults.add_argument("--json", action="store_true", help="as JSON")
    return parser


def _variation(name: str) -> str:
    if name not in variations.every():
        raise argparse.ArgumentTypeError(f"there is no fault or near-miss {name!r}; see: faults")
    return name


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
