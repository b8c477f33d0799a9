"""Where values stand in JSON and in markup, valid or not.

Lexers, not parsers: they cut a text into pieces of which some may stay and some are replaced, and
never fail, so that a broken document is treated like a sound one. Texts are Latin-1, one sign a
byte, so that every byte that is not replaced stays as it is.

What makes JSON invalid is kept as an offence of the same kind: an unquoted word stays unquoted,
a text that was not UTF-8, or had a bare control sign or a wrong escape, still has one. So strict
readers judge the result as they would have judged the original.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

# Fewer digits identify nobody once every text beside them is hidden.
LONG_NUMBER = 7
_BOM = "\xef\xbb\xbf"
_PIECE = re.compile(r'"((?:[^"\\]++|\\.)*+)(\\?\Z|")|[^\s{}\[\]:,"]+', re.DOTALL | re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_SIGNS = re.compile(r"[-+.\deE]+", re.ASCII)
_WORDS = frozenset({"true", "false", "null", "NaN", "Infinity", "-Infinity"})
_NAME_FOLLOWS = re.compile(r"[ \t\n\r]*:")
_CONTROL = re.compile(r"[\x00-\x1f]")
_LONE = re.compile(r"[\ud800-\udfff]")

# Takes the value; returns what stands in its place, or None where it may stay.
Hide = Callable[[str], "str | None"]


def utf8(latin: str) -> str:
    """Return what bytes, given as Latin-1, say in UTF-8; bytes that say nothing stay apart."""
    return latin if latin.isascii() else latin.encode("latin-1").decode("utf-8", "surrogateescape")


def json_text(text: str, *, value: Hide, number: Hide, name: Hide) -> str:
    """Replace what stands for a value in a JSON text.

    Args:
        text: the text, as Latin-1.
        value: what to put for a text in the place of a value, and for words that are no JSON.
        number: what to put for a long number, given as it is written.
        name: what to put for the name of a member.
    """

    def piece(found: re.Match[str]) -> str:
        if found[1] is None:
            return _bare(found, value, number)
        content, said = found[1], json_string(found[1])
        is_name = found[2] == '"' and _NAME_FOLLOWS.match(text, found.end())
        token = (name if is_name else value)(said) if said else None
        if token is None:
            return found[0]
        return f'"{token}{_offence(content)}{found[2]}'

    if text.startswith(_BOM):
        return _BOM + json_text(text[len(_BOM) :], value=value, number=number, name=name)
    return _PIECE.sub(piece, text)


def json_string(content: str) -> str:
    """Return what a JSON text, given without its quotes as Latin-1, says.

    With a wrong escape in it, that is what is written.
    """
    written = utf8(content)
    if "\\" not in content:
        return written
    try:
        return str(json.loads(f'"{written}"', strict=False))
    except ValueError:
        return written


def _offence(content: str) -> str:
    """Return the shortest thing that is as wrong with a text as what was wrong with it."""
    wrong = ""
    if not content.isascii() and _LONE.search(utf8(content)):
        wrong = "\xff"
    control = _CONTROL.search(content)
    if control:
        return wrong + control[0]
    if "\\" in content:
        try:
            json.loads(f'"{content}"')
        except ValueError:
            return wrong + "\\q"
    return wrong


def _bare(found: re.Match[str], value: Hide, number: Hide) -> str:
    said = found[0]
    digits = sum(sign.isdigit() and sign.isascii() for sign in said)
    if said in _WORDS or (digits < LONG_NUMBER and _SIGNS.fullmatch(said)):
        return said
    names = _NAME_FOLLOWS.match(found.string, found.end())
    if _NUMBER.fullmatch(said) and not names:
        token = number(said)
        return said if token is None else f'"{token}"'
    token = value(utf8(said)) or said
    return token + ("\xff" if not said.isascii() and _LONE.search(utf8(said)) else "")


# --- markup --------------------------------------------------------------------------------------

_MARKUP = re.compile(
    r"<!--(?P<comment>.*?)(?P<comment_end>-->|\Z)"
    r"|<!\[CDATA\[(?P<cdata>.*?)(?P<cdata_end>\]\]>|\Z)"
    r"|<(?P<other>[!?][^>]*+)(?P<other_end>>|\Z)"
    r"|<(?P<raw>script|style)(?P<raw_attributes>\b[^>]*+)>(?P<inside>.*?)(?P<raw_end></(?P=raw)\s*>|\Z)"
    r"|<(?P<close>/?)(?P<tag>[^\s/>\"'<]++)"
    r"(?P<attributes>(?:[^>\"']++|\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))*+)(?P<tag_end>>|\Z)"
    r"|(?P<text>[^<]+)",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"(?P<name>[^\s=/>\"']+)(?P<is>\s*=\s*)?"
    r"(?(is)(?:\"(?P<double>[^\"]*)(?P<double_end>\"|\Z)|'(?P<single>[^']*)(?P<single_end>'|\Z)"
    r"|(?P<bare>[^\s>\"']+))?)|(?P<left>[\"'])"
)
_USUAL_DECLARATION = re.compile(
    r"!DOCTYPE\s+html\s*|\?xml(?:\s+(?:version|encoding|standalone)\s*=\s*[\"'][\w.-]{1,12}[\"'])*\s*\?",
    re.IGNORECASE,
)


def markup(text: str, *, value: Hide, name: Hide, attribute: Callable[[str, str], bool]) -> str:
    """Replace text, attribute values, comments and the rest that carries words in XML or HTML.

    Args:
        text: the text, as Latin-1.
        value: what to put for a text.
        name: what to put for the name of an element or an attribute.
        attribute: whether the value of an attribute, given with its name, may stay.
    """
    return _MARKUP.sub(_Markup(value, name, attribute).piece, text)


@dataclass(frozen=True)
class _Markup:
    """Replaces one piece of markup after the other."""

    value: Hide
    name: Hide
    attribute: Callable[[str, str], bool]

    def piece(self, found: re.Match[str]) -> str:
        """Return what stands in the place of a comment, a tag, a text and so on."""
        if found["tag"] is not None:
            tag = self.name(utf8(found["tag"])) or found["tag"]
            return (
                f"<{found['close']}{tag}{self._attributes(found['attributes'])}{found['tag_end']}"
            )
        if found["raw"] is not None:
            start = f"<{found['raw']}{self._attributes(found['raw_attributes'])}>"
            return f"{start}{self._put(found['inside'])}{found['raw_end']}"
        if found["other"] is not None:
            return f"<{self._declaration(found['other'])}{found['other_end']}"
        for kind, start in (("text", ""), ("comment", "<!--"), ("cdata", "<![CDATA[")):
            if found[kind] is not None:
                end = "" if kind == "text" else found[f"{kind}_end"]
                return f"{start}{self._put(found[kind])}{end}"
        return found[0]

    def _declaration(self, inner: str) -> str:
        return inner if _USUAL_DECLARATION.fullmatch(inner) else inner[0] + self._put(inner[1:])

    def _attributes(self, text: str) -> str:
        return _ATTRIBUTE.sub(self._one, text)

    def _one(self, found: re.Match[str]) -> str:
        if found["left"]:
            return found[0]
        label = found["name"]
        shown = (self.name(utf8(label)) or label) + (found["is"] or "")
        for kind, mark in (("double", '"'), ("single", "'")):
            if found[kind] is not None:
                inner = self._argument(label, found[kind])
                return f"{shown}{mark}{inner}{found[f'{kind}_end']}"
        return shown + self._argument(label, found["bare"] or "")

    def _argument(self, label: str, latin: str) -> str:
        stays = self.attribute(label.lower(), html.unescape(utf8(latin)))
        return latin if stays else self._put(latin)

    def _put(self, latin: str) -> str:
        inner = latin.strip()
        if not inner:
            return latin
        token = self.value(html.unescape(utf8(inner)))
        start = latin.index(inner)
        return latin[:start] + (inner if token is None else token) + latin[start + len(inner) :]
