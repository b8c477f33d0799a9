"""A recorded exchange as a line for a shell: with it somebody without this suite asks the same."""

from __future__ import annotations

import re
import shlex
from urllib.parse import urlsplit

from conformance.evidence import Exchange, Request

# What curl says by itself, or the connection.
_ITS_OWN = frozenset({"host", "user-agent", "accept-encoding", "content-length", "connection"})
# What it adds where nobody says otherwise.
_ADDED = ("Accept", "Content-Type")
# Neither an argument nor a terminal keeps these.
_UNSAID = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\udc80-\udcff]")
_FLAGS = {"SSLv3": "-ssl3", "TLSv1": "-tls1", "TLSv1.1": "-tls1_1", "TLSv1.2": "-tls1_2"}
_CIPHERS = {"NULL": "eNULL", "anon": "aNULL", "broken": "eNULL:aNULL:RC4:3DES:DES"}


def repeating(exchange: Exchange) -> str:
    """Return the line that asks again what was asked: `curl`, `openssl s_client`, `dig`.

    Secrets stay the tokens of the record. The line is for a POSIX shell.
    """
    if exchange.kind == "dns":
        asked = exchange.dns.get("asked", {})
        return shlex.join(["dig", str(asked.get("name", "")), str(asked.get("kind", ""))])
    if exchange.kind == "tls":
        return _shaking(exchange)
    return (
        _writing(exchange.request) if exchange.facts.get("literal") else _asking(exchange.request)
    )


def _writing(request: Request) -> str:
    """Return the line that writes a request out as it is: curl would mend it."""
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    head = f"{request.method} {target} HTTP/1.1\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in request.headers)
    text = f"{head}\r\n" + request.body.decode("utf-8", "surrogateescape")
    written = _UNSAID.sub(_in_octal, text.replace("\\", r"\\").replace("%", "%%"))
    host = parts.hostname or ""
    if parts.scheme == "https":
        place = f"{host}:{parts.port or 443}"
        words = ["openssl", "s_client", "-quiet", "-connect", place, "-servername", host]
    else:
        words = ["nc", host, str(parts.port or 80)]
    return f"printf {shlex.quote(written)} | {shlex.join(words)}"


def _asking(request: Request) -> str:
    # As it stands: no step up in paths, no braces and brackets to enumerate.
    words = ["curl", "-i"]
    if re.search(r"/\.{1,2}(/|$|\?)", request.url):
        words.append("--path-as-is")
    if re.search(r"[\[\]{}]", request.url):
        words.append("-g")
    words += ["--head"] if request.method == "HEAD" else ["-X", request.method]
    for name, value in request.headers:
        if name.lower() not in _ITS_OWN:
            words += ["-H", f"{name}: {value}" if value else f"{name};"]
    said = {name.lower() for name, _ in request.headers}
    body, before = _body(request)
    for name in _ADDED:
        if name.lower() not in said and (body or name != "Content-Type"):
            words += ["-H", f"{name}:"]
    return before + shlex.join([*words, *body, request.url])


def _body(request: Request) -> tuple[list[str], str]:
    """Return how curl is told of the body, and what stands before it in the line."""
    sized = any(name.lower() == "content-length" for name, _ in request.headers)
    if not request.body:
        return (["--data-raw", ""] if sized else []), ""
    text = request.body.decode("utf-8", "surrogateescape")
    if not _UNSAID.search(text):
        return ["--data-raw", text], ""
    escaped = text.replace("\\", r"\\").replace("%", "%%")
    written = _UNSAID.sub(_in_octal, escaped)
    return ["--data-binary", "@-"], f"printf {shlex.quote(written)} | "


def _in_octal(found: re.Match[str]) -> str:
    return "".join(f"\\{byte:03o}" for byte in found[0].encode("utf-8", "surrogateescape"))


def _shaking(exchange: Exchange) -> str:
    """Return the like of a handshake for OpenSSL's own client, as far as that still can."""
    place = exchange.request.url.removeprefix("tls://")
    offered = exchange.tls.get("offered", {})
    versions, kind = offered.get("versions", []), offered.get("suites", "ordinary")
    words = ["openssl", "s_client", "-showcerts", "-connect"]
    words.append(place if re.search(r":\d+$", place) else f"{place}:443")
    if exchange.tls.get("server_name"):
        words += ["-servername", exchange.tls["server_name"]]
    if len(versions) == 1:
        words += [_FLAGS.get(versions[0], "-tls1_3")]
    if offered.get("bare"):
        known = "ALL" if kind == "ordinary" else _CIPHERS.get(kind, kind)
        words += ["-cipher", f"{known}:@SECLEVEL=0"]
    return shlex.join(words)
