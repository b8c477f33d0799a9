"""Documents that are signed: one byte form each, read back only from that form.

Sorted keys, no spaces, UTF-8, NFC, no floating-point number and no repeated key: whoever signs and
whoever verifies speak of the same bytes, and nothing can be hidden in another spelling of them.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from conformance.errors import CertificateError
from conformance.evidence import canonical
from conformance.text import Text

# What a hostile file may cost: statements, envelopes and proofs are some kilobytes.
LARGEST = 16 * 2**20


def written(document: Any) -> bytes:
    """Return the one byte form of a document.

    Raises:
        ValueError: it holds what has no such form: a floating-point number, or text that is not
            in NFC.
    """
    content = canonical(document)
    _exact(document)
    return content


def read(content: bytes, place: str) -> Any:
    """Return what a document says, if it is in its one byte form.

    Args:
        content: its bytes.
        place: names it in errors.

    Raises:
        CertificateError: it is not JSON, or in another form than the one that is signed.
    """
    if len(content) > LARGEST:
        raise _other_form(place, "size")
    try:
        document = json.loads(content)
        same = written(document) == content
    except (ValueError, RecursionError) as error:
        raise _other_form(place, "JSON") from error
    if not same:
        raise _other_form(place, "form")
    return document


def _exact(node: Any) -> None:
    if isinstance(node, float):
        message = "a floating-point number has no one form"
        raise ValueError(message)  # noqa: TRY004  # told like everything that has no such form
    if isinstance(node, str) and not unicodedata.is_normalized("NFC", node):
        message = "text is not in NFC"
        raise ValueError(message)
    if isinstance(node, dict):
        for key, value in node.items():
            _exact(key)
            _exact(value)
    elif isinstance(node, list):
        for value in node:
            _exact(value)


def _other_form(place: str, what: str) -> CertificateError:
    return CertificateError(
        Text(
            vi=f"tệp không ở đúng dạng byte đã được ký ({what})",
            en=f"the file is not in the byte form that was signed ({what})",
        ),
        mend=Text(
            vi="dùng bản gốc, không mở và ghi lại bằng chương trình khác",
            en="use the original, not a copy that another program has written anew",
        ),
        place=place,
    )
