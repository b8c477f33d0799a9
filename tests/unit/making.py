"""Small true parts for tests: profiles, contracts, targets, exchanges, an agency that answers."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from conformance import contract as contracts
from conformance import engine, plan, target
from conformance import profile as profiles
from conformance.contract import Contract
from conformance.engine import Session
from conformance.evidence import Exchange, Headers, Request, Response
from conformance.judge import Finding
from conformance.plan import Options, Plan
from conformance.profile import Profile
from conformance.target import Target

DAY = date(2026, 11, 21)
OPTIONS = Options(as_of=DAY, seed=7)
BASE_URL = "http://127.0.0.1:9"
SAID = {"vi": "Điều được yêu cầu", "en": "What is demanded"}


def norms() -> dict[str, Any]:
    """Return a register of norms: one verified, one secondary, one recalled."""
    return {
        name: {"title": SAID, "status": status, "kind": "law"}
        for name, status in (
            ("READ", "verified"),
            ("TOLD", "secondary"),
            ("RECALLED", "recalled"),
            ("GROUND", "verified"),
        )
    }


def demand(requirement: str = "T-IOP-01", *uses: Any, **more: Any) -> dict[str, Any]:
    """Return one requirement of a profile document."""
    made: dict[str, Any] = {
        "id": requirement,
        "group": "IOP",
        "level": "MUST",
        "impact": "medium",
        "basis": "scheme",
        "norm": {"document": "READ"},
        "text": SAID,
    }
    if uses:
        made["checks"] = list(uses)
    elif not {"attested", "untested"} & set(more):
        made["untested"] = {"because": SAID}
    return made | more


def document(*demands: Mapping[str, Any], name: str = "young", **more: Any) -> dict[str, Any]:
    """Return a profile document."""
    return {
        "profile": name,
        "version": "1.0.0",
        "title": SAID,
        "requirements": list(demands),
        **more,
    }


def profile(*demands: Mapping[str, Any], **more: Any) -> Profile:
    """Return a profile of one document."""
    return chain(document(*demands, **more))


def chain(*documents: Mapping[str, Any]) -> Profile:
    """Return the profile of several documents, the eldest first."""
    return profiles.resolve({"chain": list(documents), "norms": norms()})


def openapi(paths: Mapping[str, Any], version: str = "3.0.3", **more: Any) -> dict[str, Any]:
    """Return an OpenAPI document."""
    info = {"title": "Test", "version": "1", **more.pop("info", {})}
    return {"openapi": version, "info": info, "paths": paths, **more}


def contract(paths: Mapping[str, Any], version: str = "3.0.3", **more: Any) -> Contract:
    """Return a contract, read from bytes as every contract is."""
    return contracts.load(json.dumps(openapi(paths, version, **more)).encode(), "test.json")


def answers(schema: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return an operation that answers 200 with JSON of a schema."""
    content: dict[str, Any] = {"schema": schema} if schema is not None else {}
    ok = {"description": "ok", "content": {"application/json": content}}
    return {"responses": {"200": ok}, **more}


SCHEMES: dict[str, Any] = {
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}
}
SECURED: list[Any] = [{"token": []}]


def goal(base_url: str = BASE_URL, **more: Any) -> Target:
    """Return a target: a sandbox with synthetic data unless told otherwise."""
    made = {
        "target": "test",
        "base_url": base_url,
        "environment": "sandbox",
        "data": "synthetic",
        "pace": {"requests_per_second": 5000, "timeout_seconds": 5, "pause_seconds": 0.5},
    }
    return target.of(made | more, place="target.yaml")


WRITING: dict[str, Any] = {
    "allow": ["read", "write"],
    "authorisation": {"reference": "No. 1", "by": "The owner"},
}


def planned(
    agency: Contract, wanted: Target, *profiles_of: Profile, options: Options = OPTIONS
) -> Plan:
    """Return a plan; `options` are those of a fixed day and seed."""
    return plan.make(profiles_of, wanted, agency, options)


def exchange(  # noqa: PLR0913  # the parts of an exchange
    number: int = 1,
    *,
    unit: str = "target",
    case: str = "baseline",
    attempt: int = 1,
    method: str = "GET",
    status: int = 200,
    headers: Headers = (("Content-Type", "application/json"),),
    body: bytes = b"{}",
    **facts: Any,
) -> Exchange:
    """Return an exchange as the live door makes them."""
    return Exchange(
        id=f"{unit}.{number}",
        at="2026-11-21T00:00:00.000Z",
        unit=unit,
        case=case,
        attempt=attempt,
        identity=None,
        request=Request(method, f"{BASE_URL}/x"),
        response=Response(status, "R", "1.1", headers, body, 0.001),
        facts=facts,
    )


# --- an agency that answers, on loopback ---------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """Return the first value of a field, or nothing."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), "")


@dataclass(frozen=True)
class Reply:
    """What is answered, byte for byte; Content-Length is added where none stands."""

    status: int = 200
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    reason: str = "R"
    after_head: bool = False


@dataclass
class Agency:
    """A running server and what it was asked."""

    base_url: str
    seen: list[Seen] = field(default_factory=list)


@contextmanager
def agency(answer: Callable[[Seen], Reply]) -> Iterator[Agency]:
    """Serve on an ephemeral loopback port until the block is left."""
    made = Agency("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.serve
            raise AttributeError(name)

        def serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            seen = Seen(
                self.command, self.path, list(self.headers.items()), self.rfile.read(length)
            )
            made.seen.append(seen)
            reply = answer(seen)
            lines = [f"HTTP/1.1 {reply.status} {reply.reason}"]
            lines += [f"{name}: {value}" for name, value in reply.headers]
            if "content-length" not in {name.lower() for name, _ in reply.headers}:
                lines.append(f"Content-Length: {len(reply.body)}")
            head = "\r\n".join([*lines, "", ""]).encode("utf-8")
            shown = b"" if self.command == "HEAD" and not reply.after_head else reply.body
            self.wfile.write(head + shown)
            self.close_connection = self.close_connection or bool(reply.after_head)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


@dataclass(frozen=True)
class Ran:
    """A finished run: its folder, its results, and the findings as they were told live."""

    folder: Path
    results: Mapping[str, Any]
    findings: list[Finding]
    requests: int

    def verdict(self, requirement: str) -> str:
        """Return the verdict of a requirement."""
        found = {str(entry["id"]): str(entry["verdict"]) for entry in self.results["requirements"]}
        return found[requirement]

    def passes(self) -> int:
        """Return how many findings are passes."""
        return sum(
            line["verdict"] == "pass"
            for entry in self.results["requirements"]
            for line in entry["results"]
        )


def run(wanted: Plan, out: Path) -> Ran:
    """Run a plan to its end."""
    session = engine.open_session(wanted, out)
    try:
        findings = [found for item in wanted.items for found in session.run(item)]
        return Ran(session.folder, session.finish(), findings, session.requests)
    finally:
        session.close()


def attempted(wanted: Plan, folder: Path) -> tuple[Session, list[Finding]]:
    """Settle and judge a plan without reaching for the target first; the session is closed."""
    session = Session(wanted, folder)
    try:
        return session, [found for item in wanted.items for found in session.run(item)]
    finally:
        session.close()
