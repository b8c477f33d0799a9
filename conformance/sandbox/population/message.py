"""Messages of QCVN 109:2017/BTTTT as XML."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Mapping
from typing import Any

NAMESPACE = "http://www.mic.gov.vn/dancu/1.0"
_STRAY = "http://www.mic.gov.vn/dancu/2.0"
_ATTRIBUTES = ("GhiChu", "ThoiDiemDuLieu", "SoCongDan")


def written(message: Mapping[str, Any], forgotten: frozenset[str] = frozenset()) -> bytes:
    """Write a CongdanCollection.

    Args:
        message: the same as in JSON.
        forgotten: what this writer gets wrong (`namespace`, `root`, `count`, `time`, `letters`),
            what it leaves out (`sex`, `offset`), and whether it does without a prefix (`prefix`).
    """
    told = {name: message[name] for name in _ATTRIBUTES if name in message}
    if "count" in forgotten:
        told["SoCongDan"] += 1
    if "time" in forgotten:
        told["ThoiDiemDuLieu"] = "20261005080000"
    if "offset" in forgotten:
        told["ThoiDiemDuLieu"] = told["ThoiDiemDuLieu"].removesuffix("+07:00")
    attributes = "".join(f' {name}="{html.escape(str(value))}"' for name, value in told.items())
    space = _STRAY if "namespace" in forgotten else NAMESPACE
    left_out = {"GioiTinh"} if "sex" in forgotten else set()
    citizens = [{n: v for n, v in one.items() if n not in left_out} for one in message["CongDan"]]
    prefix = "" if "prefix" in forgotten else "dc:"
    declared = f' xmlns{":dc" if prefix else ""}="{space}"'
    inner = "".join(_element(prefix, "CongDan", one) for one in citizens)
    if "letters" in forgotten:
        inner = unicodedata.normalize("NFD", inner)
    name = prefix + ("CongDanCollection" if "root" in forgotten else "CongdanCollection")
    root = f"<{name}{declared}{attributes}>{inner}</{name}>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}'.encode()


def _element(prefix: str, name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        inner = "".join(_element(prefix, key, part) for key, part in value.items())
    else:
        inner = html.escape(str(value), quote=False)
    return f"<{prefix}{name}>{inner}</{prefix}{name}>"
