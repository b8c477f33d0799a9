"""nginx with TLS set up well and set up badly, with certificates made for the occasion."""

import contextlib
import json
import shutil
import string
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import targetfile
from serving import Program, Running, free_port, serving
from trouble import InstallationError, ToolMissingError

FILES = Path(__file__).resolve().parent / "nginx"
SECONDS_TO_SIGN = 30
DAYS = "90"
# RFC 5280, section 4.2.1.3: what an authority's key is for stands in its certificate.
KEY_USAGE = "keyUsage=critical,keyCertSign,cRLSign"
AUTHORITY = f"basicConstraints=critical,CA:true\n{KEY_USAGE}\n"


@dataclass(frozen=True)
class Site:
    """What nginx serves.

    Attributes:
        name: For the target's name.
        locations: What nginx is told of it.
        contract: Its OpenAPI document.
        examples: Values of the target file, by operation; anyone may call all of them, unless
            there are identities.
        identities: Who may call them instead, as the target file says it.
    """

    name: str
    locations: str
    contract: bytes
    examples: Mapping[str, Mapping[str, Any]]
    identities: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


STATUS = Site(
    name="nginx",
    locations=(FILES / "status.conf").read_text("ascii"),
    contract=(FILES / "openapi.json").read_bytes(),
    examples={"readStatus": {}},
)


@contextlib.contextmanager
def good(folder: Path, site: Site = STATUS) -> Iterator[Running]:
    """Serve a site over good TLS, with a complete chain of an authority of our own.

    Raises:
        RealServerError: nginx or openssl is not there, or did not work.
    """
    folder = _prepared(folder)
    _authority(folder, "root")
    _issued(folder, "intermediate", by="root", extensions=AUTHORITY)
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1\n"
    _issued(folder, "leaf", by="intermediate", extensions=names)
    parts = [(folder / f"{name}.pem").read_text("ascii") for name in ("leaf", "intermediate")]
    (folder / "chain.pem").write_text("".join(parts), "ascii")
    with _serving(folder, "good", site) as running:
        yield running


@contextlib.contextmanager
def certified(folder: Path, verify: str, guard: str = "") -> Iterator[Running]:
    """Serve to clients with a certificate of an authority of their own.

    Args:
        folder: where its files are.
        verify: the value of `ssl_verify_client`.
        guard: what the location says of clients besides.

    Raises:
        RealServerError: nginx or openssl is not there, or did not work.
    """
    folder = _prepared(folder)
    _authority(folder, "clients")
    _issued(folder, "partner", by="clients", extensions="extendedKeyUsage=clientAuth\n")
    lines = (
        f"ssl_client_certificate clients.pem; ssl_verify_client {verify};",
        "default_type application/json;",
        f'location = /status {{ {guard} return 200 \'{{"status":"ok"}}\'; }}',
    )
    contract = json.loads((FILES / "openapi.json").read_bytes())
    contract["openapi"] = "3.1.0"
    contract["paths"]["/status"]["get"]["security"] = [{"partner": []}]
    contract["components"] = {"securitySchemes": {"partner": {"type": "mutualTLS"}}}
    pair = {
        "certificate": str(folder / "partner.pem"),
        "key": f"file:{folder / 'partner.key'}",
    }
    site = Site(
        name="nginx-certified",
        locations="\n".join(lines),
        contract=json.dumps(contract).encode(),
        examples={"readStatus": {"owner": "partner"}},
        identities={"partner": {"mtls": pair}},
    )
    with good(folder, site) as running:
        yield running


@contextlib.contextmanager
def bad(folder: Path, site: Site = STATUS) -> Iterator[Running]:
    """Serve the same over TLS as it must not be, and over plain HTTP.

    Raises:
        RealServerError: nginx or openssl is not there, or did not work.
    """
    folder = _prepared(folder)
    _authority(folder, "root")
    weak = ["-newkey", "rsa:1024", "-sha1", "-days", "4000", "-nodes", "-subj", "/CN=wrong.example"]
    _openssl(folder, "req", "-x509", *weak, "-keyout", "leaf.key", "-out", "leaf.pem")
    with _serving(folder, "bad", site) as running:
        yield running


def _prepared(folder: Path) -> Path:
    folder = folder.resolve()
    (folder / "temp").mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def _serving(folder: Path, name: str, site: Site) -> Iterator[Running]:
    secure, plain = free_port(), 0
    template = string.Template((FILES / f"{name}.conf").read_text("ascii"))

    def command(port: int) -> list[str]:
        nonlocal plain
        plain = port
        settings = template.safe_substitute(plain=port, secure=secure, site=site.locations)
        (folder / "nginx.conf").write_text(settings, "ascii")
        return [_tool("nginx"), "-p", str(folder), "-c", "nginx.conf"]

    program = Program(name=f"nginx-{name}", folder=folder, command=command, ready="/ready")
    with serving(program) as (_, pid):
        contract = folder / "openapi.json"
        contract.write_bytes(site.contract)
        facts = targetfile.Facts(
            name=f"{site.name}-{name}",
            base_url=f"https://localhost:{secure}",
            contract=contract,
            examples=site.examples,
            identities=site.identities,
            public=() if site.identities else tuple(site.examples),
            network={"extra_ca": "root.pem", "plain_port": plain},
        )
        yield Running(facts.base_url, targetfile.write(facts), contract, pid)


def _authority(folder: Path, name: str) -> None:
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", DAYS]
    files = ["-keyout", f"{name}.key", "-out", f"{name}.pem", "-addext", KEY_USAGE]
    _openssl(folder, "req", "-x509", *curve, "-subj", f"/CN=own {name}", *files)


def _issued(folder: Path, name: str, *, by: str, extensions: str) -> None:
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    files = ["-keyout", f"{name}.key", "-out", f"{name}.csr"]
    _openssl(folder, "req", *curve, "-subj", f"/CN=own {name}", *files)
    (folder / f"{name}.ext").write_text(extensions, "ascii")
    signer = ["-CA", f"{by}.pem", "-CAkey", f"{by}.key", "-CAcreateserial", "-days", DAYS]
    made = ["-in", f"{name}.csr", "-extfile", f"{name}.ext", "-out", f"{name}.pem"]
    _openssl(folder, "x509", "-req", *signer, *made)


def _openssl(folder: Path, *words: str) -> None:
    done = subprocess.run(
        [_tool("openssl"), *words],
        cwd=folder,
        capture_output=True,
        timeout=SECONDS_TO_SIGN,
        check=False,
    )
    if done.returncode:
        raise InstallationError(f"openssl {json.dumps(words)}: {done.stderr.decode()[-300:]}")


def _tool(name: str) -> str:
    # Debian keeps servers where only root looks for programs.
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise ToolMissingError(f"{name} is not there: apt-get install {name}")
    return found
