"""The pieces for nginx that checks are mended by: nginx takes them, and they do what they say."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import nginx_tls
import pytest
import requests
from serving import SECONDS_TO_ANSWER, Program, client, free_port, serving

from conformance import mends
from conformance.mends import Mend
from conformance.privacy.signatures import EXPOSED

pytestmark = pytest.mark.real

NGINX = [mend for mend in mends.every() if mend.tool == "nginx"]
SECONDS_TO_TEST = 30
GLOBAL = """\
daemon off;
pid nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path temp; proxy_temp_path temp; fastcgi_temp_path temp; uwsgi_temp_path temp;
  scgi_temp_path temp;
"""
# An application that does everything wrong.
BEHIND = """\
  server {
    listen 127.0.0.1:%d;
    default_type application/json;
    add_header Strict-Transport-Security "max-age=1";
    add_header X-Content-Type-Options sniff;
    add_header X-Powered-By "PHP/8.1";
    add_header Cache-Control private;
    add_header Access-Control-Allow-Origin $http_origin;
    add_header Access-Control-Allow-Credentials true;
    add_header Set-Cookie "session=1; Path=/";
    set $seen "$http_x_original_url|$http_x_forwarded_for";
    add_header X-Seen "$seen|$http_x_user_id|$http_x_method_override";
    location / { return 200 "{}"; }
    location /broken { return 502; }
  }
"""


def named(mend: Mend) -> str:
    return f"{mend.place} {mend.checks[0]}"


def configuration(mend: Mend, port: int, behind: int) -> str:
    """Return a whole configuration with one piece in it; ports are those given."""
    piece = re.sub(r"\blisten \d+;", f"listen 127.0.0.1:{free_port()};", mend.code)
    piece = piece.replace("127.0.0.1:8080", f"127.0.0.1:{behind}")
    fallback = f"location / {{ proxy_pass http://127.0.0.1:{behind}; }}"
    passing = {
        "http": f"{piece}\nserver {{ listen 127.0.0.1:{port}; {fallback}",
        "server": f"server {{ listen 127.0.0.1:{port};\n{piece}\n"
        + ("" if "location / {" in piece else fallback),
        "location": f"server {{ listen 127.0.0.1:{port}; location / {{\n{piece}\n"
        + ("" if "proxy_pass" in piece else f"proxy_pass http://127.0.0.1:{behind};")
        + "}",
    }[mend.context]
    ready = "location = /ready { return 200; } }"
    return f"{GLOBAL}{passing}\n{ready}\n{BEHIND % behind}}}\n"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    nginx_tls._authority(folder, "own")
    (folder / "tls").mkdir()
    for name in ("fullchain.pem", "clients-ca.pem"):
        (folder / "tls" / name).write_bytes((folder / "own.pem").read_bytes())
    (folder / "tls" / "privkey.pem").write_bytes((folder / "own.key").read_bytes())
    return folder / "tls"


def tried(folder: Path, settings: str) -> subprocess.CompletedProcess[bytes]:
    (folder / "temp").mkdir()
    (folder / "nginx.conf").write_text(settings, "utf-8")
    command = [nginx_tls._tool("nginx"), "-t", "-p", str(folder), "-c", "nginx.conf"]
    return subprocess.run(command, capture_output=True, timeout=SECONDS_TO_TEST, check=False)


@pytest.mark.parametrize("mend", NGINX, ids=named)
def test_nginx_takes_each_piece(mend: Mend, tmp_path: Path, certificates: Path) -> None:
    (tmp_path / "tls").symlink_to(certificates)
    done = tried(tmp_path, configuration(mend, free_port(), free_port()))
    assert done.returncode == 0, done.stderr.decode()
    assert b"warn" not in done.stderr, done.stderr.decode()


def test_nginx_refuses_a_piece_in_the_wrong_block(tmp_path: Path) -> None:
    (table,) = [mend for mend in NGINX if mend.code.startswith("map ")]
    wrong = configuration(table, free_port(), free_port()).replace("map ", "server { map ", 1)
    assert tried(tmp_path, wrong).returncode != 0


# --- what they do --------------------------------------------------------------------------------

Ask = Callable[..., requests.Response]


def fields(response: requests.Response, name: str) -> list[str]:
    """Return each field of a name by itself; requests joins them."""
    return response.raw.headers.getlist(name)


def is_problem(response: requests.Response, status: int) -> bool:
    kind = response.headers["Content-Type"]
    told = json.loads(response.content)
    return (
        response.status_code == status
        and kind == "application/problem+json"
        and told["status"] == status
    )


def sniffing(ask: Ask) -> None:
    assert fields(ask("GET", "/"), "X-Content-Type-Options") == ["nosniff"]


def strict_transport(ask: Ask) -> None:
    wanted = ["max-age=31536000; includeSubDomains"]
    assert fields(ask("GET", "/"), "Strict-Transport-Security") == wanted


def banners(ask: Ask) -> None:
    answer = ask("GET", "/")
    assert answer.headers["Server"] == "nginx"
    assert "X-Powered-By" not in answer.headers


def origins(ask: Ask) -> None:
    known = "https://portal.example.gov.vn"
    for origin, wanted in ((known, [known]), ("https://evil.example", []), ("null", [])):
        answer = ask("GET", "/", headers={"Origin": origin})
        assert fields(answer, "Access-Control-Allow-Origin") == wanted
        assert fields(answer, "Access-Control-Allow-Credentials") == []


def cookies(ask: Ask) -> None:
    (cookie,) = fields(ask("GET", "/"), "Set-Cookie")
    assert re.fullmatch(r"session=1; Path=/; Secure", cookie, re.IGNORECASE)


def storing(ask: Ask) -> None:
    assert fields(ask("GET", "/"), "Cache-Control") == ["no-store"]


def methods(ask: Ask) -> None:
    answer = ask("PATCH", "/")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, POST"
    assert ask("GET", "/").status_code == 200
    assert ask("TRACE", "/").status_code == 405


def exposure(ask: Ask) -> None:
    hidden = [path for path in EXPOSED if ask("GET", f"/api{path}").status_code != 404]
    assert hidden == []
    for path in ("/.well-known/security.txt", "/dossiers/1/attachment.zip", "/metricsystem"):
        assert ask("GET", path).status_code == 200


def rewriting(ask: Ask) -> None:
    seen = ask("GET", "/", headers={"X-Original-URL": "/admin"}).headers["X-Seen"]
    assert seen.startswith("|")


def identities(ask: Ask) -> None:
    given = {"X-Forwarded-For": "10.1.1.1", "X-User-ID": "admin"}
    seen = ask("GET", "/", headers=given).headers["X-Seen"]
    assert seen == "|127.0.0.1||"


def overriding(ask: Ask) -> None:
    seen = ask("GET", "/", headers={"X-Method-Override": "GET"}).headers["X-Seen"]
    assert seen.endswith("|")


def unauthorized(ask: Ask) -> None:
    answer = ask("GET", "/refused")
    assert is_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="hoso"'


def not_found(ask: Ask) -> None:
    assert is_problem(ask("GET", "/missing"), 404)


def unreachable(ask: Ask) -> None:
    assert is_problem(ask("GET", "/unreachable"), 502)


def later(ask: Ask) -> None:
    answer = ask("GET", "/unreachable")
    assert is_problem(answer, 503)
    assert answer.headers["Retry-After"] == "120"


def old_addresses(ask: Ask) -> None:
    answer = ask("GET", "/old/a%0D%0AX-Evil:%201", allow_redirects=False)
    assert answer.status_code == 308
    assert "X-Evil" not in answer.headers
    assert answer.headers["Location"].endswith("/old/a%0D%0AX-Evil:%201")


# Of each check whose piece for nginx does something over plain HTTP: what.
DOES = {
    "headers.sniffing.sniffing_is_refused": sniffing,
    "headers.transport.hsts_is_single": strict_transport,
    "headers.banners.no_version_is_told": banners,
    "headers.cors.origins_are_not_reflected": origins,
    "headers.media.content_type_is_true": unreachable,
    "cookies.attributes.cookies_need_tls": cookies,
    "privacy.caching.personal_answers_are_not_stored": storing,
    "http.methods.refusals_name_what_is_allowed": methods,
    "http.exposure.management_paths_are_hidden": exposure,
    "http.errors.problem_details": not_found,
    "contract.answers.server_does_not_break": later,
    "bypass.headers.rewriting_fields_are_ignored": rewriting,
    "bypass.headers.spoofed_identities_are_ignored": identities,
    "bypass.methods.overridden_methods_open_nothing": overriding,
    "identity.challenges.refusals_name_the_scheme": unauthorized,
    "injection.splitting.parameters_end_no_header": old_addresses,
}
# What nginx itself answers, so that a piece about its own errors has something to mend.
OWN = """
    location = /missing { return 404; }
    location = /refused { return 401; }
    location = /unreachable { proxy_pass http://127.0.0.1:9; }
"""


@pytest.mark.parametrize("check_id", DOES)
def test_a_piece_does_what_it_says(check_id: str, tmp_path: Path) -> None:
    (mend,) = [mend for mend in NGINX if check_id in mend.checks]
    (tmp_path / "temp").mkdir()

    def command(port: int) -> list[str]:
        settings = configuration(mend, port, free_port())
        settings = settings.replace("location = /ready", f"{OWN}    location = /ready", 1)
        (tmp_path / "nginx.conf").write_text(settings, "utf-8")
        return [nginx_tls._tool("nginx"), "-p", str(tmp_path), "-c", "nginx.conf"]

    program = Program(name="nginx", folder=tmp_path, command=command, ready="/ready")
    with serving(program) as (origin, _), client() as session:

        def ask(method: str, path: str, **more: object) -> requests.Response:
            return session.request(method, origin + path, timeout=SECONDS_TO_ANSWER, **more)

        DOES[check_id](ask)
