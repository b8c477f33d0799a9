"""httpbin behind nginx: every awkward answer of HTTP, with TLS set up well and set up badly."""

import contextlib
import json
import re
import string
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import installation
import nginx_tls
from nginx_tls import Site
from serving import Program, Running, answer, client, serving

# What the parameters of httpbin's paths and queries are called, and what they are given.
VALUES: dict[str, Any] = {
    "anything": "ho-so",
    "code": 200,
    "codes": 200,
    "delay": 0,
    "duration": 0,
    "etag": "v1",
    "n": 1,
    "name": "phien",
    "numbytes": 64,
    "offset": 0,
    "passwd": "demonstration",
    "status_code": 302,
    "url": "/get",
    "user": "ha-noi",
    "value": 60,
}


def good(folder: Path) -> AbstractContextManager[Running]:
    """Serve httpbin over good TLS, keeping all in `folder`.

    Raises:
        RealServerError: it could not be installed or started.
    """
    return _behind(nginx_tls.good, folder)


def bad(folder: Path) -> AbstractContextManager[Running]:
    """Serve httpbin over TLS as it must not be, and over plain HTTP.

    Raises:
        RealServerError: it could not be installed or started.
    """
    return _behind(nginx_tls.bad, folder)


@contextlib.contextmanager
def _behind(
    nginx: Callable[[Path, Site], AbstractContextManager[Running]], folder: Path
) -> Iterator[Running]:
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    gunicorn = installation.environment("httpbin") / "bin" / "gunicorn"
    server = Program(
        name="httpbin",
        folder=folder,
        command=lambda port: [
            str(gunicorn),
            "-b",
            f"127.0.0.1:{port}",
            "--threads",
            "4",
            "httpbin:app",
        ],
        ready="/status/200",
    )
    with serving(server) as (upstream, _):
        with client() as session:
            contract = answer(session, "GET", f"{upstream}/spec.json")
        proxy = string.Template((nginx_tls.FILES / "proxy.conf").read_text("ascii"))
        site = Site(
            name="httpbin",
            locations=proxy.safe_substitute(upstream=upstream),
            contract=contract,
            examples=_examples(contract),
        )
        with nginx(folder, site) as running:
            yield running


def _examples(contract: bytes) -> dict[str, dict[str, Any]]:
    """Return an example of each operation whose path and query hold nothing but `VALUES`.

    TRACE has none: nginx refuses it before httpbin sees it.
    """
    examples: dict[str, dict[str, Any]] = {}
    for path, item in json.loads(contract)["paths"].items():
        for method, operation in item.items():
            names = {*re.findall(r"{(\w+)}", path)}
            names |= {p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"}
            if method != "trace" and names - {"freeform"} <= set(VALUES):
                values = {name: VALUES[name] for name in sorted(names & set(VALUES))}
                examples[f"{method.upper()} {path}"] = values
    return examples
