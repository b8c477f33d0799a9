"""Make what a server sent harmless to show: values in a report may come from an attacker.

Each function neutralises for one place: a page, an XML document, a Markdown cell. None of
them is a substitute for the escaping of that place's own syntax where a library does it.
"""

from __future__ import annotations

import re

# C0 and C1 controls but for tab and newline; surrogates, which no UTF-8 file can hold; and the
# marks that reorder or hide text on screen (Unicode Standard Annex 9, section 2; BOM; zero width).
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
# ECMA-48 control sequences: CSI, the string commands (OSC, DCS, SOS, PM, APC), then short ones.
_TERMINAL = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\\\|\x9c)"
    "|\x1b[ -/]*[0-~]"
)
# What XML 1.0 (fifth edition, section 2.2) does not count as a character.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What could be structure anywhere in a line: emphasis within words and the dots of sentences
# are not, and text that is escaped less is easier to read in a build log.
_MARKDOWN = re.compile(r"[\\`*\[\]<>#!|~&@$]|(?<!\w)_|_(?!\w)|:(?=//)|(?<=www)\.", re.IGNORECASE)


def _name(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - one byte


def visible(value: str) -> str:
    """Return `value` with every control, bidirectional or unseen character written out.

    Newlines and tabs stay; CR LF becomes LF, for a page shows no difference.
    """
    return _UNSEEN.sub(_name, value.replace("\r\n", "\n"))


def xml_safe(value: str) -> str:
    """Return `value` without terminal sequences and without what XML 1.0 forbids."""
    return visible(_NOT_XML.sub("", _TERMINAL.sub("", value)))


def as_data(document: str) -> str:
    """Return a JSON document with every unseen character written as JSON's own escape.

    It holds the same values (RFC 8259, section 7): such characters stand in strings alone.
    """
    return _UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", document)


def one_line(value: str) -> str:
    """Return `value` visible and on one line."""
    return " ".join(visible(value).split())


def cell(value: str) -> str:
    """Return `value` as literal text for a Markdown table cell or line.

    Character references are never structure (CommonMark, section 2.5), so no value can end
    its cell, open a tag, draw a picture, link, or call somebody by name.
    """
    return _MARKDOWN.sub(lambda match: f"&#{ord(match.group())};", one_line(value))


def excerpt(value: str, limit: int) -> tuple[str, int]:
    """Return at most `limit` characters of `value`, and how many were left out."""
    return value[:limit], max(0, len(value) - limit)


def shortened(value: str, limit: int) -> str:
    """Return `value` cut at `limit` characters, the cut shown."""
    head, left_out = excerpt(value, limit)
    return f"{head}… (+{left_out})" if left_out else head
