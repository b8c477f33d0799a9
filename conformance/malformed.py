"""What parsers of YAML and JSON say of bytes that are neither, in words of both languages.

The sentences are those of PyYAML, of libyaml and of Python's `json`; all that is quoted of a file
is the sign at the place and the key of its line, since what follows a key may be a secret.
"""

from __future__ import annotations

import re
import unicodedata

from conformance.text import Text

_KEY = re.compile(r"\s*(?:-\s+)*[\"']?([A-Za-z_][\w.-]{0,39})[\"']?\s*:(?:\s|$)")
_QUOTE = Text(vi="thiếu dấu nháy đóng", en="the closing quotation mark is missing")
_COLON = Text(vi="thiếu dấu `:` sau khoá", en="`:` is missing after a key")
_LIST = Text(vi="thiếu dấu phẩy hoặc dấu đóng ngoặc", en="a comma or a closing bracket is missing")
_VALUE = Text(vi="thiếu giá trị, hoặc giá trị viết sai", en="a value is missing or wrongly written")
_INDENT = Text(
    vi="thụt lề không khớp với các dòng trên, hoặc thiếu dấu `-` hay `:`",
    en="the indentation does not fit the lines above, or `-` or `:` is missing",
)
_ESCAPE = Text(vi="dấu thoát `\\` không hợp lệ", en="an escape with `\\` that is none")
# In this order: the first that fits speaks.
_SENTENCES = tuple(
    (re.compile(pattern, re.IGNORECASE), text)
    for pattern, text in (
        (
            r"mapping (?:values|keys) are not allowed",
            Text(
                vi="có dấu `: ` ở chỗ không được phép: giá trị có dấu hai chấm thì đặt trong nháy,"
                " nếu không thì xem lại thụt lề",
                en="`: ` where none may be: put a value with a colon into quotation marks, or look"
                " at the indentation",
            ),
        ),
        (
            r"(?:block )?sequence entries are not allowed",
            Text(
                vi="có dấu `- ` ở chỗ không được phép: xem lại thụt lề",
                en="`- ` where none may be: look at the indentation",
            ),
        ),
        (
            r"\btab\b|'\\t'",
            Text(
                vi="thụt lề bằng phím Tab: YAML chỉ nhận dấu cách",
                en="indented by a tab: YAML takes spaces only",
            ),
        ),
        (r"could not find expected ':'|Expecting ':' delimiter", _COLON),
        (
            r"cannot start any token",
            Text(
                vi="ký tự này không mở đầu được một giá trị: đặt giá trị trong dấu nháy",
                en="no value begins with this sign: put the value into quotation marks",
            ),
        ),
        (r"unexpected end of stream|Unterminated string", _QUOTE),
        (r"',' or '[\]}]'|Expecting ',' delimiter", _LIST),
        (
            r"Illegal trailing comma",
            Text(vi="thừa dấu phẩy cuối", en="a comma too many at the end"),
        ),
        (
            r"Expecting property name",
            Text(
                vi="thiếu tên khoá trong nháy kép, hoặc thừa dấu phẩy",
                en="a key in double quotation marks is missing, or a comma is too many",
            ),
        ),
        (r"node content|Expecting value", _VALUE),
        (r"expected key|'-' indicator|<block end>|block (?:mapping|collection)", _INDENT),
        (r"escape|hexadecimal|hexdecimal", _ESCAPE),
        (
            r"control character|special characters|unacceptable character",
            Text(
                vi="có ký tự điều khiển không được phép", en="a control character that may not be"
            ),
        ),
        (
            r"document (?:start|separator|indicator)|Extra data",
            Text(
                vi="còn nội dung sau khi tài liệu đã kết thúc",
                en="something stands behind the end of the document",
            ),
        ),
        (
            r"undefined tag|tag handle|alphabetic or numeric|anchor|alias",
            Text(
                vi="dấu `!`, `&` hoặc `*` của YAML dùng sai: nếu là giá trị thì đặt trong nháy",
                en="`!`, `&` or `*` of YAML misused: put a value that begins so into quotation"
                " marks",
            ),
        ),
        (
            r"limit.*integer string|integer string conversion",
            Text(vi="một số có quá nhiều chữ số", en="a number of too many digits"),
        ),
        (r"recursion|stack", Text(vi="lồng quá nhiều tầng", en="nested too deep")),
    )
)


def told(problem: str, sign: str = "") -> Text:
    """Return what a parser says; its own sentence, said to be such, where it is none we know.

    Args:
        problem: what the parser says.
        sign: what stands at the place; libyaml does not tell a tab from other signs.
    """
    problem = "tab" if sign == "\t" else problem
    for sentence, text in _SENTENCES:
        if sentence.search(problem):
            return text
    return Text(
        vi=f"không phân tích được (nguyên văn của thư viện: {problem})",
        en=f"cannot be parsed (in the library's words: {problem})",
    )


def sign_at(text: str, line: int, column: int) -> str:
    """Return the sign at a place, both counted from zero; nothing at the end of a line."""
    lines = text.splitlines()
    return lines[line][column : column + 1] if line < len(lines) else ""


def read_there(text: str, line: int, column: int) -> Text:
    """Return what was read at a place: the sign, and the key of the line.

    Args:
        text: the whole document.
        line: from zero.
        column: from zero.
    """
    lines = text.splitlines()
    row = lines[line] if line < len(lines) else ""
    key = _KEY.match(row)
    where = Text(
        vi=f", ở khoá `{key[1]}`" if key else "", en=f", at the key `{key[1]}`" if key else ""
    )
    if column < len(row):
        sign = Text(vi=f"đọc thấy {_sign(row[column])}", en=f"read: {_sign(row[column])}")
    elif line + 1 < len(lines):
        sign = Text(vi="đọc thấy hết dòng", en="read: the end of the line")
    else:
        sign = Text(vi="đọc thấy hết tệp", en="read: the end of the file")
    return Text(vi=f"{sign.vi}{where.vi}", en=f"{sign.en}{where.en}")


def _sign(sign: str) -> str:
    printable = not unicodedata.category(sign).startswith(("C", "Z", "M"))
    return f"`{sign}`" if printable and sign != "`" else f"U+{ord(sign):04X}"
