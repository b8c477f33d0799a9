"""The way to a target as its file describes it: whom to trust, through which proxy, how to say no.

Nothing comes from the environment unless the target file names it, and nothing is carried from
one call to the next.
"""

from __future__ import annotations

import http.client
import os
import ssl
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import certifi
import h11
import requests
import urllib3

from conformance import __version__
from conformance.deadlines import TIME_OUT
from conformance.door.connections import DeadlineAdapter, deadline
from conformance.errors import TargetError, UnreachableError
from conformance.probe.obstacles import CUT_SHORT, ENDED_BY_TLS
from conformance.target import Target
from conformance.text import Text

_SHORTEST_SECRET = 4
_LONGEST_FETCH = 120.0  # seconds for a document, however slowly it drips
# What a proxy that does not accept us is recorded as (RFC 9110, section 15.5.8).
PROXY_REFUSES = "the proxy answered 407"
USER_AGENT = f"vnda-conformance/{__version__}"


PROXY_CREDENTIALS = Text(
    vi="đặt tên và mật khẩu đúng vào địa chỉ proxy trong biến môi trường, ghi `env:TÊN`",
    en="put the right name and password into the proxy's address in an environment variable, and"
    " write `env:NAME`",
)


def fetch(url: str, target: Target) -> bytes:
    """Return the bytes of a document such as a contract, fetched without credentials.

    Raises:
        UnreachableError: no answer, or another status than 200.
    """
    ca_file = authorities_file(target)
    session = session_of(target, ca_file)
    try:
        with deadline(_LONGEST_FETCH):
            answer = session.get(
                url,
                allow_redirects=False,
                timeout=target.pace.timeout_seconds,
                stream=True,
                headers={
                    "User-Agent": USER_AGENT,
                    "Accept": "application/json, application/yaml, */*",
                },
            )
            content = answer.raw.read(64 * 2**20, decode_content=True)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise unreachable(url, said(error)) from error
    finally:
        session.close()
        if ca_file:
            Path(ca_file).unlink(missing_ok=True)
    if answer.status_code == 407 and target.proxy:  # noqa: PLR2004  # RFC 9110, 15.5.8
        raise unreachable(url, PROXY_REFUSES)
    if answer.status_code != 200:  # noqa: PLR2004  # RFC 9110, 15.3.1
        raise UnreachableError(
            Text(
                vi=f"không lấy được tài liệu: HTTP {answer.status_code}",
                en=f"the document cannot be had: HTTP {answer.status_code}",
            ),
            mend=Text(vi="kiểm tra địa chỉ của tài liệu", en="check the address of the document"),
            place=url,
        )
    return bytes(content)


def unreachable(url: str, why: str) -> UnreachableError:
    """Return the error for an address that does not answer."""
    if PROXY_REFUSES in why:
        return UnreachableError(
            Text(
                vi="proxy không nhận tên và mật khẩu (407)",
                en="the proxy does not accept name and password (407)",
            ),
            mend=PROXY_CREDENTIALS,
            place="network.proxy",
        )
    return UnreachableError(
        Text(vi=f"không kết nối được: {why}", en=f"cannot be reached: {why}"),
        mend=Text(
            vi="kiểm tra địa chỉ, mạng, `network.proxy` và `network.extra_ca` trong tệp đích",
            en="check the address, the network, `network.proxy` and `network.extra_ca`",
        ),
        place=url,
    )


def session_of(target: Target, ca_file: str | None) -> requests.Session:
    """Return a session for a target, one that does nothing on its own.

    Args:
        target: whom it is for.
        ca_file: what `authorities_file` returned.

    Raises:
        TargetError: the target file names a proxy that is not set.
    """
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, DeadlineAdapter())
    # Nothing from the environment: no proxy, no .netrc, no cookies carried from call to call.
    session.trust_env = False
    session.cookies.set_policy(_NoCookies())
    if ca_file:
        session.verify = ca_file
    if target.proxy:
        session.proxies = {"http": _proxy(target), "https": _proxy(target)}
    return session


def authorities_file(target: Target) -> str | None:
    """Return a file of every trusted authority where the target names one; it is the caller's."""
    if target.extra_ca is None:
        return None
    with tempfile.NamedTemporaryFile(
        "w", suffix=".pem", delete=False, encoding="utf-8", newline="\n"
    ) as file:
        file.write(trusted_authorities(target))
    return file.name


def trusted_authorities(target: Target) -> str:
    """Return every trusted authority, PEM: the public ones and the target's extra one.

    Raises:
        TargetError: the file of the extra one cannot be read.
    """
    public = Path(certifi.where()).read_text(encoding="utf-8")
    extra = target.extra_ca or ""
    if extra and not extra.lstrip().startswith("-----BEGIN"):
        try:
            extra = Path(extra).read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            raise TargetError(
                Text(
                    vi="không đọc được tệp chứng thư PEM", en="the PEM certificate cannot be read"
                ),
                mend=Text(vi="sửa `network.extra_ca`", en="mend `network.extra_ca`"),
                place=f"{target.place}: network.extra_ca: {target.extra_ca}",
            ) from error
    return f"{public}\n{extra}\n"


def said(error: Exception) -> str:
    """Return what a failed exchange says of its cause, without addresses of objects."""
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError):
        return TIME_OUT
    if isinstance(error, requests.exceptions.SSLError | ssl.SSLError):
        return f"{ENDED_BY_TLS}{_cause(_cause(error))}"
    if isinstance(error, h11.RemoteProtocolError):
        return _ENDED if "ConnectionClosed" in str(error) else _NO_ANSWER
    for kind, told in _BREAKDOWNS:
        if any(isinstance(cause, kind) for cause in _inside(error)):
            return told
    # urllib3 wraps the cause in its own words and addresses of objects.
    reason = getattr(error.args[0], "reason", error) if error.args else error
    if "Tunnel connection failed: 407" in str(reason):
        return PROXY_REFUSES
    told = str(reason).rpartition(">: ")[2] or str(reason)
    return told.rpartition("): ")[2] or told or type(error).__name__


_ENDED = "the connection ended before an answer"
_NO_ANSWER = "what came is not an answer of HTTP"
# What http.client finds wrong, without what it quotes of the answer; the narrowest first.
_BREAKDOWNS = (
    (http.client.RemoteDisconnected, _ENDED),
    (ConnectionResetError, "the connection was reset"),
    (http.client.IncompleteRead, CUT_SHORT),
    (http.client.UnknownProtocol, "a version of HTTP that nobody knows"),
    (http.client.BadStatusLine, _NO_ANSWER),
    (http.client.LineTooLong, "a line is too long"),
)


def _inside(error: Exception) -> list[BaseException]:
    """Return an error and those that it was made of, to a bounded depth."""
    found: list[BaseException] = [error]
    for level in range(3):
        del level
        found += [part for each in found for part in each.args if isinstance(part, Exception)]
    return found


def _cause(error: Exception) -> Exception:
    """Return the error that an error was made of; itself where it was made of none."""
    inner = error.args[0] if error.args else None
    inner = getattr(inner, "reason", inner)
    return inner if isinstance(inner, Exception) else error


class _NoCookies(requests.cookies.cookielib.DefaultCookiePolicy):  # type: ignore[name-defined, misc]  # requests re-exports http.cookiejar
    """Keeps and sends nothing: what a target sets for one identity must not reach another."""

    def set_ok(self, cookie: Any, request: Any) -> bool:  # noqa: ARG002  # the policy's own signature
        """Refuse every cookie."""
        return False


def proxy_secrets(target: Target) -> dict[str, str]:
    """Return the secrets of the proxy's address by names that may be shown, for the redactor."""
    parts = urlsplit(_proxy(target)) if target.proxy else None
    if parts is None or not parts.password:
        return {}
    password = unquote(parts.password)
    found = {
        "proxy.password": password,
        "proxy.basic": f"{unquote(parts.username or '')}:{password}",
    }
    # What is too short cannot be told from chance.
    return {name: value for name, value in found.items() if len(value) >= _SHORTEST_SECRET}


def _proxy(target: Target) -> str:
    reference = target.proxy or ""
    value = reference
    if reference.startswith("env:"):
        value = os.environ.get(reference[4:], "").strip()
        if not value:
            raise TargetError(
                Text(vi=f"{reference} không có hoặc rỗng", en=f"{reference} is missing or empty"),
                mend=Text(
                    vi="đặt biến môi trường hoặc bỏ `network.proxy`",
                    en="set the variable or drop `network.proxy`",
                ),
                place=f"{target.place}: network.proxy",
            )
    # As curl and others read the variable: without a scheme it is plain HTTP.
    value = value if "://" in value else f"http://{value}"
    if not _is_proxy(value):
        raise TargetError(
            # The value is not shown: it may hold a password.
            Text(vi="không phải địa chỉ của một proxy HTTP", en="not the address of an HTTP proxy"),
            mend=Text(
                vi="viết dạng http://máy:cổng hoặc http://tên:mật-khẩu@máy:cổng; ký tự đặc biệt"
                " trong mật khẩu viết dạng %40",
                en="write it as http://host:port or http://name:password@host:port; special"
                " characters of the password as %40",
            ),
            place=f"{target.place}: network.proxy",
        )
    return value


def _is_proxy(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
