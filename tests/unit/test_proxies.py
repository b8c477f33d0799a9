"""Behind a proxy that wants a password: all goes through it, and nobody learns the password."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from processes import conformance
from proxy import Proxy, proxying

from conformance import opening, sandboxes, shipped
from conformance.door.network import session_of
from conformance.errors import TargetError
from conformance.sandboxes import Serving
from conformance.target import of

SELECTED = "BASE-IOP-0*,BASE-SEC-0*,BASE-TLS-0*"


def told(proxy: Proxy) -> list[str]:
    """Return every form in which the password of a proxy could be told."""
    pair = f"{proxy.user}:{proxy.password}"
    encoded = [b64encode(pair.encode()).decode(), quote(proxy.password, safe="")]
    escaped = json.dumps(proxy.password)[1:-1]
    return [proxy.password, escaped, *encoded, *(e.rstrip("=") for e in encoded)]


def nobody_knows(proxy: Proxy, *texts: str, folder: Path) -> None:
    """Fail where the password stands in a text, or in a file below a folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    for text in [*texts, *(path.read_bytes().decode("utf-8", "replace") for path in files)]:
        for form in told(proxy):
            assert form not in text


@contextmanager
def written(folder: Path, *, tls: bool) -> Iterator[tuple[Path, str]]:
    """Write a target file for a sandbox, over TLS or not; its proxy comes from the environment."""
    arguments = ("--fault", "two_certificates") if tls else ()
    with sandboxes.serving("procedure-system", *arguments) as serving:
        yield target_file(folder, serving)


def target_file(folder: Path, serving: Serving) -> tuple[Path, str]:
    goal = opening.load_target(serving.target)
    document: dict[str, Any] = dict(goal.document)
    document["network"] = {**document.get("network", {}), "proxy": "env:THE_PROXY"}
    document["contract"] = str(shipped.contract("procedure-system"))
    path = folder / "target.json"
    path.write_text(json.dumps(document, default=str), "utf-8")
    return path, goal.base_url


@pytest.mark.parametrize("tls", [False, True], ids=["forwarding", "CONNECT"])
def test_a_run_and_the_doctor_go_through_the_proxy(tmp_path: Path, *, tls: bool) -> None:
    with ExitStack() as stack:
        proxy = stack.enter_context(proxying())
        path, base_url = stack.enter_context(written(tmp_path, tls=tls))
        # What the environment says besides is not read: the target is on loopback.
        around = {
            "THE_PROXY": proxy.address(),
            "NO_PROXY": "127.0.0.1,localhost,*",
            "no_proxy": "127.0.0.1,localhost,*",
            "HTTP_PROXY": "http://127.0.0.1:9",
        }
        words = ("--target", str(path), "--lang", "en")
        doctor = conformance("doctor", "base", *words, cwd=tmp_path, **around)
        seen_by_doctor = len(proxy.forwarded) + len(proxy.tunnelled)
        run = conformance(
            "run", "base", *words, "--select", SELECTED, "--rate", "500", cwd=tmp_path, **around
        )
    assert doctor.code in {0, 3}, doctor.said
    assert "proxy" not in doctor.out.lower()
    assert seen_by_doctor
    assert run.code in {0, 1, 4}, run.said
    (folder,) = [found.parent for found in tmp_path.glob("runs/*/*/record.jsonl")]
    lines = (folder / "record.jsonl").read_text("utf-8").splitlines()
    exchanges = [line["exchange"] for line in map(json.loads, lines) if "exchange" in line]
    answered = [e for e in exchanges if e["response"] is not None]
    assert len(answered) > 20
    place = urlsplit(base_url)
    if tls:
        assert set(proxy.tunnelled) == {f"{place.hostname}:{place.port}"}
        handshakes = [e for e in exchanges if e["kind"] == "tls" and "unsent" not in e["facts"]]
        assert len(handshakes) >= 8
        assert {e["facts"]["tls"]["outcome"] for e in handshakes} <= {"accepted", "refused"}
        # Bare connections too: HEAD is asked over h11.
        assert any(e["request"]["method"] == "HEAD" and e["response"] for e in exchanges)
    else:
        assert len(proxy.forwarded) >= len(answered)
        assert all(urlsplit(url).port == place.port for url in proxy.forwarded)
    assert not proxy.refused
    nobody_knows(proxy, doctor.said, run.said, folder=tmp_path)


@pytest.mark.parametrize("tls", [False, True], ids=["forwarding", "CONNECT"])
def test_a_wrong_password_is_told_and_is_no_finding(tmp_path: Path, *, tls: bool) -> None:
    wrong = "Wr0ng-pass%word"
    with ExitStack() as stack:
        proxy = stack.enter_context(proxying())
        path, _ = stack.enter_context(written(tmp_path, tls=tls))
        around = {"THE_PROXY": proxy.address(wrong)}
        words = ("--target", str(path), "--lang")
        runs = [
            conformance("run", "base", *words, lang, cwd=tmp_path, **around)
            for lang in ("vi", "en")
        ]
        doctor = conformance("doctor", "base", *words, "en", cwd=tmp_path, **around)
    assert [run.code for run in runs] == [3, 3], runs
    assert "407" in runs[0].err
    assert "mật khẩu" in runs[0].err
    assert "name and password" in runs[1].err
    assert doctor.code == 3
    assert "network.proxy" in doctor.out
    assert "407" in doctor.out
    assert proxy.refused
    assert not proxy.forwarded
    assert not proxy.tunnelled
    assert not list(tmp_path.glob("runs/*/*"))
    nobody_knows(
        Proxy(user=proxy.user, password=wrong),
        *(r.said for r in runs),
        doctor.said,
        folder=tmp_path,
    )


@pytest.mark.parametrize("value", ["socks5://u:sec%ret@h:1", "http://u:sec%ret@h:port", "http://"])
def test_what_is_no_proxy_is_said_without_its_password(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THE_PROXY", value)
    goal = of(
        {"target": "x", "base_url": "https://x.example", "network": {"proxy": "env:THE_PROXY"}},
        place=str(tmp_path / "target.yaml"),
    )
    with pytest.raises(TargetError) as error:
        session_of(goal, None)
    for lang in ("vi", "en"):
        assert "network.proxy" in error.value.into(lang)
        assert "ret" not in error.value.into(lang).replace("secret", "")
