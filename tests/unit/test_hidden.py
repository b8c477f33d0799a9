"""Hidden values: what may be told of them is told, every other question ends the check."""

import json
import unicodedata
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import contract, exchange

from conformance.check import require
from conformance.checks.formats import declared
from conformance.evidence import Exchange, Request
from conformance.formats.named import NAMES, OF_NUMBERS
from conformance.formats.vietnamese import LETTERS, is_garbled
from conformance.judge import asking
from conformance.privacy import hidden, lexing, vocabulary
from conformance.privacy.hidden import HiddenInteger, HiddenReal, HiddenText, is_a
from conformance.privacy.hiding import Sent
from conformance.text import Text
from conformance.trees import strings
from conformance.verdict import NotTested, Reason, Violation

TOKEN, OTHER = "~personal.aaaaaaaaaaaa~", "~personal.bbbbbbbbbbbb~"


def text(value: str, token: str = TOKEN) -> Any:
    return hidden.of(token, hidden.facts_of_text(value))


def number(lexeme: str) -> Any:
    facts = hidden.facts_of_number(lexeme)
    start = hidden.INTEGER if facts["type"] == "integer" else hidden.REAL
    return hidden.of(f"{start}aaaaaaaaaaaa~", facts)


def is_redacted(ask: Callable[[], Any]) -> bool:
    try:
        ask()
    except NotTested as outcome:
        return outcome.reason is Reason.REDACTED
    return False


# Any ten digits may be one.
INSURED = ("vn-social-insurance-number", "vn-health-card")


@pytest.mark.parametrize(
    ("value", "formats"),
    [
        ("2024-02-29", {"date", "vn-partial-date"}),
        ("2023-02-29", set()),
        ("2024-02-29T10:00:00Z", {"date-time"}),
        (
            "001099000001",
            {
                "decimal",
                "dialable",
                "digits",
                "personal-id",
                "tax-code",
                "vn-personal-id",
                "vn-tax-code",
            },
        ),
        ("0912345678", {"decimal", "dialable", "digits", "phone", "vn-mobile-phone", *INSURED}),
        ("+84912345678", {"dialable", "phone", "vn-mobile-phone"}),
        ("an.nguyen@example.vn", {"email"}),
        ("https://example.vn/a", {"uri"}),
        (str(UUID(int=7)), {"uuid"}),
        ("Nguyễn Văn An", set()),
        ("٠٩١٢٣٤٥٦٧٨", set()),
    ],
)
def test_the_formats_of_a_text_are_told(value: str, formats: set[str]) -> None:
    assert {name for name in NAMES if text(value).is_a(name)} == formats
    assert {name for name in NAMES - set(OF_NUMBERS) if is_a(value, name)} == formats


@pytest.mark.parametrize(
    ("lexeme", "kind", "interoperable"),
    [
        ("9007199254740991", int, True),
        ("-9007199254740991", int, True),
        ("9007199254740992", int, False),
        ("123456789012345678901234567890", int, False),
        ("1234567.5", float, True),
        ("1234567e999", float, False),
    ],
)
def test_a_number_keeps_its_type_and_says_whether_all_read_it_alike(
    lexeme: str, kind: type, *, interoperable: bool
) -> None:
    assert isinstance(number(lexeme), kind)
    assert number(lexeme).is_a("interoperable") is interoperable
    assert not number(lexeme).is_a("date")


def test_a_hidden_text_is_a_text_that_knows_its_length_and_is_there() -> None:
    value = text("Nguyễn")
    assert isinstance(value, str)
    assert (len(value), bool(value), str(value), f"{value}") == (6, True, TOKEN, TOKEN)
    assert json.dumps([value]) == f'["{TOKEN}"]'


def test_equal_values_are_the_same_also_of_other_types() -> None:
    assert text("a").same_as(text("b"))  # of one token: the facts do not matter
    assert not text("a").same_as(text("a", OTHER))
    assert text("1234567").same_as(number("1234567"))
    assert text("a") == text("a")
    assert text("a") != text("a", OTHER)


@pytest.mark.parametrize(
    "ask",
    [
        lambda value: value == "a",
        lambda value: value != "a",
        lambda value: value in {"a", "b"},
        lambda value: {value},
        lambda value: "a" in value,
        lambda value: value < "b",
        lambda value: value[0],
        list,
        lambda value: value.startswith("a"),
        lambda value: value.lower(),
        lambda value: value.strip(),
        lambda value: value.split("a"),
        lambda value: value.isdigit(),
        lambda value: value.encode(),
        lambda value: value.is_a("shoe-size"),
        lambda value: value.fact("colour"),
        lambda value: value.same_as("a"),
    ],
)
def test_every_other_question_about_a_text_ends_in_redacted(ask: Callable[[Any], Any]) -> None:
    assert is_redacted(lambda: ask(text("a")))


@pytest.mark.parametrize("lexeme", ["1234567", "1234567.5"])
@pytest.mark.parametrize(
    "ask",
    [
        lambda value: value == 5,
        lambda value: value > 5,
        lambda value: value >= 5,
        lambda value: value + 1,
        lambda value: 1 + value,
        lambda value: -value,
        int,
        float,
        round,
        lambda value: {value},
    ],
)
def test_every_question_about_a_number_ends_in_redacted(
    lexeme: str, ask: Callable[[Any], Any]
) -> None:
    assert is_redacted(lambda: ask(number(lexeme)))


def test_no_text_equals_a_number_or_nothing() -> None:
    assert text("404") != 404
    assert not text("404") == 404  # noqa: SIM201  # the operator itself
    assert number("1234567") != "1234567"
    assert number("1234567") != [1]


def test_without_facts_nothing_is_told() -> None:
    value = hidden.of(TOKEN, None)
    assert is_redacted(lambda: value.is_a("date"))
    assert is_redacted(lambda: len(value))
    assert is_redacted(lambda: hidden.composed(value))


@given(st.text())
def test_what_is_told_of_a_text_is_true_of_it(value: str) -> None:
    shown = hidden.of(TOKEN, json.loads(json.dumps(hidden.facts_of_text(value))))
    assert len(shown) == len(value)
    for ask in (hidden.composed, hidden.vietnamese, hidden.garbled):
        assert ask(shown) == ask(value)
    for name in NAMES - set(OF_NUMBERS):
        assert is_a(shown, name) == is_a(value, name)


# --- in an exchange -------------------------------------------------------------------------------


def answer(tree: Any, facts: dict[str, Any]) -> Exchange:
    return exchange(body=json.dumps(tree).encode(), body_tokens=True, tokens=facts)


def test_hidden_values_stand_in_json_at_any_depth() -> None:
    real = "~personal.n.cccccccccccc~"
    tree = {"a": [TOKEN, [{"b": f"ông {TOKEN}"}]], "c": real, "d": "x", "e": 1}
    made = answer(tree, {TOKEN: {"type": "string", "length": 3}})
    value = made.json()
    assert isinstance(value["a"][0], HiddenText)
    assert len(value["a"][0]) == 3
    assert isinstance(value["a"][1][0]["b"], HiddenText)
    assert is_redacted(lambda: len(value["a"][1][0]["b"]))
    assert isinstance(value["c"], HiddenReal)
    assert (value["d"], value["e"]) == ("x", 1)
    assert made.shown_json() == tree
    assert [path for path, _ in strings(value)] == ["/a/0", "/a/1/0/b", "/d"]
    assert len(made.hidden_numbers()) == 1


def test_the_bytes_of_a_hidden_body_are_not_taken_for_the_bodys_own() -> None:
    made = answer([TOKEN], {})
    assert is_redacted(lambda: made.body)
    assert made.shown_body == f'["{TOKEN}"]'.encode()
    assert made.has_body


def test_the_numbers_of_repeated_members_are_all_there() -> None:
    whole = "~personal.i.cccccccccccc~"
    made = exchange(body=f'{{"a":"{whole}","a":"{whole}"}}'.encode(), body_tokens=True)
    assert [type(one) for one in made.hidden_numbers()] == [HiddenInteger] * 2


def test_a_violation_that_shows_a_hidden_value_is_not_believed() -> None:
    said = Text(vi="x", en="x")

    def judges_a_token() -> None:
        require(False, expected=said, observed=f"/hoTen: {TOKEN}")

    def judges_a_name() -> None:
        require(False, expected=said, observed="/~personal.k.aaaaaaaaaaaa~ is wrong")

    class Question:
        given: tuple[str, ...] = ()

        def __init__(self, ask: Callable[[], None]) -> None:
            self.ask = ask

    shown: Any = Question(judges_a_token)
    named: Any = Question(judges_a_name)
    assert isinstance(asking.outcome(shown, {}, {}), NotTested)
    assert isinstance(asking.outcome(named, {}, {}), Violation)


# --- the lexers -----------------------------------------------------------------------------------


def hide(_: str) -> str:
    return "~T~"


def cut(body: str) -> str:
    return lexing.json_text(
        body, value=hide, number=lambda _: "~#~", name=lambda said: "~N~" if " " in said else None
    )


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (
            '{"a":"An","b c":["An",1234567, -1.5, true]}',
            '{"a":"~T~","~N~":["~T~","~#~", -1.5, true]}',
        ),
        ('"a\\"b"', '"~T~"'),
        ('{"a" \t: "An"}', '{"a" \t: "~T~"}'),
        ('"An', '"~T~'),
        ('"An\\', '"~T~\\'),
        ('"An\x07"', '"~T~\x07"'),
        ('"An\\z"', '"~T~\\q"'),
        ('"\xff"', '"~T~\xff"'),
        ("{ten: An}", "{~T~: ~T~}"),
        ("{1234567: 1}", "{~T~: 1}"),
        ("[01234567]", "[~T~]"),
        ("[012, +1, .5, 1.]", "[012, +1, .5, 1.]"),
        ("NaN Infinity null", "NaN Infinity null"),
        ("\xef\xbb\xbf{}", "\xef\xbb\xbf{}"),
        ('""', '""'),
        ("", ""),
    ],
)
def test_values_of_json_are_replaced_and_what_is_wrong_stays_wrong(body: str, shown: str) -> None:
    assert cut(body) == shown


@given(st.text(st.sampled_from('a"\\{}[]:,1 \n\x01ÿ'), max_size=30))
def test_json_is_as_sound_after_cutting_as_before(body: str) -> None:
    def sound(text: str) -> bool:
        try:
            json.loads(text.encode("latin-1").decode("utf-8"))
        except ValueError:
            return False
        return True

    assert sound(cut(body)) == sound(body)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<a b='An' c=An d>An <b/>An</a>", "<a b='~T~' c=~T~ d>~T~ <b/>~T~</a>"),
        ("<!-- An --><![CDATA[An]]>", "<!-- ~T~ --><![CDATA[~T~]]>"),
        ("<!DOCTYPE html><?xml version='1.0'?><?x An?>", None),
        ("<script>if (a<An) {}</script>", "<script>~T~</script>"),
        ("<a b='An", "<a b='~T~"),
        ("<!-- An", "<!-- ~T~"),
        ("  \n<a> </a>", "  \n<a> </a>"),
    ],
)
def test_words_of_markup_are_replaced(body: str, shown: str | None) -> None:
    got = lexing.markup(body, value=hide, name=lambda _: None, attribute=lambda *_: False)
    assert got == (shown or "<!DOCTYPE html><?xml version='1.0'?><?~T~>")


@pytest.mark.parametrize(
    "hostile", ["<", '<a "', '"', '"\\', "<!--", "<script ", "<script>", "<a b=", "-", "1", "\\"]
)
def test_hostile_bodies_are_cut_in_time(hostile: str) -> None:
    body = hostile * (200_000 // len(hostile))
    lexing.markup(body, value=hide, name=hide, attribute=lambda *_: False)
    cut(body)


# --- what a contract fixes ------------------------------------------------------------------------


def test_names_words_and_paths_of_a_contract_stay() -> None:
    schema = {"properties": {"họ tên": {"enum": ["ca_nhan", 1]}, "b": {"const": "x"}}}
    made = vocabulary.of(
        contract(
            {"/nhóm/{id}/hồ-sơ": {"get": {"responses": {}}}}, components={"s": schema}
        ).document,
        "http://x/v1",
    )
    assert {"họ tên", "b", "title"} <= made.names
    assert {"ca_nhan", "x", "Not Found", "about:blank"} <= made.words
    assert made.segments == {"nhóm", "hồ-sơ", "v1"}


@given(st.text(st.sampled_from(sorted(LETTERS)), min_size=1, max_size=4), st.text(max_size=4))
def test_every_wrong_reading_of_vietnamese_is_seen(text: str, around: str) -> None:
    for encoding in ("cp1252", "latin-1"):
        read = text.encode().decode(encoding, "replace")
        assert "\ufffd" in read or is_garbled(f"{around}a{read}a{around}")
    assert not is_garbled(f"a{text}a")


def test_what_was_sent_in_pieces_may_come_back_composed() -> None:
    sent, written = Sent(), unicodedata.normalize("NFD", "Nguyễn Thị Đào")
    body = json.dumps({"name": written}, ensure_ascii=False).encode()
    sent.note(Request("POST", "http://agency.example/x", (), body))
    assert {written, "Nguyễn Thị Đào"} <= sent.words


def test_a_hidden_value_is_held_against_its_format_without_being_compared() -> None:
    shown = text("an.nguyen@example.vn")
    assert not declared._withheld(shown)
    assert declared._holds(shown, "email")
    assert not declared._holds(shown, "vn-tax-code")
    assert declared._withheld("")
