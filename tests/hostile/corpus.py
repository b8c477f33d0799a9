"""The answers of hostile servers: what each says, and what has to come of it.

One row each. An answer that can be read is an answer, however odd; everything else is an error
with a reason. An error with `""` is one whose words do not matter.
"""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass

from wires import Speech, drips, floods, resets, says

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
ESCAPES = "\x1b[31m\x1b]0;owned\x07<script>alert(1)</script>\u202egnp.exe=cmd|' /C calc'!A0"


@dataclass(frozen=True)
class Hostile:
    """One hostile server.

    Attributes:
        name: what it does.
        speech: what it says to a request.
        ordinary: what comes of it over the ordinary stack: the reason of the error, or None where
            it is an answer.
        raw: the same over the bare wire.
    """

    name: str
    speech: Speech
    ordinary: str | None
    raw: str | None


def answered(body: bytes, *lines: bytes, start: bytes = OK) -> bytes:
    """Return a whole answer with these header lines and this body."""
    head = start + b"".join(line + b"\r\n" for line in lines)
    return head + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def _bomb(coding: str) -> bytes:
    """Return a body that is a thousand times larger once the coding is undone."""
    plain = b"0" * (64 * 2**20)
    if coding == "gzip":
        body = gzip.compress(plain, 9)
    elif coding == "deflate":
        body = zlib.compress(plain, 9)
    elif coding == "br":
        # RFC 7932: a stream of one meta-block of 16 MiB announced, and nothing in it.
        body = bytes.fromhex("5bffff7f") + b"\x00" * 4096
    else:
        # RFC 8878: single-segment frames whose only block repeats one byte (RLE_Block).
        body = bytes.fromhex("28b52ffda0000002000300 1030".replace(" ", "")) * 512
    return answered(body, b"Content-Encoding: " + coding.encode())


def json_answer(text: str | bytes) -> bytes:
    """Return an answer with this JSON."""
    return answered(text.encode() if isinstance(text, str) else text)


DEEP = 100_000
XML = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n"
# As many header lines as an ordinary client takes, and three times what h11 waits for by itself.
COOKIES = answered(b"[]", *[b"Set-Cookie: a%d=%s; Path=/" % (n, b"b" * 500) for n in range(95)])
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))

GIVEN_UP = "time-out|longer than"
TOO_LARGE = "larger than"
_ANSWER = None

TIME = [
    Hostile("silence", says(b"", linger=20), "time-out", "time-out"),
    Hostile("dripping head", drips(OK + b"X-Slow: ", b"a"), GIVEN_UP, GIVEN_UP),
    Hostile("dripping headers", drips(OK, b"X-A: b\r\n"), GIVEN_UP, GIVEN_UP),
    Hostile("dripping status", drips(b"HTTP/1.1 2", b"0"), GIVEN_UP, GIVEN_UP),
    Hostile("dripping body", drips(OK + b"Content-Length: 9999\r\n\r\n", b"1"), GIVEN_UP, GIVEN_UP),
    Hostile("dripping chunks", drips(CHUNKED, b"1\r\n1\r\n"), GIVEN_UP, GIVEN_UP),
    Hostile("dripping chunk size", drips(CHUNKED, b"0"), GIVEN_UP, GIVEN_UP),
    Hostile("dripping trailers", drips(CHUNKED + b"0\r\n", b"X-A: b\r\n"), GIVEN_UP, GIVEN_UP),
    Hostile("dripping 1xx", drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), GIVEN_UP, GIVEN_UP),
    Hostile(
        "a body that never ends",
        drips(OK + b"Content-Length: 5\r\n\r\n[1]", b""),
        GIVEN_UP,
        GIVEN_UP,
    ),
]

SIZE = [
    Hostile(
        "endless body without a length", floods(OK + b"\r\n", b"1" * 65536), TOO_LARGE, TOO_LARGE
    ),
    Hostile(
        "endless body with a length",
        floods(OK + b"Content-Length: 99999999999\r\n\r\n", b"1" * 65536),
        TOO_LARGE,
        TOO_LARGE,
    ),
    Hostile(
        "endless chunks",
        floods(CHUNKED, b"10000\r\n" + b"1" * 65536 + b"\r\n"),
        TOO_LARGE,
        TOO_LARGE,
    ),
    Hostile(
        "one chunk of 4 GiB", floods(CHUNKED + b"ffffffff\r\n", b"1" * 65536), TOO_LARGE, TOO_LARGE
    ),
    Hostile(
        "chunks of one byte",
        floods(CHUNKED, b"1\r\n1\r\n" * 4096),
        f"{TOO_LARGE}|{GIVEN_UP}",
        f"{TOO_LARGE}|{GIVEN_UP}",
    ),
    Hostile("endless chunk extension", floods(CHUNKED + b"1;a=", b"b" * 65536), "too long", ""),
    Hostile("endless trailers", floods(CHUNKED + b"0\r\n", b"X-A: b\r\n" * 4096), "", ""),
    Hostile("100,000 headers", says(OK + b"X-A: b\r\n" * 100_000 + b"\r\n"), "", ""),
    Hostile("endless headers", floods(OK, b"X-A: b\r\n" * 4096), "", ""),
    Hostile("a header of 10 MB", says(OK + b"X-A: " + b"b" * 10**7 + b"\r\n\r\n"), "", ""),
    Hostile("endless status line", floods(b"HTTP/1.1 200 ", b"O" * 65536), "", ""),
    Hostile(
        "flood of 1xx", floods(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 512), "", ""
    ),
    Hostile("flood of 102", floods(b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 512), "", ""),
    Hostile("flood of 100", floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 512), "", ""),
    Hostile("flood of cookies", says(COOKIES), _ANSWER, _ANSWER),
    Hostile(
        "flood of cookies in pieces",
        says(*(COOKIES[at : at + 5000] for at in range(0, len(COOKIES), 5000)), pause=0.01),
        _ANSWER,
        _ANSWER,
    ),
]

SIZE += [
    Hostile(
        "10,000 cookies", says(answered(b"[]", *[b"Set-Cookie: a=b; Path=/"] * 10_000)), "", ""
    ),
    Hostile("a cookie of 1 MB", says(answered(b"[]", b"Set-Cookie: a=" + b"b" * 10**6)), "", ""),
]

BROKEN = [
    Hostile("closed at once", says(b""), "", ""),
    Hostile("closed in the status", says(b"HTTP/1.1 20"), "", ""),
    Hostile("closed in the head", says(OK + b"X-A"), "", ""),
    Hostile("closed behind the head", says(OK + b"Content-Length: 9\r\n\r\n"), "", ""),
    Hostile("closed in the body", says(OK + b"Content-Length: 9\r\n\r\n[1"), "", ""),
    Hostile("closed in a chunk", says(CHUNKED + b"9\r\n[1"), "", ""),
    Hostile("closed before the last chunk", says(CHUNKED + b"3\r\n[1]\r\n"), "", ""),
    Hostile("reset at once", resets(b""), "", ""),
    Hostile("reset in the head", resets(OK + b"X-A"), "", ""),
    Hostile("reset in the body", resets(OK + b"Content-Length: 9\r\n\r\n[1"), "", ""),
    Hostile("reset in a chunk", resets(CHUNKED + b"9\r\n[1"), "", ""),
    Hostile("a status that is none", says(b"HTTP/1.1 OK\r\n\r\n"), "", ""),
    Hostile("a status of four digits", says(b"HTTP/1.1 2000 OK\r\n\r\n"), "", ""),
    Hostile("a negative status", says(b"HTTP/1.1 -200 OK\r\n\r\n"), "", ""),
    Hostile("a status in Arabic digits", says("HTTP/1.1 ٢٠٠ OK\r\n\r\n".encode()), "", ""),
    Hostile("status 0", says(b"HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n"), "", ""),
    Hostile("status 999", says(b"HTTP/1.1 999 No\r\nContent-Length: 0\r\n\r\n"), _ANSWER, _ANSWER),
    Hostile(
        "version 9.9",
        says(b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n"),
        "nobody knows",
        _ANSWER,
    ),
    Hostile("no HTTP", says(b"220 mail.example.vn ESMTP\r\n"), "", ""),
    Hostile("HTTP/2 unasked", says(b"\x00\x00\x12\x04" + b"\x00" * 64), "", ""),
    Hostile(
        "switched protocols",
        says(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
        ),
        "",
        "",
    ),
    Hostile("chunk size that is none", says(CHUNKED + b"zz\r\n[1]\r\n0\r\n\r\n"), "", ""),
    Hostile("negative chunk size", says(CHUNKED + b"-3\r\n[1]\r\n0\r\n\r\n"), "", ""),
    Hostile("chunk size with a prefix", says(CHUNKED + b"0x3\r\n[1]\r\n0\r\n\r\n"), _ANSWER, ""),
    Hostile(
        "chunk size with an underscore", says(CHUNKED + b"0_3\r\n[1]\r\n0\r\n\r\n"), _ANSWER, ""
    ),
    Hostile("huge chunk size", says(CHUNKED + b"f" * 40 + b"\r\n[1]\r\n0\r\n\r\n"), "", ""),
    Hostile("chunk longer than said", says(CHUNKED + b"2\r\n[1]\r\n0\r\n\r\n"), "", ""),
    Hostile("negative length", says(OK + b"Content-Length: -1\r\n\r\n[]"), "", ""),
    Hostile("length with a sign", says(OK + b"Content-Length: +2\r\n\r\n[]"), "", ""),
    Hostile("length in Arabic digits", says(OK + "Content-Length: ٢\r\n\r\n[]".encode()), "", ""),
    Hostile("huge length", says(OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n[]"), "", ""),
    Hostile("two lengths", says(OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n[] "), "", ""),
    Hostile("a list of lengths", says(OK + b"Content-Length: 2, 3\r\n\r\n[] "), "", ""),
    Hostile("length too long", says(OK + b"Content-Length: 3\r\n\r\n[]"), "", ""),
    Hostile(
        "length too short", says(OK + b"Content-Length: 2\r\n\r\n[] and more"), _ANSWER, _ANSWER
    ),
    Hostile(
        "length and chunks",
        says(OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n"),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "two transfer encodings",
        says(
            OK
            + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"
            + b"2\r\n[]\r\n0\r\n\r\n"
        ),
        _ANSWER,
        "",
    ),
    Hostile("header with NUL", says(OK + b"X-A: a\x00b\r\nContent-Length: 2\r\n\r\n[]"), "", ""),
    Hostile("header without colon", says(OK + b"nonsense\r\nContent-Length: 2\r\n\r\n[]"), "", ""),
    Hostile(
        "header with a space in its name",
        says(OK + b"X A: b\r\nContent-Length: 2\r\n\r\n[]"),
        "",
        "",
    ),
    Hostile(
        "header folded", says(OK + b"X-A: b\r\n c\r\nContent-Length: 2\r\n\r\n[]"), _ANSWER, _ANSWER
    ),
    Hostile(
        "header folded at once",
        says(b"HTTP/1.1 200 OK\r\n X-A: b\r\nContent-Length: 2\r\n\r\n[]"),
        "",
        "",
    ),
    Hostile(
        "bare line feeds",
        says(b"HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 2\n\n[]"),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "bare carriage return", says(OK + b"X-A: a\rX-B: b\r\nContent-Length: 2\r\n\r\n[]"), "", ""
    ),
    Hostile(
        "header beyond ASCII",
        says(OK + "X-A: hồ sơ\r\nContent-Length: 2\r\n\r\n[]".encode()),
        _ANSWER,
        _ANSWER,
    ),
    Hostile("no header at all", says(b"HTTP/1.1 200 OK\r\n\r\n[]"), _ANSWER, _ANSWER),
    Hostile(
        "a body behind 204",
        says(b"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n[]"),
        _ANSWER,
        _ANSWER,
    ),
]

BODIES = [
    *(
        Hostile(f"{coding} bomb", says(_bomb(coding)), _ANSWER, _ANSWER)
        for coding in ("gzip", "deflate", "br", "zstd")
    ),
    Hostile(
        "gzip that is none", says(answered(b"[]", b"Content-Encoding: gzip")), _ANSWER, _ANSWER
    ),
    Hostile(
        "codings upon codings",
        says(answered(b"[]", b"Content-Encoding: " + b"gzip, " * 2000 + b"gzip")),
        "",
        _ANSWER,
    ),
    Hostile("deep array", says(json_answer("[" * DEEP + "]" * DEEP)), _ANSWER, _ANSWER),
    Hostile("deep array without end", says(json_answer("[" * DEEP)), _ANSWER, _ANSWER),
    Hostile("deep object", says(json_answer('{"a":' * DEEP + "1" + "}" * DEEP)), _ANSWER, _ANSWER),
    Hostile(
        "object of 900 levels", says(json_answer('{"a":' * 900 + "1" + "}" * 900)), _ANSWER, _ANSWER
    ),
    Hostile(
        "number of a million digits",
        says(json_answer(f'[{{"id": {"9" * 10**6}}}]')),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "number of 5000 digits", says(json_answer(f'[{{"id": {"9" * 5000}}}]')), _ANSWER, _ANSWER
    ),
    Hostile("exponent of a million", says(json_answer('[{"id": 1e999999}]')), _ANSWER, _ANSWER),
    Hostile(
        "exponent beyond all",
        says(json_answer('[{"id": 1e99999999999999999999}, {"id": 1E-99999999999999999999}]')),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "fraction of a million digits",
        says(json_answer(f'[{{"id": 0.{"3" * 10**6}}}]')),
        _ANSWER,
        _ANSWER,
    ),
    Hostile("NaN", says(json_answer('[{"id": NaN}, {"id": -Infinity}]')), _ANSWER, _ANSWER),
    Hostile("minus zero", says(json_answer('[{"id": -0, "a": -0.0e0}]')), _ANSWER, _ANSWER),
    Hostile(
        "string of 3 MB",
        says(json_answer(json.dumps([{"id": 1, "name": "ă" * 10**6 + "x" * 10**6}]))),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "string of backslashes",
        says(json_answer('[{"id": 1, "name": "' + "\\\\" * 10**6 + '"}]')),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "string without end",
        says(json_answer('[{"id": 1, "name": "' + "\\u00" * 10**5)),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "50,000 twice-named members",
        says(json_answer("[{" + ",".join(f'"a{n % 25_000}":1' for n in range(50_000)) + "}]")),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "one name 50,000 times",
        says(json_answer("[{" + ",".join(['"id":1'] * 50_000) + "}]")),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "the last of 20,000 names twice",
        says(json_answer("[{" + ",".join(f'"a{n}":1' for n in [*range(20_000), 19_999]) + "}]")),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "20,000 items",
        says(json_answer("[" + ",".join(['{"id":1}'] * 20_000) + "]")),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "half a surrogate pair",
        says(json_answer('[{"id": 1, "name": "\\ud800", "\\udfff": 1}]')),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "NUL in a string", says(json_answer('[{"id": 1, "name": "a\\u0000b"}]')), _ANSWER, _ANSWER
    ),
    Hostile("UTF-16", says(answered('[{"id": 1}]'.encode("utf-16"))), _ANSWER, _ANSWER),
    Hostile("UTF-32", says(answered('[{"id": 1}]'.encode("utf-32"))), _ANSWER, _ANSWER),
    Hostile("BOM", says(answered('[{"id": 1}]'.encode("utf-8-sig"))), _ANSWER, _ANSWER),
    Hostile(
        "no UTF-8", says(answered(b'[{"id": 1, "name": "\xff\xfe\xc0\x80"}]')), _ANSWER, _ANSWER
    ),
    Hostile(
        "dangerous names",
        says(
            json_answer(
                '[{"__proto__": {"a": 1}, "constructor": 1, "$ref": "file:///etc/passwd", "id": 1}]'
            )
        ),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "a charset of nobody",
        says(
            answered(
                b"[]",
                start=b"HTTP/1.1 200 OK\r\n"
                b'Content-Type: application/json; charset="x"; charset=undefined\r\n',
            )
        ),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "a media type of 5 KB",
        says(
            answered(
                b"[]",
                start=b"HTTP/1.1 200 OK\r\nContent-Type: application/" + b";a=b" * 1_250 + b"\r\n",
            )
        ),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "billion laughs",
        says(answered(f"<!DOCTYPE a [{LAUGHS}]><a>&l9;</a>".encode(), start=XML)),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "quadratic entity",
        says(
            answered(
                f'<!DOCTYPE a [<!ENTITY x "{"y" * 10**5}">]><a>{"&x;" * 10**5}</a>'.encode(),
                start=XML,
            )
        ),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "external entity",
        says(
            answered(b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', start=XML)
        ),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "parameter entity",
        says(
            answered(
                b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd" '
                b'[<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><a/>',
                start=XML,
            )
        ),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "deep XML", says(answered(b"<a>" * DEEP + b"</a>" * DEEP, start=XML)), _ANSWER, _ANSWER
    ),
    Hostile(
        "XML of 50,000 attributes",
        says(
            answered(b"<a " + b" ".join(b'a%d="1"' % n for n in range(50_000)) + b"/>", start=XML)
        ),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "HTML without end",
        says(answered(b"<a " * 10**5, start=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "HTML of open comments",
        says(answered(b"<!--" * 10**5, start=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "HTML of open scripts",
        says(
            answered(b"<script>" * 10**5, start=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
        ),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "HTML of open CDATA",
        says(
            answered(b"<![CDATA[" * 10**5, start=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
        ),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "HTML of quotes",
        says(
            answered(b"<a b=\"'" * 10**5, start=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
        ),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "spaces without end",
        says(
            answered(
                b" " * 2 * 10**6 + b"x", start=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
            )
        ),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "addresses of e-mail",
        says(json_answer('[{"id": 1, "name": "' + "a." * 10**6 + '"}]')),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "digits and dots",
        says(json_answer('[{"id": 1, "name": "' + "0" * 10**6 + '"}]')),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "signed tokens",
        says(json_answer('[{"id": 1, "name": "' + "eyJ" * 10**6 + '"}]')),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "starts of signed tokens",
        says(json_answer('[{"id": 1, "name": "' + "eyJaaaaaaaa-" * 10**5 + '"}]')),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "a token without end", says(json_answer('{"token": "' + "a" * 3 * 10**6)), _ANSWER, _ANSWER
    ),
    Hostile(
        "starts of stack traces",
        says(
            answered(
                b"at a(" * 10**5 + b"at " * 10**5,
                start=b"HTTP/1.1 500 Oops\r\nContent-Type: text/html\r\n",
            )
        ),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "handed-out tokens",
        says(json_answer('[{"id": 1, "x": "' + '\\"token\\":\\"' * 10**5 + '"}]')),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "our own tokens",
        says(
            json_answer(
                '[{"id": 1, "name": "~secret.citizen_a.aaaa~", '
                '"~personal.k.x~": "~personal.aaaabbbbcccc~"}]'
            )
        ),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "tildes",
        says(json_answer('[{"id": 1, "name": "' + "~secret." * 10**5 + '"}]')),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "escapes everywhere",
        says(
            answered(
                json.dumps(
                    {"title": ESCAPES, "detail": ESCAPES, "status": 400, ESCAPES: ESCAPES},
                    ensure_ascii=False,
                ).encode(),
                *[
                    f"{name}: {ESCAPES}".encode().replace(b"\x07", b"").replace(b"\x1b", b"")
                    for name in (
                        "X-A",
                        "Location",
                        "WWW-Authenticate",
                        "Set-Cookie",
                        "ETag",
                        "Server",
                        "Link",
                        "Retry-After",
                    )
                ],
                start=b"HTTP/1.1 400 "
                + ESCAPES.encode().replace(b"\x07", b"").replace(b"\x1b", b"")
                + b"\r\nContent-Type: application/problem+json\r\n",
            )
        ),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "redirect to itself",
        says(answered(b"", b"Location: /things", start=b"HTTP/1.1 302 Found\r\n")),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "redirect elsewhere",
        says(
            answered(
                b"", b"Location: http://127.0.0.1:1/latest/meta-data", start=b"HTTP/1.1 307 No\r\n"
            )
        ),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "redirect to a file",
        says(answered(b"", b"Location: file:///etc/passwd", start=b"HTTP/1.1 302 No\r\n")),
        _ANSWER,
        _ANSWER,
    ),
    Hostile(
        "refresh and links",
        says(
            answered(
                b"[]",
                b"Refresh: 0; url=http://127.0.0.1:1/",
                b"Link: <http://127.0.0.1:1/>; rel=next",
                b"Content-Location: http://127.0.0.1:1/",
                b'Alt-Svc: h2=":1"',
            )
        ),
        _ANSWER,
        _ANSWER,
    ),
]
CORPUS = [*TIME, *SIZE, *BROKEN, *BODIES]
