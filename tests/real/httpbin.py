"""httpbin behind nginx: every awkward answer of HTTP, with TLS set up well and set up badly."""

import contextlib
import string
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import installation
import nginx_tls
from nginx_tls import Site
from serving import Program, Running, answer, client, serving


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
            examples=_examples(),
        )
        with nginx(folder, site) as running:
            yield running


def _examples() -> dict[str, dict[str, Any]]:
    """Return an example of each operation that says what its path or its query has to hold."""
    login = {"user": "ha-noi", "passwd": "demonstration"}
    values: dict[str, dict[str, Any]] = {
        "/absolute-redirect/{n}": {"n": 1},
        "/base64/{value}": {"value": "Q2jDoG8gYnXhu5VpIHPDoW5n"},
        "/bytes/{n}": {"n": 64},
        "/cache/{value}": {"value": 60},
        "/cookies/set/{name}/{value}": {"name": "phien", "value": "1"},
        "/delay/{delay}": {"delay": 0},
        "/drip": {"duration": 0, "numbytes": 4, "code": 200, "delay": 0},
        "/etag/{etag}": {"etag": "v1"},
        "/links/{n}/{offset}": {"n": 3, "offset": 0},
        "/range/{numbytes}": {"numbytes": 64},
        "/redirect-to": {"url": "/get"},
        "/redirect/{n}": {"n": 1},
        "/relative-redirect/{n}": {"n": 1},
        "/status/{codes}": {"codes": 200},
        "/stream-bytes/{n}": {"n": 64},
        "/stream/{n}": {"n": 1},
        "/anything/{anything}": {"anything": "ho-so"},
        "/hidden-basic-auth/{user}/{passwd}": login,
    }
    return {f"GET {path}": value for path, value in values.items()}
