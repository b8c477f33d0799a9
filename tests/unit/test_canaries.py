"""Canaries: what a real target says of a person is in no byte that a run leaves, in no form."""

import base64
import contextlib
import html
import json
import socketserver
import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from making import answers, contract, demand, goal, planned, profile

from conformance import check as checks
from conformance import cli, engine
from conformance.certificate import bundle, canonical, outcome, statement
from conformance.certificate.statement import Said
from conformance.contract import Contract

pytestmark = pytest.mark.slow

# A name, a number and an address that nobody else has.
NAME = "Đặng Thị Kim Cảnh"
NUMBER = "079199912345"
DIGITS = "20260719001234"
EMAIL = "kimcanh.dang@example.vn"
PEOPLE = (NAME, NUMBER, DIGITS, EMAIL)
SECRET = "issued-canary-of-the-target"
JSON = "application/json"

ALL = [demand(f"T-IOP-{number:02}", name) for number, name in enumerate(sorted(checks.every()), 10)]


def forms(value: str) -> set[bytes]:
    """Return every way in which a value could be written."""
    texts = {unicodedata.normalize(form, value) for form in ("NFC", "NFD")}
    texts |= {value.upper(), value.lower()}
    written = set(texts)
    for text in texts:
        escaped = json.dumps(text)[1:-1]
        written |= {quote(text, safe=""), quote_plus(text), quote(text, safe="").lower(), escaped}
        written |= {escaped.upper(), "".join(f"\\u{ord(sign):04x}" for sign in text)}
        written |= {html.escape(text), "".join(f"&#{ord(sign)};" for sign in text)}
        written |= {"".join(f"&#x{ord(sign):x};" for sign in text)}
        written |= {text.encode().decode("latin-1")}
    raw = {text.encode("utf-8", "replace") for text in written}
    for text in texts:
        for code in ("utf-8", "utf-16-le", "utf-16-be"):
            content = text.encode(code)
            raw.add(content)
            # Base64 of a text within another: the part that does not depend on its place.
            for before in range(3):
                packed = base64.b64encode(b"-" * before + content)[4:-4]
                raw |= {packed} if len(packed) > 8 else set()
    return raw


NEEDLES = set.union(*(forms(value) for value in (*PEOPLE, SECRET)))


def found(content: bytes) -> set[bytes]:
    return {needle for needle in NEEDLES if needle in content}


def message(status: str, kind: str, body: bytes, *fields: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *([f"Content-Type: {kind}"] if kind else []), *fields]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode() + body


def chunked(kind: str, *chunks: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    trailers = f"0\r\nX-Nguoi: {NAME}\r\nX-So: {NUMBER}\r\n\r\n".encode()
    return head + body + trailers


PERSON = {
    "hoTen": NAME,
    "so": NUMBER,
    NAME: {NUMBER: [EMAIL, {"sâu": [[NAME, f"ông {NAME} ({EMAIL})"]]}]},
    "dinhDanh": int(DIGITS),
    "am": -int(DIGITS),
    "thuc": float(DIGITS),
    "duongDan": f"/p/{quote(NAME)}?e={quote_plus(EMAIL)}",
    "goi": base64.b64encode(json.dumps({"t": NAME}).encode()).decode(),
    "goi16": base64.b64encode(NAME.encode("utf-16-le")).decode(),
    "thucThe": "".join(f"&#{ord(sign)};" for sign in NAME),
    "access_token": SECRET,
    "roi": unicodedata.normalize("NFD", NAME),
    "hong": NAME.encode().decode("latin-1"),
}
SOUND = json.dumps(PERSON, ensure_ascii=False).encode()
ESCAPED = json.dumps(PERSON).encode()
XML = (
    f"<?xml version='1.0' encoding='UTF-8'?><!-- {NAME} --><?so {NUMBER}?><a ten='{NAME}'"
    f' so="{NUMBER}"><b>{NAME}</b><![CDATA[{EMAIL} {NAME}]]>&#272;{html.escape(NAME)}'
    f"<c>{DIGITS}</c><{NAME}/></a>"
).encode()
HTML = (
    f"<!DOCTYPE html><html lang=vi><title>{NAME}</title><meta name=x content='{EMAIL}'>"
    f"<script>var x = '{NAME}'; if (1<2) {{ y('{NUMBER}') }}</script><style>/* {NAME} */</style>"
    f"<a href=\"/p/{quote(NAME)}\" title={NUMBER} data-x='{NAME}'>{NAME}</a><!-- {NUMBER} -->"
    f"<textarea>{EMAIL}<p>{DIGITS}"
).encode()
MULTIPART = (
    f'--x\r\nContent-Disposition: form-data; name="t"; filename="{NAME}.pdf"\r\n\r\n'
    f"{NUMBER}\r\n--x--"
).encode()
EVERYWHERE = (
    f"Location: /people/{quote(NAME)}/{NUMBER}?e={quote(EMAIL)}&ten={quote_plus(NAME)}#{DIGITS}",
    f"Content-Location: http://{NUMBER}:x@127.0.0.1/{NAME}",
    f'Link: </p/{quote(NAME)}>; rel="next"; title="{NAME}", </p/{NUMBER}>; rel=prev',
    f"Link: {NAME}",
    f"Content-Disposition: attachment; filename=\"{NAME}.pdf\"; filename*=UTF-8''{quote(NAME)}",
    f"Content-Disposition: attachment; {NAME}; x",
    f"Set-Cookie: phien={SECRET}; Path=/p/{quote(NAME)}; HttpOnly; {NAME}; Comment={EMAIL}",
    f"Set-Cookie: {NAME}={NUMBER}",
    f"Set-Cookie: {NAME}",
    f'WWW-Authenticate: Bearer realm="x", error_description="{NAME} {EMAIL}"',
    f"WWW-Authenticate: Basic {NAME}",
    f"WWW-Authenticate: {NAME}",
    f"X-Nguoi: {NAME}",
    f"X-Nguoi: {quote(NAME)}",
    f"X-So: {NUMBER}",
    f"X-Goi: {base64.b64encode(NAME.encode()).decode()}",
    f'ETag: W/"{NAME}"',
    f"ETag: {NUMBER}",
    f'Warning: 199 - "{NAME}"',
    f"Refresh: 5; url=/p/{quote(NAME)}",
    f"Server: {NUMBER}",
)
CUTS = range(0, len(SOUND), 23)
REPLIES: dict[str, bytes] = {
    "json": message("200 OK", JSON, SOUND),
    "json in ascii": message("200 OK", JSON, ESCAPED),
    "json that calls itself text": message("200 OK", "text/plain", SOUND),
    "json without a type": message("200 OK", "", SOUND),
    "json in utf-16": message("200 OK", JSON, SOUND.decode().encode("utf-16")),
    "json in windows-1258": message("200 OK", JSON, SOUND.decode().encode("cp1258", "replace")),
    "a text": message("200 OK", JSON, json.dumps(NAME).encode()),
    "a number": message("200 OK", JSON, DIGITS.encode()),
    "no json": message("200 OK", JSON, f"{{ten: {NAME}, 'so': '{NUMBER}', x: {EMAIL}}}".encode()),
    "comments in json": message("200 OK", JSON, f"// {NAME}\n{{}} /* {NUMBER} */".encode()),
    "bytes after json": message("200 OK", JSON, b"{}" + NAME.encode()),
    "xml": message("200 OK", "application/xml", XML),
    "xml in utf-16": message("200 OK", "text/xml", XML.decode().encode("utf-16")),
    "html": message("200 OK", "text/html; charset=utf-8", HTML),
    "text": message("200 OK", "text/plain", NAME.encode()),
    "csv": message("200 OK", "text/csv", f"ten,so\n{NAME},{NUMBER}".encode()),
    "form": message(
        "200 OK", "application/x-www-form-urlencoded", f"t={quote_plus(NAME)}".encode()
    ),
    "multipart": message("200 OK", "multipart/form-data; boundary=x", MULTIPART),
    "binary": message("200 OK", "application/pdf", b"\x00%PDF" + NAME.encode("utf-16-be")),
    "coded": message("200 OK", JSON, SOUND, "Content-Encoding: br"),
    "headers": message("200 OK", JSON, b"{}", *EVERYWHERE),
    "headers of an error": message("401 Unauthorized", JSON, b"{}", *EVERYWHERE),
    "reason": message(f"200 {NAME} {NUMBER}", JSON, b"{}"),
    "trailers": chunked(JSON, SOUND[:50], SOUND[50:]),
    "broken chunks": chunked(JSON, SOUND)[:-200] + NAME.encode(),
    "bytes after the message": message("200 OK", JSON, b"{}") + SOUND,
    "a status line that is none": f"{NAME} {NUMBER}\r\n\r\n".encode(),
    "a header that is none": f"HTTP/1.1 200 OK\r\n{NAME} {NUMBER}\r\n\r\n".encode(),
    "a chunk length that is none": (
        f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{NUMBER}{EMAIL}\r\n".encode()
    ),
    "an error": message("500 Internal Server Error", "text/html", HTML),
    "a problem": message(
        "404 Not Found",
        "application/problem+json",
        json.dumps({"type": f"/l/{NUMBER}", "title": f"Không có {NAME}", "detail": NAME}).encode(),
    ),
    "a trace": message(
        "500 Oops", "text/plain", f"Traceback (most recent call last):\n {NAME}".encode()
    ),
    "cut json": b"",
}


@contextmanager
def saying(reply: Callable[[bytes], bytes]) -> Iterator[str]:
    """Answer every request on a loopback port with these very bytes."""

    class Handler(socketserver.StreamRequestHandler):
        timeout = 5

        def handle(self) -> None:
            line, length = self.rfile.readline(), 0
            while (field := self.rfile.readline()) not in {b"\r\n", b""}:
                if field.lower().startswith(b"content-length:"):
                    length = int(field.partition(b":")[2])
            self.rfile.read(length)
            self.wfile.write(reply(line))

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join(10)


def asked() -> Contract:
    """Return a contract whose calls take values from answers."""
    body = {"content": {JSON: {"schema": {"type": "object"}}}, "required": True}
    schema = {"type": "object", "properties": {"hoTen": {"type": "string", "maxLength": 3}}}
    key = [{"name": "key", "in": "path", "schema": {"type": "string"}}]
    return contract(
        {
            "/people": {"get": answers(schema, operationId="people", **{"x-vnda-personal": True})},
            "/people/{key}": {"get": answers(schema, operationId="one", parameters=key)},
            "/search": {
                "post": answers(schema, operationId="search", requestBody=body, **{"x-safe": True})
            },
        }
    )


EXAMPLES = {
    "one": {"key": {"from": "people", "take": "/hoTen"}},
    "search": {
        "body": {
            "ten": {"from": "people", "take": "/hoTen"},
            "so": {"from": "people", "take": "/dinhDanh"},
        }
    },
}


def certified(folder: Path) -> None:
    """Write what a certificate on a run would hold beside it: the bundle and the statement."""
    found = outcome.together((engine.rejudge(folder),))
    issuer = {"id": "x", "role": "body", "name": {"vi": "x", "en": "x"}}
    issuer["address"] = {"vi": "x", "en": "x"}
    said = Said(issuer, (), "x", "x", datetime.now(UTC), 1, None)
    packed = bundle.write(folder / "bundle.tar", [folder], {}, "2026-11-23")
    content = canonical.written(statement.made("x", found, (), said, bundle=packed, place=None))
    (folder / "certificate.json").write_bytes(content)


def leftovers(
    reply: Callable[[bytes], bytes], folder: Path, data: str = "real"
) -> dict[str, set[bytes]]:
    """Run every check against a target; return where it left what the target said."""
    with saying(reply) as base_url:
        pace = {"requests_per_second": 5000, "timeout_seconds": 1, "budget": 400}
        wanted = goal(base_url, data=data, examples=EXAMPLES, pace=pace)
        session = engine.Session(planned(asked(), wanted, profile(*ALL)), folder)
        try:
            for item in session.plan.items:
                session.run(item)
            session.finish()
        finally:
            session.close()
    assert engine.rejudge(session.folder).differences == ()
    certified(session.folder)
    return {
        path.name: hits
        for path in session.folder.rglob("*")
        if path.is_file() and (hits := found(path.read_bytes()))
    }


@pytest.mark.parametrize("name", [name for name in REPLIES if name != "cut json"])
def test_no_byte_of_a_run_tells_of_a_person(name: str, tmp_path: Path) -> None:
    if name != "coded":
        assert found(REPLIES[name])
    assert leftovers(lambda _: REPLIES[name], tmp_path) == {}


def test_what_is_synthetic_is_found_in_a_run(tmp_path: Path) -> None:
    # The search itself finds what is there, and secrets are hidden all the same.
    hits = set.union(*leftovers(lambda _: REPLIES["json"], tmp_path, "synthetic").values())
    assert NAME.encode() in hits
    assert SECRET.encode() not in hits


def test_no_byte_of_a_run_tells_of_a_person_where_json_is_cut_anywhere(tmp_path: Path) -> None:
    cuts = iter([*CUTS] * 100)
    lock = threading.Lock()

    def cut(_: bytes) -> bytes:
        with lock:
            end = next(cuts)
        return message("200 OK", JSON, SOUND[:end])

    assert leftovers(cut, tmp_path) == {}


def said(*words: str) -> None:
    """Run a command, however it ends."""
    with contextlib.suppress(SystemExit):
        cli.main(list(words))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_report_and_no_screen_tells_of_a_person(
    tmp_path: Path, lang: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contract.json").write_text(json.dumps(asked().document), encoding="utf-8")
    bodies = iter(
        [REPLIES[name] for name in REPLIES if name.startswith(("json", "html", "a "))] * 99
    )
    lock = threading.Lock()

    def in_turn(line: bytes) -> bytes:
        with lock:
            return REPLIES["headers"] if b"vnct" in line else next(bodies)

    with saying(in_turn) as base_url:
        target = {
            "target": "real",
            "base_url": base_url,
            "contract": "contract.json",
            "environment": "sandbox",
            "data": "real",
            "pace": {"requests_per_second": 5000, "timeout_seconds": 1, "budget": 400},
        }
        (tmp_path / "target.yaml").write_text(json.dumps(target), encoding="utf-8")
        said("run", "base", "--target", "target.yaml", "--out", "runs", "--lang", lang)
    for folder in (tmp_path / "runs").glob("*/*"):
        said("report", str(folder), "--lang", lang)
        said("rejudge", str(folder), "--lang", lang)
    told = capfd.readouterr()
    assert "BASE-" in told.out
    assert found((told.out + told.err).encode()) == set()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".html" for path in files)
    assert {path.name: found(path.read_bytes()) for path in files if found(path.read_bytes())} == {}
