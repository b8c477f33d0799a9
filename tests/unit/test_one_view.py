"""One view: a law says of a hidden answer what it says of the answer itself, or nothing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from making import BASE_URL, OPTIONS, answers, contract, goal, planned, profile, run

from conformance import check as checks
from conformance import documents, engine, opening, sandboxes
from conformance.collected import Evidence
from conformance.door.recording import Passed, Recorder
from conformance.evidence import Exchange, Headers, Request, Response
from conformance.identities.credentials import Credentials
from conformance.judge import Judge
from conformance.plan import Asked
from conformance.privacy import vocabulary
from conformance.privacy.redaction import Redactor
from conformance.probe.questions import Case, Question
from conformance.probe.scene import Scene
from conformance.sandboxes import Serving
from conformance.verdict import NotTested, Outcome, Reason

SCHEMA = {
    "type": "object",
    "required": ["hoTen"],
    "properties": {
        "hoTen": {"type": "string", "maxLength": 30, "pattern": "^[^0-9]*$"},
        "ngaySinh": {"type": "string", "format": "date"},
        "luc": {"type": "string", "format": "date-time"},
        "so": {"type": "number", "multipleOf": 5, "maximum": 10**16},
        "loai": {"enum": ["ca_nhan", "to_chuc", 7, 123456789]},
        "con": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/Con"},
            "uniqueItems": True,
        },
        "status": {"type": "integer"},
    },
    "additionalProperties": {"type": ["string", "object", "array", "integer"]},
}
CHILD = {"type": "object", "properties": {"ngay": {"format": "date"}}, "required": ["ngay"]}
CONTRACT = contract(
    {
        "/people": {
            "get": {
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {
                            kind: {"schema": SCHEMA}
                            for kind in ("application/json", "application/xml", "text/html")
                        },
                    },
                    "404": answers()["responses"]["200"],
                },
                "x-vnda-personal": True,
            }
        }
    },
    "3.1.0",
    components={"schemas": {"Con": CHILD}},
)
QUESTION = Question("GET", f"{BASE_URL}/people?ten=vnct", operation="GET /people")
WORDS = vocabulary.of(CONTRACT.document, BASE_URL)
KEY = b"a key for tests"
WHEN = "2026-01-01T00:00:00.000Z"
LAWS = {name: law for name, law in checks.every().items() if law.kind == "law"}


@cache
def scene() -> Scene:
    """Return a scene with real data."""
    return planned(CONTRACT, goal(data="real"), profile()).scene


def came(response: Response) -> Exchange:
    """Return an answer as it came, with nothing hidden at all."""
    request, facts = Request("GET", QUESTION.url), {"operation": QUESTION.operation}
    return Exchange("GET /people.1", WHEN, "", "baseline", 1, None, request, response, facts=facts)


def shown(response: Response) -> Exchange:
    """Return what the door makes of an answer where the data are real."""
    request = Request("GET", QUESTION.url)
    # What one answer handed out is hidden in the next: here each answer is the first.
    redactor = Redactor({}, key=KEY, synthetic=False, vocabulary=WORDS)
    recorder = Recorder(scene(), Credentials(scene().target), redactor)
    case = Case("GET /people", "baseline")
    return recorder.exchange(Passed(QUESTION, case, WHEN, request, request, response))


JUDGE = Judge(planned(CONTRACT, goal(), profile()), Evidence())


def said(law: str, answer: Exchange) -> tuple[str, str]:
    """Return what kind of outcome a law has on an exchange, and what was expected."""
    outcome = JUDGE.laws.ask(Asked(LAWS[law], {}), answer)
    if outcome is not None and not isinstance(outcome, Outcome):
        return "error", repr(outcome)
    reason = outcome.reason if isinstance(outcome, NotTested) else None
    return type(outcome).__name__, str(getattr(outcome, "expected", reason or ""))


def both(response: Response) -> dict[str, tuple[tuple[str, str], tuple[str, str]]]:
    """Return what each law says of an answer, and of what is shown of it."""
    raw, hidden = came(response), shown(response)
    asked = [
        law for law in LAWS if JUDGE.laws.has_in_class(LAWS[law], raw) or LAWS[law].on == "baseline"
    ]
    return {law: (said(law, raw), said(law, hidden)) for law in asked}


def disagreeing(response: Response) -> dict[str, Any]:
    """Return the laws that judge the hidden answer otherwise; undecided ones apart."""
    return {
        law: pair
        for law, pair in both(response).items()
        if pair[0] != pair[1] and not any(map(undecided, pair))
    }


def undecided(outcome: tuple[str, str]) -> bool:
    return outcome == ("Unread", Reason.REDACTED)


def response(
    body: bytes,
    kind: str = "application/json",
    status: int = 200,
    headers: Headers = (),
) -> Response:
    fields = (("Content-Type", kind), *headers) if kind else headers
    return Response(status, "OK", "1.1", fields, body, 0.01)


# --- bodies that go wrong in every way ------------------------------------------------------------

NAME = "Nguyễn Văn An"
TRACE = "Traceback (most recent call last):\n  File"
GOOD = {
    "hoTen": NAME,
    "ngaySinh": "1990-02-28",
    "luc": "2026-01-01T08:00:00+07:00",
    "so": 1234567890,
    "loai": "ca_nhan",
    "con": [{"ngay": "2020-02-29"}],
}
OBJECTS: list[Any] = [
    GOOD,
    {**GOOD, "ngaySinh": "1990-02-30"},
    {**GOOD, "ngaySinh": 19900228},
    {**GOOD, "luc": "2026-01-01T08:00:00"},
    {**GOOD, "so": 1234567891},
    {**GOOD, "so": 2**53},
    {**GOOD, "so": 10**17},
    {**GOOD, "loai": "Nguyễn"},
    {**GOOD, "loai": 123456789},
    {**GOOD, "hoTen": "An 2"},
    {**GOOD, "hoTen": "A" * 31},
    {**GOOD, "hoTen": 12345678},
    {**GOOD, "con": [{"ngay": "2020-02-29"}, {"ngay": "2020-02-29"}]},
    {**GOOD, "con": [{}, {"ngay": "hôm qua"}, {"ngay": {"a": "x"}}]},
    {**GOOD, "Trần Thị Bình": True},
    {**GOOD, "001099000001": 12},
    {**GOOD, "hoTen": "Nguye\u0302\u0303n"},
    {**GOOD, "hoTen": NAME.encode().decode("cp1252", "replace")},
    {**GOOD, "hoTen": NAME.encode().decode("latin-1")},
    {**GOOD, "hoTen": "\ufffd"},
    {**GOOD, "hoTen": ""},
    {**GOOD, "hoTen": "   "},
    {**GOOD, "hoTen": "~personal.0123456789ab~"},
    {"status": 404, "title": "Not Found", "detail": f"Không có {NAME}"},
    {"status": 12345678, "title": 12345678},
    {"detail": TRACE},
    {"access_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMDEwOTkifQ.c2lnbmF0dXJl", **GOOD},
    NAME,
    12345678,
    [NAME, None, True, 1.5, 1.23456789, [[[]]]],
    None,
]
TEXTS = [
    *(json.dumps(one).encode() for one in OBJECTS),
    *(json.dumps(one, ensure_ascii=False, indent=1).encode() for one in OBJECTS),
    b"",
    b"{",
    b"nothing",
    b'{"a":1,"a":2}',
    '{"Nguyễn An":1,"Nguy\\u1ec5n An":2}'.encode(),
    b'{"a":9007199254740993,"a":1}',
    b"[9007199254740993, bad",
    b"[1e999]",
    b"[1234567e999]",
    b"[NaN, Infinity]",
    b"[1,]",
    b"{'a': 'Nguyen'}",
    b"{1234567: 2}",
    b"{12: 2}",
    b"[01234567]",
    b"[+84912345678]",
    b"[0912345678]",
    b"1234567 1234567",
    b'"a" "b"',
    b'"Nguyen\x01"',
    b'"Nguyen\\q"',
    b'"Nguyen\\u12x4"',
    b'"Nguyen',
    b'"Nguyen\\',
    b'"\\ud800"',
    b'"Nguy\xe1\xbb n"',
    b'{"hoTen":"\xff"}',
    b"\xff\xfe{\x00}\x00",
    b"\xef\xbb\xbf{}",
    json.dumps(GOOD, ensure_ascii=False).encode("utf-16"),
    json.dumps(GOOD, ensure_ascii=False).encode("utf-16-le"),
    json.dumps(GOOD, ensure_ascii=False).encode("cp1258", "replace"),
    b"// Nguyen\n{}",
    b"{} trailing",
    b"[" * 5_000,
    f"<p>{NAME}</p>".encode(),
    f"<p>{TRACE}</p>".encode(),
    f"<a b='{NAME}'><c/>{NAME}</a>".encode(),
    f"<?xml version='1.0'?><a>{NAME}<!-- x -- y --></a>".encode(),
    f"<a><![CDATA[{NAME}]]></a>".encode(),
    b"<a>&nbsp;</a>",
    b"<a>&amp;</a>",
    b"<a b='1' b='2'/>",
    b"<a><b></a>",
    b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
    b"<!DOCTYPE html><title>x</title>",
    TRACE.encode(),
    b"The requested URL was rejected. Your support ID is: 1",
]
KINDS = [
    "application/json",
    "application/problem+json",
    "text/html",
    "application/xml",
    "text/plain; charset=utf-8",
    "text/csv",
    "application/octet-stream",
    "",
]


@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize("kind", KINDS)
def test_every_law_judges_a_hidden_answer_like_the_answer(kind: str, status: int) -> None:
    wrong = {
        body[:80]: found for body in TEXTS if (found := disagreeing(response(body, kind, status)))
    }
    assert wrong == {}


def test_few_laws_stay_open_on_hidden_answers() -> None:
    stay_open = {
        law
        for body in TEXTS
        for kind in KINDS
        for law, (_, hidden) in both(response(body, kind, 404)).items()
        if undecided(hidden)
    }
    # Whether a hidden number is the status of the answer, nobody can tell; it is none of three
    # digits, so it would be a failure.
    # XML is read whole or not at all.
    of_xml = {
        "formats.xml.xml_is_well_formed",
        "formats.xml.xml_says_that_it_is_utf8",
        "protocols.sharing.refusals_give_a_reason",
    }
    # So are pages, and what an error says of people is looked for at the door.
    of_pages = {
        "headers.pages.pages_run_trusted_scripts_only",
        "privacy.references.pages_load_nothing_from_third_parties",
    }
    at_the_door = {"privacy.errors.errors_tell_of_nobody"}
    assert stay_open == {"http.errors.status_is_repeated"} | of_xml | of_pages | at_the_door


# --- bodies that nobody thought of ----------------------------------------------------------------

SIGNS = st.text(st.sampled_from('aNăễ\u0303Ã¡~"\\\ufffd 019-:,{}[]<>&\x01\n'), max_size=14)
LEAVES = st.one_of(
    SIGNS,
    st.sampled_from(["2020-02-30", "2020-02-29", "2020-02-29T10:00:00Z", NAME, "ca_nhan"]),
    st.integers(-(10**18), 10**18),
    st.sampled_from([1.5, 1e300, 123456.789, True, None]),
)
NAMES = st.one_of(st.sampled_from([*GOOD, "status", "a", NAME, "ngay"]), SIGNS)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)
ENCODED = st.builds(
    lambda tree, plain, encoding: json.dumps(tree, ensure_ascii=plain).encode(encoding, "replace"),
    TREES,
    st.booleans(),
    st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-16", "cp1252"]),
)


def _damaged(body: bytes, start: int, end: int, put: bytes) -> bytes:
    start, end = sorted((start % (len(body) + 1), end % (len(body) + 1)))
    return body[:start] + put + body[end:]


DAMAGED = st.builds(
    _damaged,
    ENCODED,
    st.integers(0, 200),
    st.integers(0, 200),
    st.sampled_from([b"", b'"', b"\\", b"\xff", b"}", b",", b":", b"12345678", b"NaN", b"\x00"]),
)
MARKUP = st.lists(
    st.one_of(
        st.sampled_from(["<a>", "</a>", "<a b='", "'>", '"', "<!--", "-->", "<![CDATA[", "]]>"]),
        st.sampled_from(
            ["<script>", "</script>", "<br/>", "&amp;", "&nbsp;", "<", ">", "<?", "?>"]
        ),
        SIGNS,
    ),
    max_size=12,
).map(lambda parts: "".join(parts).encode("utf-8"))
BODIES = st.one_of(ENCODED, DAMAGED, MARKUP, st.binary(max_size=40))
FIELDS = st.lists(
    st.sampled_from(
        [
            ("WWW-Authenticate", f'Bearer realm="x", error_description="{NAME}"'),
            ("WWW-Authenticate", NAME),
            ("WWW-Authenticate", "?"),
            ("Server", "nginx/1.2"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
            ("Location", f"/people/{NAME}?sdt=0912345678"),
            ("ETag", f'W/"{NAME}"'),
            ("Set-Cookie", f"ten={NAME}; Path=/; HttpOnly; {NAME}"),
            ("X-Nguoi", NAME),
            ("X-Debug", "Traceback (most recent call last):\\n"),
            ("Content-Encoding", "gzip"),
            ("Content-Disposition", f'attachment; filename="{NAME}.pdf"'),
            ("Link", f'</people?ten={NAME}>; rel="next"'),
        ]
    ),
    max_size=4,
)
RESPONSES = st.builds(
    lambda body, kind, status, fields: response(body, kind, status, tuple(fields)),
    BODIES,
    st.sampled_from(KINDS),
    st.sampled_from([200, 401, 404, 500]),
    FIELDS,
)


@settings(max_examples=250, deadline=None)
@given(RESPONSES)
@example(response(b"", "", 401, (("Set-Cookie", f"ten={NAME}"), ("WWW-Authenticate", NAME))))
def test_no_law_is_misled_by_what_is_hidden(made: Response) -> None:
    assert disagreeing(made) == {}


@settings(max_examples=100, deadline=None)
@given(RESPONSES)
def test_an_answer_is_judged_the_same_from_its_record(made: Response) -> None:
    live = shown(made)
    line = json.loads(json.dumps(live.as_json()))
    stored = Exchange.of(line)
    assert documents.validator("record").is_valid({"exchange": line})
    assert stored == live
    for law in LAWS:
        assert said(law, stored) == said(law, live)


@settings(max_examples=100, deadline=None)
@given(RESPONSES)
def test_no_name_of_a_person_is_in_an_exchange(made: Response) -> None:
    line = json.dumps(shown(made).as_json(), ensure_ascii=False)
    assert NAME not in unquote(line)
    assert "0912345678" not in line


def test_a_law_that_one_hidden_answer_leaves_open_does_not_pass_by_the_others() -> None:
    law = LAWS["http.errors.status_is_repeated"]
    told = [b'{"status": 404}', b'{"status": 12345678}']
    answers_ = [
        replace(shown(response(body, "application/problem+json", 404)), id=f"GET /people.{number}")
        for number, body in enumerate(told, 1)
    ]
    judge = Judge(planned(CONTRACT, goal(), profile()), Evidence(answers_))
    finding = judge.asked(Asked(law, {}), "target")
    assert (finding.verdict, finding.reason) == ("not_tested", "redacted")
    assert finding.evidence == (answers_[1].id,)


# --- whole runs -----------------------------------------------------------------------------------

NEED_THE_VALUE = {
    "authorization.properties.privileged_members_are_ignored",
    # What was sent is read again, byte for byte; and what departs from a value that is hidden is
    # not made at all.
    "contract.generated.invalid_input_is_refused",
    "contract.generated.malformed_bodies_are_refused",
    "contract.generated.missing_headers_are_refused",
    "contract.generated.other_media_types_are_refused",
    "contract.generated.shown_input_is_accepted",
    "contract.generated.types_are_not_juggled",
    "document.publication.contract_is_published",
    "injection.files.parameters_name_no_files",
    "injection.nosql.parameters_stay_data_in_nosql",
    "injection.sql.parameters_stay_data_in_sql",
    "lists.sorting.sorting_is_obeyed",
}
VARIATIONS = [
    None,
    "list_is_empty",
    "python_trace_told",
    "status_repeated_as_text",
    "text_in_utf_16",
    "times_as_numbers",
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Serving]:
    with sandboxes.serving("procedure-system", "--all") as running:
        yield running


def judged(base: Serving, variation: str | None, data: str, out: Path) -> dict[Any, Any]:
    """Run `base` against the sandbox and return the verdicts, rejudged from the record too."""
    wanted = replace(opening.load_target(base.target_of(variation)), data=data)
    wanted = replace(wanted, pace=replace(wanted.pace, requests_per_second=3000))
    done = run(engine.prepare(["base"], wanted, options=OPTIONS), out / data)
    assert engine.rejudge(done.folder).differences == ()
    return {(f.check, f.unit): (f.verdict, f.reason) for f in done.findings}


@pytest.mark.slow
@pytest.mark.parametrize("variation", VARIATIONS, ids=str)
def test_the_sandbox_is_judged_alike_whatever_its_data(
    sandbox: Serving, tmp_path: Path, variation: str | None
) -> None:
    real = judged(sandbox, variation, "real", tmp_path)
    told = judged(sandbox, variation, "synthetic", tmp_path)
    # What has to know a hidden value (to order it, to change it, to read it as a whole) stays
    # open; nothing else does.
    opened = {key for key in real if real[key] != told[key]}
    assert {check for check, _ in opened} <= NEED_THE_VALUE
    assert {real[key][0] for key in opened} <= {"not_tested"}
    assert "fail" in {verdict for verdict, _ in real.values()} or variation in {
        None,
        "list_is_empty",
    }
