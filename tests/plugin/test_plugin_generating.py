"""Under `-n`: what is generated reaches a server once, and is what one process would ask."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from processes import only_run
from recording import Asked, recorded

from conformance import sandboxes
from conformance.probe.questions import GENERATED

Suite = Callable[..., pytest.RunResult]
# Three operations, one of which takes a body, each in several items: what is generated for one item
# is there for the others, whichever worker has them.
OPTIONS = (
    *("--conformance-profile", "base", "--conformance-rate", "5000"),
    *("--conformance-depth", "standard", "--conformance-select", "BASE-FUZ-*"),
    *("-k", "subscription and (FUZ-01 or FUZ-04 or FUZ-06)"),
)
# What says who asks, and over which connection, is no part of what is asked.
OF_THE_WAY = {"host", "user-agent", "accept-encoding", "connection", "content-length"}
# A credential is a token in the record, and new in each run.
CREDENTIALS = {"authorization", "cookie"}


@dataclass(frozen=True)
class Key:
    """What makes two requests the same one."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def key(asked: Asked) -> Key:
    headers = [(name.lower(), value) for name, value in asked.headers]
    kept = [(n, "" if n in CREDENTIALS else v) for n, v in headers if n not in OF_THE_WAY]
    return Key(asked.method, asked.path, tuple(sorted(kept)), asked.body)


def alike(one: Key) -> Key:
    """Return a request without what is new in each run: numbers of dossiers, and times."""
    return Key(
        one.method,
        re.sub(r"\d+", "N", one.path),
        one.headers,
        re.sub(rb"\d+", b"N", one.body),
    )


def recorded_in(folder: Path, origin: str) -> list[tuple[bool, Key]]:
    """Return the request of each exchange of a record, and whether it was generated.

    What is created to be asked about belongs to the same case, and is not; nor is the good call,
    which is told as an example once more where the contract shows just that.
    """
    lines = (folder / "record.jsonl").read_text("utf-8").splitlines()
    shown = [line["exchange"] for line in map(json.loads, lines) if "exchange" in line]
    return [
        (
            one["case"] == GENERATED
            and one["facts"].get("generated", {}).get("origin", "model") != "model",
            key(_asked(one["request"], origin)),
        )
        for one in shown
    ]


def _asked(request: dict[str, Any], origin: str) -> Asked:
    body = request["body"]
    content = body["text"].encode() if "text" in body else base64.b64decode(body["base64"])
    headers = tuple((name, value) for name, value in request["headers"])
    return Asked(request["method"], request["url"].removeprefix(origin), headers, content)


@pytest.mark.slow
def test_what_is_bentis_asked_once_and_is_the_same_however_tests_are_shared_out(
    suite: Suite, out: Path
) -> None:
    found: list[Counter[Key]] = []
    for number in ("0", "2"):
        came: list[Asked] = []
        # A fresh agency each time: it remembers what was written to it.
        with (
            sandboxes.serving("procedure-system") as served,
            recorded(served.base_url, came) as (address, _),
        ):
            own = ("--conformance-base-url", address, "--conformance-out", str(out / number))
            done = suite(*OPTIONS, *own, "-n", number, target=served.target)
            assert done.ret == 0, done.stdout.str()
        written = recorded_in(only_run(out / number), address)
        made = Counter(asked for bent, asked in written if bent)
        seen = Counter(map(key, came))
        # What the server counted, and not what we say of it: a worker that asked by itself would
        # stand in no record.
        named = Counter(asked for _, asked in written)
        assert [one for one in made if seen[one] != named[one]] == []
        assert [one for one, times in made.items() if times > 1] == []
        found.append(Counter(map(alike, made)))
    assert sum(found[0].values()) > 100
    assert found[0] == found[1]
