"""The agency as a process: `python -m exam.agency --defects all|none|ID,ID --port 0`.

Prints its address. With `--log`, writes what each request met: a line of JSON with the digest by
which `exam.matching` knows it again, the status it was answered with, and the defects it showed.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from typing import Any, TextIO
from urllib.parse import quote, unquote_to_bytes

from exam import citizens, contract, defects, dossiers, offices, payments, reading, reports, store
from exam.call import BrokenError, Call, Handler, refused
from exam.reading import DoctypeError, Flaw, UnreadableError
from exam.wire import Answer, Request, Server, problem

HANDLERS: Mapping[str, Handler] = {
    **dossiers.HANDLERS,
    **payments.HANDLERS,
    **citizens.HANDLERS,
    **offices.HANDLERS,
    **reports.HANDLERS,
}
ALWAYS = {
    "API-Version": "1.0.0",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_FORM = "multipart/form-data"


class Agency:
    """The agency: its contract, what it holds, which defects it has."""

    def __init__(self, enabled: frozenset[str], log: TextIO | None = None) -> None:
        self.contract = contract.read()
        self.store = store.new()
        self.enabled = enabled
        self.log = log
        self.document = b""
        # Exceptions that no defect raised: there must never be any.
        self.mistakes = 0
        self._serial = itertools.count(1)
        self._writing = threading.Lock()

    def publish(self, base_url: str) -> None:
        """Publish the contract as it is true at an address."""
        server = {"url": base_url, "x-environment": "sandbox"}
        described = {**self.contract.document, "servers": [server]}
        self.document = json.dumps(described, ensure_ascii=False).encode()

    def act(self, request: Request) -> Answer:
        """Answer a request, and log what it met."""
        serial = next(self._serial)
        shown: set[str] = set()
        try:
            answer, nameless = self._answered(request, shown)
        except BrokenError:
            answer, nameless = problem(500, "Lỗi hệ thống."), False
        except Exception:  # noqa: BLE001  # a mistake in the exam itself: it must not look like a defect
            traceback.print_exc()
            answer, nameless = problem(500, "Lỗi của bài thi."), False
            shown.clear()
            self.mistakes += 1
        if not nameless:
            answer.fields["X-Request-Id"] = hashlib.md5(  # noqa: S324  # a name, no protection
                str(serial).encode()
            ).hexdigest()[:16]
        if self.log is not None:
            line = {
                "serial": serial,
                "digest": digest(request.method, request.target, request.body),
                "asked": f"{request.method} {request.target[:200]}",
                "status": answer.status,
                "shown": sorted(shown),
            }
            with self._writing:
                self.log.write(json.dumps(line) + "\n")
                self.log.flush()
        # An answer that was kept for repetition must not change with its name.
        return Answer(answer.status, answer.body, answer.media_type, dict(answer.fields))

    def _answered(self, request: Request, shown: set[str]) -> tuple[Answer, bool]:
        path, _, query = request.target.partition("?")
        if path == "/openapi.json" and request.method in {"GET", "HEAD"}:
            return Answer(200, self.document), False
        methods = self.contract.at(path)
        if not methods:
            return problem(404, "Không có đường dẫn này."), False
        operation = methods.get("GET" if request.method == "HEAD" else request.method)
        if operation is None:
            if request.method not in {"HEAD", "OPTIONS"}:
                template = next(iter(methods.values())).template
                reports.unknown_method(self.enabled, shown, template)
            allowed = ", ".join((*methods, "HEAD") if "GET" in methods else methods)
            refusal = problem(405, "Không có phương thức này.")
            return Answer(405, refusal.body, refusal.media_type, {"Allow": allowed}), False
        call = Call(request, operation, self.store, self.enabled, shown=shown)
        if operation.secured:
            call.identity = _identity(request)
            if not call.identity:
                refusal = problem(401, "Cần đăng nhập.")
                fields = {"WWW-Authenticate": 'Bearer realm="exam"'}
                return Answer(401, refusal.body, refusal.media_type, fields), False
        return self._handled(call, path, query), call.nameless

    def _handled(self, call: Call, path: str, query: str) -> Answer:
        handler = HANDLERS[call.operation.id]
        handler.before(call)
        try:
            flaws = _parameters(call, path, query)
        except UnreadableError as error:
            return problem(400, str(error))
        if call.operation.media_type:
            flaws += _body(call, handler)
        # What was overlooked counts where nothing else keeps the request from being accepted.
        before = set(call.shown)
        flaws = [flaw for flaw in flaws if not handler.forgive(call, flaw)]
        if not flaws:
            return handler.act(call)
        call.shown.intersection_update(before)
        answer = handler.refuse(call, flaws)
        if answer is not None:
            return answer
        unsupported = any(flaw.rule == "media type" for flaw in flaws)
        return refused(flaws, 415 if unsupported else 400)


def digest(method: str, target: str, body: bytes) -> str:
    """Return by what a request is known again, however its address was written down.

    Args:
        method: as it was sent.
        target: path and query.
        body: its bytes, without transfer coding.
    """
    try:
        raw = target.encode("latin-1")
    except UnicodeError:
        raw = target.encode("utf-8")
    plain = quote(unquote_to_bytes(raw.replace(b"+", b"%20")), safe="")
    return hashlib.sha256(f"{method} {plain}\n".encode() + body).hexdigest()[:24]


def _identity(request: Request) -> str:
    shown = request.every("authorization")
    if len(shown) != 1:
        return ""
    scheme, _, token = shown[0].partition(" ")
    return store.TOKENS.get(token.strip(), "") if scheme.lower() == "bearer" else ""


def _parameters(call: Call, path: str, query: str) -> list[Flaw]:
    """Read the parameters of a call; return what is wrong with them."""
    asked: dict[tuple[str, str], list[str]] = {}
    match = call.operation.pattern.fullmatch(path)
    for name, value in (match.groupdict() if match else {}).items():
        asked["path", name] = [reading.decoded(value, form=False)]
    for name, value in reading.query(query):
        asked.setdefault(("query", name), []).append(value)
    flaws: list[Flaw] = []
    for parameter in call.operation.parameters:
        if parameter.place == "header":
            given = call.request.every(parameter.name.lower())
        else:
            given = asked.get((parameter.place, parameter.name), [])
        if not given:
            if parameter.required:
                flaws.append(Flaw(parameter.place, parameter.name, "required"))
            elif parameter.default is not None:
                call.values[parameter.name] = parameter.default
            continue
        if len(given) > 1:
            flaws.append(Flaw(parameter.place, parameter.name, "single", given))
            continue
        value = reading.value_of(given[0], parameter.kind)
        call.values[parameter.name] = value
        flaws += contract.flaws(parameter.validator, value, parameter.place, parameter.name)
    return flaws


def _body(call: Call, handler: Handler) -> list[Flaw]:
    """Read the body of a call; return what is wrong with it."""
    declared = str(call.operation.media_type)
    shown = call.request.header("content-type") or ""
    essence, _, options = shown.partition(";")
    charset = "charset=" in options.lower() and "utf-8" not in options.lower()
    if essence.strip().lower() != declared or (charset and declared != _FORM):
        flaw = Flaw("header", "Content-Type", "media type", shown)
        # Looked at further only by who overlooks it.
        return [flaw, *_content(call, declared, shown)] if _lax(call, handler, flaw) else [flaw]
    return _content(call, declared, shown)


def _lax(call: Call, handler: Handler, flaw: Flaw) -> bool:
    before = set(call.shown)
    forgiven = handler.forgive(call, flaw)
    call.shown.intersection_update(before)
    return forgiven


def _content(call: Call, declared: str, shown: str) -> list[Flaw]:
    body = call.request.body
    try:
        if declared == "application/json":
            call.body = reading.strict_json(body)
        elif declared == _FORM:
            return _form(call, shown)
        else:
            call.body = reports.declaration(reading.xml(body, root="declaration"))
    except DoctypeError:
        return [Flaw("body", "", "doctype")]
    except UnreadableError:
        return [Flaw("body", "", "readable")]
    return contract.flaws(call.operation.body, call.body, "body")


def _form(call: Call, shown: str) -> list[Flaw]:
    made: dict[str, Any] = {}
    for name, parts in reading.form(call.request.body, shown).items():
        if name not in {"file", "title", "kind"}:
            continue  # the schema lets others be
        if len(parts) > 1:
            return [Flaw("body", f"/{name}", "single")]
        if name == "file":
            # A text of as many characters as there are bytes: what is bounded is their number.
            made[name] = parts[0].content.decode("latin-1")
            made["fileName"] = parts[0].file_name or ""
        else:
            try:
                made[name] = parts[0].content.decode()
            except UnicodeError:
                return [Flaw("body", f"/{name}", "readable")]
    call.body = made
    if len(made.get("fileName", "")) > 1000:
        return [Flaw("body", "/file", "maxLength")]
    return contract.flaws(call.operation.body, made, "body")


def main(arguments: list[str] | None = None) -> int:
    """Serve until the process is told to end."""
    parser = argparse.ArgumentParser(prog="exam.agency")
    parser.add_argument("--defects", default="all", help="all, none, or ids parted by commas")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", help="a file that is appended to")
    wished = parser.parse_args(arguments)
    log = open(wished.log, "a", encoding="utf-8") if wished.log else None  # noqa: SIM115, PTH123  # until the end
    agency = Agency(defects.chosen(wished.defects), log)
    with Server(wished.port, agency.act, ALWAYS) as server:
        base_url = f"http://127.0.0.1:{server.server_address[1]}"
        agency.publish(base_url)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        print(base_url, flush=True)  # noqa: T201  # what whoever started it waits for
        server.serve_forever(0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
