"""Prism: answers as a contract says, and nothing else: a server at which the contract is kept."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import installation
import yaml
from serving import Program, Running, serving


@contextlib.contextmanager
def mocking(original: Running, ready: str, folder: Path) -> Iterator[Running]:
    """Serve what a server's contract promises, with its target file pointed at the mock.

    Args:
        original: the server whose contract and examples are taken; it need not run any more.
        ready: a path that anybody may read.
        folder: where the mock runs and where its log goes.

    Raises:
        RealServerError: it could not be installed or started.
    """
    folder.mkdir(parents=True, exist_ok=True)
    program = installation.node_modules() / "@stoplight" / "prism-cli" / "dist" / "index.js"
    server = Program(
        name="prism",
        folder=folder,
        command=lambda port: [
            *(installation.node(), str(program), "mock", str(original.contract)),
            *("-h", "127.0.0.1", "-p", str(port)),
            # Its log breaks it where a request could not be read: nothing of the kind is written.
            *("-v", "silent"),
        ],
        ready=ready,
    )
    with serving(server) as (origin, pid):
        document = yaml.safe_load(original.target.read_text("utf-8"))
        document |= {"target": f"{document['target']}-mock", "base_url": origin}
        target = original.target.with_name("mock.yaml")
        target.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")
        yield Running(origin, target, original.contract, pid)
