"""A store of documents behind the agency: what its operators find when callers may send them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from conformance.sandbox import demonstration
from conformance.sandbox.bending import LIST
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.portal import data

_BRACKETS = re.compile(r"(\w+)\[(\$?\w+)\]")
_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "$ne": lambda held, wanted: held != wanted,
    "$eq": lambda held, wanted: held == wanted,
    "$gt": lambda held, wanted: held > wanted,
}
_SUMMARY = ("maThuTuc", "tenThuTuc", "maLinhVuc", "tenLinhVuc", "thoiHanGiaiQuyet", "lePhi")
# Which member a parameter is compared with.
_MEMBERS = {"maLinhVuc": "maLinhVuc", "tuKhoa": "tenThuTuc"}


def selecting(
    otherwise: Callable[[list[dict[str, Any]]], Answer],
) -> Callable[[Call], Answer | None]:
    """Return a hook that lists the procedures that an operator in the query selects.

    Args:
        otherwise: answers an operator that the store does not have; gets what it found: nothing.
    """

    def hook(call: Call) -> Answer | None:
        asked = [(found, value) for name, value in call.query if (found := _asked(name))]
        if call.asks != LIST or not asked:
            return None
        (name, sign), wanted = asked[0]
        if sign not in _OPERATORS:
            return otherwise([])
        return page(
            [
                {key: entry[key] for key in _SUMMARY}
                for entry in demonstration.procedures()
                if _OPERATORS[sign](entry[_MEMBERS[name]], wanted)
            ]
        )

    return hook


def page(items: list[dict[str, Any]]) -> Answer:
    """Return a page of a list of procedures."""
    told = {"page": 1, "size": 20, "total": len(items), "items": items[:20]}
    body = json.dumps(told, ensure_ascii=False).encode("utf-8")
    return Answer(200, (("Content-Type", "application/json"),), body)


def in_packets(call: Call) -> Call:
    """Take an operator in a packet to mean the first dossier that it selects."""
    try:
        packet = json.loads(call.body or b"")
    except ValueError:
        return call
    asked = packet.get("mahoso") if isinstance(packet, dict) else None
    if not isinstance(asked, dict):
        return call
    codes = [record["MaHoSo"] for record, _ in data.dossiers()]
    for sign, wanted in asked.items():
        codes = [code for code in codes if sign in _OPERATORS and _OPERATORS[sign](code, wanted)]
    # What the store does not have is told like a code that it does not have.
    meant = {**packet, "mahoso": codes[0] if codes else "H57.01-000000-0000"}
    return replace(call, body=json.dumps(meant).encode())


def _asked(name: str) -> tuple[str, str] | None:
    found = _BRACKETS.fullmatch(name)
    return (found[1], found[2]) if found and found[1] in _MEMBERS else None
