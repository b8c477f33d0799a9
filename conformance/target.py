"""The target file: addresses, identities, examples, and what the owner declares and permits.

It never holds a secret, only references to secrets (`env:NAME`, `file:PATH`); they are looked up
once, by whoever builds the probe. `demo:VALUE` stands for a demonstration credential and is
accepted for loopback addresses only.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from conformance import documents
from conformance.errors import TargetError
from conformance.text import Text
from conformance.verdict import Reason

DEFAULT_RATE = 20.0
DEFAULT_BUDGET = 5000
DEFAULT_PLAIN_PORT = 80
ANONYMOUS = "anonymous"
# Stands in the place of an issuer where no server issues tokens.
NO_ISSUER = "none"


@dataclass(frozen=True)
class Identity:
    """A named identity: its scheme and the references to its secrets, still unopened.

    `scheme` is `bearer`, `basic`, `api_key`, `oauth2`, `login`, or `mtls` where the client
    certificate is all there is; `certificate` goes with any of them (RFC 8705).
    """

    name: str
    scheme: str
    detail: Mapping[str, Any]
    certificate: Mapping[str, str] | None = None

    @property
    def logs_in(self) -> bool:
        """Whether its credential is obtained in the run, and can be obtained anew."""
        return self.scheme in {"oauth2", "login"}

    @property
    def shows_a_token(self) -> bool:
        """Whether it is known by a bearer token (RFC 6750, 2.1), however it gets it."""
        if self.scheme == "login":
            put = self.detail.get("put", self.detail["take"])
            return str(put.get("prefix", "")).lower() == "bearer "
        return self.scheme in {"bearer", "oauth2"}

    @property
    def sent_by_browsers(self) -> bool:
        """Whether a browser sends its credential by itself, to whatever page loads it."""
        if self.scheme == "login":
            return "cookie" in self.detail.get("put", self.detail["take"])
        in_a_cookie = self.scheme == "api_key" and self.detail["in"] == "cookie"
        return in_a_cookie or self.scheme in {"basic", "mtls"}


@dataclass(frozen=True)
class Client:
    """A program that is registered with the target to sign people in (RFC 6749, section 2).

    Attributes:
        client_id: its identifier.
        redirect_uri: where people are sent back to.
        scope: what it asks for.
        secret: the reference to its secret; None for a public client.
        authentication: how it shows the secret: `basic` or `post` (RFC 6749, 2.3.1).
    """

    client_id: str
    redirect_uri: str
    scope: str = "openid"
    secret: str | None = None
    authentication: str = "basic"


@dataclass(frozen=True)
class SignIn:
    """How people are signed in at the target without a person at a screen.

    Attributes:
        clients: two programs at most; the second is refused what the first was given.
        accounts: by name, what is added to the authorisation request (`parameters`) and the
            reference to the cookies of a browser in which somebody signed in (`cookie`).
    """

    clients: tuple[Client, ...] = ()
    accounts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def secrets(self) -> Iterator[tuple[str, str, str]]:
        """Yield each secret: a name that may be shown, the reference, the place in the file."""
        for number, client in enumerate(self.clients, 1):
            if client.secret is not None:
                place = f"sign_in.clients.{number}.client_secret"
                yield f"client-{number}.secret", client.secret, place
        for name, account in self.accounts.items():
            if "cookie" in account:
                yield f"account-{name}.cookie", account["cookie"], f"sign_in.accounts.{name}.cookie"


@dataclass(frozen=True)
class RateLimit:
    """How many requests one caller may make in how many seconds, as the owner says."""

    requests: int
    seconds: int


@dataclass(frozen=True)
class Pace:
    """How fast and how much the probe may ask, and when it has to stop.

    Attributes:
        failures: after how many failures in a row the run pauses and then tries once more.
        pause_seconds: how long that pause is.
        in_flight: how many requests may wait for their answers at the same time.
        stop_file: nothing leaves while there is such a file.
    """

    requests_per_second: float = DEFAULT_RATE
    budget: int = DEFAULT_BUDGET
    timeout_seconds: float = 20.0
    total_seconds: float = 3600.0
    max_response_bytes: int = 16 * 2**20
    failures: int = 5
    pause_seconds: float = 30.0
    in_flight: int = 4
    stop_file: str | None = None


@dataclass(frozen=True)
class Target:
    """One target file, checked."""

    id: str
    base_url: str
    system: str | None = None
    contract: str | None = None
    contract_before: str | None = None
    environment: str = "production"
    data: str = "real"
    allow: frozenset[str] = frozenset({"read"})
    authorisation: Mapping[str, Any] | None = None
    identities: Mapping[str, Identity] = field(default_factory=dict)
    examples: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    operations: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lists: Mapping[str, Mapping[str, Any]] | None = None
    protocols: Mapping[str, str] = field(default_factory=dict)
    jwks_url: str | None = None
    issuer: str | None = None
    sign_in: SignIn = field(default_factory=SignIn)
    roles: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    allowed_origins: tuple[str, ...] = ()
    rate_limit: RateLimit | None = None
    proxy: str | None = None
    extra_ca: str | None = None
    plain_port: int = DEFAULT_PLAIN_PORT
    collector: Mapping[str, str] | None = None
    resolver: tuple[str, int] | None = None
    pace: Pace = Pace()
    accept_open: tuple[frozenset[str], date] | None = None
    attestations: tuple[Mapping[str, Any], ...] = ()
    waivers: tuple[Mapping[str, Any], ...] = ()
    document: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""

    @property
    def host(self) -> str:
        """The host name or address of the base URL."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def scheme(self) -> str:
        """The scheme of the base URL: `http` or `https`."""
        return urlsplit(self.base_url).scheme

    @property
    def plain_origin(self) -> str:
        """Where the same host would serve plain HTTP."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.plain_port}"

    @property
    def issuing_origins(self) -> frozenset[tuple[str, str]]:
        """Scheme and authority of every server that the file names as one that issues tokens."""
        named = [self.issuer, self.jwks_url]
        named += [identity.detail.get("token_url") for identity in self.identities.values()]
        found = {origin_of(place) for place in named if place and "://" in place}
        return frozenset(found | {origin_of(self.base_url)})

    @property
    def on_loopback(self) -> bool:
        """Whether the base URL names this very machine."""
        return is_loopback(self.host)

    @property
    def synthetic(self) -> bool:
        """Whether answers may be stored as they are: synthetic data in a sandbox."""
        return self.data == "synthetic" and self.environment == "sandbox"

    @property
    def listens_at(self) -> tuple[str, int] | None:
        """Where the collector listens, host and port; None where there is none to be used."""
        if self.collector is None or not self.permits("intrusive"):
            return None
        host, _, port = self.collector["listen"].rpartition(":")
        return host.strip("[]"), int(port)

    def permits(self, safety: str) -> bool:
        """Whether requests of a safety class may leave: `read`, `write`, `intrusive`.

        Anything but reading needs a sandbox and a document that authorises it, whatever else is
        said (Law 116/2025/QH15, article 7 as reported: intrusive tests need written approval).
        """
        if safety == "read":
            return True
        return (
            self.environment == "sandbox"
            and safety in self.allow
            and self.authorisation is not None
        )

    def stored(self) -> dict[str, Any]:
        """Return the document as it travels with a run: no secret, not even a demonstration one."""
        document: dict[str, Any] = _without_demo(dict(self.document))
        # Attestations and waivers are inputs of their own.
        document.pop("attestations", None)
        document.pop("waivers", None)
        return document


def origin_of(url: str) -> tuple[str, str]:
    """Return scheme and authority of an address, as they are compared; empty for what is none."""
    try:
        at = urlsplit(url)
    except ValueError:
        return "", ""
    return at.scheme.lower(), at.netloc.lower()


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def of(document: Any, *, place: str, folder: Path | None = None, stored: bool = False) -> Target:
    """Return the target that a document describes.

    Args:
        document: the content of a target file.
        place: its name in messages.
        folder: where relative paths start; None for a document that came from a URL.
        stored: the document travelled with a finished run: nobody needs to be authorised now.

    Raises:
        TargetError: the document does not hold together; the error names key and mend.
    """
    data = documents.conform(document, "target", place=place, error=TargetError)
    operations = {key: frozenset(names) for key, names in data.get("operations", {}).items()}
    issuer = data.get("issuer", {})
    issuer = {"url": NO_ISSUER} if issuer == NO_ISSUER else issuer
    network = data.get("network", {})
    accept = data.get("accept_open")
    target = Target(
        id=data["target"],
        base_url=data["base_url"].rstrip("/"),
        system=data.get("system"),
        contract=_beside(data.get("contract"), folder),
        contract_before=_beside(data.get("contract_before"), folder),
        environment=data.get("environment", "production"),
        data=data.get("data", "real"),
        allow=frozenset(data.get("allow", ["read"])),
        authorisation=_authorisation(data.get("authorisation"), place, stored=stored),
        identities={
            name: _identity(name, entry, folder)
            for name, entry in data.get("identities", {}).items()
        },
        examples=data.get("examples", {}),
        operations=operations,
        lists=data.get("lists"),
        protocols=data.get("protocols", {}),
        jwks_url=issuer.get("jwks_url"),
        issuer=issuer.get("url"),
        sign_in=_sign_in(data.get("sign_in", {}), folder),
        roles=data.get("roles", {}),
        fields={
            name: tuple(places) if isinstance(places, list) else (places,)
            for name, places in data.get("fields", {}).items()
        },
        allowed_origins=tuple(data.get("allowed_origins", ())),
        rate_limit=RateLimit(**data["rate_limit"]) if "rate_limit" in data else None,
        proxy=network.get("proxy"),
        extra_ca=_certificate(network.get("extra_ca"), folder),
        plain_port=network.get("plain_port", DEFAULT_PLAIN_PORT),
        collector=network.get("collector"),
        resolver=_resolver(network.get("resolver")),
        pace=_pace(data.get("pace", {}), folder),
        accept_open=(frozenset(accept["reasons"]), date.fromisoformat(accept["until"]))
        if accept
        else None,
        attestations=_listed("attestations", data, folder, place),
        waivers=_listed("waivers", data, folder, place),
        document=data,
        place=place,
    )
    _has_host(target)
    if not target.on_loopback and _uses_demo(data):
        raise TargetError(
            Text(
                vi="`demo:` chỉ dùng được với địa chỉ loopback",
                en="`demo:` is for loopback addresses only",
            ),
            mend=Text(
                vi="đặt bí mật vào biến môi trường và ghi `env:TÊN`",
                en="put the secret into an environment variable and write `env:NAME`",
            ),
            place=f"{place}: identities",
        )
    unknown = (set(accept["reasons"]) if accept else set()) - _REASONS
    if unknown:
        raise TargetError(
            Text(
                vi=f"lý do không có: {', '.join(sorted(unknown))}",
                en=f"no such reason: {', '.join(sorted(unknown))}",
            ),
            mend=Text(
                vi=f"dùng: {', '.join(sorted(_REASONS))}", en=f"use: {', '.join(sorted(_REASONS))}"
            ),
            place=f"{place}: accept_open.reasons",
        )
    return target


def _resolver(told: str | None) -> tuple[str, int] | None:
    """Return the address and the port of a resolver, which has port 53 unless it says so."""
    if told is None:
        return None
    host, _, port = (
        told.rpartition(":") if told.startswith("[") or told.count(":") == 1 else ("", "", "")
    )
    return (host.strip("[]"), int(port)) if host and port.isdecimal() else (told.strip("[]"), 53)


def _pace(document: Mapping[str, Any], folder: Path | None) -> Pace:
    return Pace(**{**document, "stop_file": _beside(document.get("stop_file"), folder)})


def _has_host(target: Target) -> None:
    try:
        parts = urlsplit(target.base_url)
        good = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good:
        raise TargetError(
            Text(vi="không phải địa chỉ", en="not an address"),
            mend=Text(
                vi="viết dạng https://máy-chủ[:cổng][/đường-dẫn]",
                en="write it as https://host[:port][/path]",
            ),
            place=f"{target.place}: base_url: {target.base_url}",
        )


def read(path: Path) -> Target:
    """Return the target of a file; relative paths in it start at its folder."""
    return of(documents.read(path), place=str(path), folder=path.parent)


def secret(reference: str, *, place: str) -> str:
    """Return the secret that a reference names.

    Raises:
        TargetError: the variable or file does not exist or is empty; the value is never shown.
    """
    kind, _, name = reference.partition(":")
    if kind == "demo":
        return name
    if kind == "env":
        value = os.environ.get(name, "")
    else:
        try:
            value = Path(name).expanduser().read_text(encoding="utf-8-sig").strip()
        except (OSError, ValueError):
            value = ""
    if not value:
        raise TargetError(
            Text(vi=f"{reference} không có hoặc rỗng", en=f"{reference} is missing or empty"),
            mend=Text(
                vi="đặt biến môi trường (hoặc tệp) này trước khi chạy",
                en="set this environment variable (or file) before the run",
            ),
            place=place,
        )
    return value


_REASONS = frozenset(Reason)


def _identity(name: str, document: Mapping[str, Any], folder: Path | None) -> Identity:
    schemes = [key for key in document if key != "mtls"] or ["mtls"]
    entry = document[schemes[0]]
    detail = {"token": entry} if schemes[0] == "bearer" else dict(entry)
    detail = _beside_files(detail, folder)
    certificate = document.get("mtls")
    if certificate is not None:
        certificate = _beside_files(dict(certificate), folder)
        certificate["certificate"] = _certificate(certificate["certificate"], folder)
    return Identity(name, schemes[0], {} if schemes[0] == "mtls" else detail, certificate)


def _sign_in(document: Mapping[str, Any], folder: Path | None) -> SignIn:
    """Return how people are signed in, with the files beside the target file."""
    placed = _beside_files(dict(document), folder)
    clients = [
        Client(
            client_id=entry["client_id"],
            redirect_uri=entry["redirect_uri"],
            scope=entry.get("scope", "openid"),
            secret=entry.get("client_secret"),
            authentication=entry.get("client_authentication", "basic"),
        )
        for entry in placed.get("clients", ())
    ]
    return SignIn(tuple(clients), placed.get("accounts", {}))


def _beside_files(detail: Any, folder: Path | None) -> Any:
    """Return the references of an identity with the files beside the target file."""

    def placed(text: str) -> str:
        kind, _, path = text.partition(":")
        return f"file:{folder / Path(path).expanduser()}" if folder and kind == "file" else text

    return _mapped(detail, placed)


def _authorisation(
    document: Mapping[str, Any] | None, place: str, *, stored: bool
) -> Mapping[str, Any] | None:
    until = (document or {}).get("until")
    if until and not stored and date.fromisoformat(until) < _today():
        raise TargetError(
            Text(
                vi=f"văn bản cho phép đã hết hạn ngày {until}",
                en=f"the authorisation ended on {until}",
            ),
            mend=Text(
                vi="xin gia hạn, hoặc bỏ `write` và `intrusive` khỏi `allow`",
                en="have it renewed, or drop `write` and `intrusive` from `allow`",
            ),
            place=f"{place}: authorisation.until",
        )
    return document


def _today() -> date:
    return date.today()  # noqa: DTZ011  # a legal date is the local one


def _beside(name: str | None, folder: Path | None) -> str | None:
    if name is None or folder is None or "://" in name:
        return name
    return str(folder / name)


def _certificate(value: str | None, folder: Path | None) -> str | None:
    if value is None or value.lstrip().startswith("-----BEGIN"):
        return value
    return _beside(value, folder)


def listed(path: Path, key: str) -> tuple[Mapping[str, Any], ...]:
    """Return the attestations or waivers of a file that holds the list alone.

    Raises:
        TargetError: the file is not there or has another shape.
    """
    return shaped(documents.read(path), key, f"{key}: {path}")


def shaped(listed_: Any, key: str, place: str) -> tuple[Mapping[str, Any], ...]:
    """Return a list of attestations or waivers, if it is one.

    Raises:
        TargetError: it has another shape.
    """
    # The list in a file has the shape of the list in place: one schema serves both.
    document = {"target": "x", "base_url": "https://x", key: listed_}
    return tuple(documents.conform(document, "target", place=place, error=TargetError)[key])


def _listed(
    key: str, data: Mapping[str, Any], folder: Path | None, place: str
) -> tuple[Mapping[str, Any], ...]:
    value = data.get(key, [])
    if not isinstance(value, str):
        return tuple(value)
    if folder is None:
        raise TargetError(
            Text(
                vi="tệp đích lấy từ địa chỉ mạng không trỏ tới tệp khác được",
                en="a target file that came from a URL cannot name other files",
            ),
            mend=Text(vi="ghi danh sách ngay tại chỗ", en="write the list in place"),
            place=f"{place}: {key}",
        )
    return listed(folder / value, key)


def is_reference(value: str) -> bool:
    """Whether a text of a target file names a secret instead of being one."""
    return value.startswith(("env:", "file:", "demo:"))


def _uses_demo(document: Mapping[str, Any]) -> bool:
    return bool(document != _without_demo(document))


def _without_demo(node: Any) -> Any:
    return _mapped(node, lambda text: "demo:" if text.startswith("demo:") else text)


def _mapped(node: Any, change: Callable[[str], str]) -> Any:
    if isinstance(node, str):
        return change(node)
    if isinstance(node, Mapping):
        return {key: _mapped(value, change) for key, value in node.items()}
    return [_mapped(value, change) for value in node] if isinstance(node, list) else node
