"""A piece of a stream of events is read as clients read it (HTML, section 9.2.6)."""

import pytest

from conformance.checks.protocols.events import Event, parsed


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_events_are_read_whatever_ends_their_lines(end: str) -> None:
    text = end.join(["id: 1", "event: NEW", "data: a", "", "id:2", "data:b", "data: c", "", ""])
    assert parsed(text).events == (Event("1", "a"), Event("2", "b\nc"))


def test_what_says_nothing_is_counted_apart() -> None:
    found = parsed("\ufeffretry: 15000\n: alive\n\n:\n\n")
    assert (found.events, found.comments, found.unknown) == ((), 2, ())


def test_an_event_without_an_empty_line_behind_it_is_none() -> None:
    assert parsed("id: 1\ndata: a\n").events == ()


def test_an_event_without_data_is_none_and_leaves_no_id_behind() -> None:
    assert parsed("id: 1\n\ndata: a\n\n").events == (Event(None, "a"),)


def test_lines_of_json_are_fields_that_nobody_knows() -> None:
    found = parsed('{"a": 1}\n\n')
    assert (found.events, found.unknown) == ((), ('{"a"',))


def test_one_space_behind_the_colon_is_no_content() -> None:
    assert parsed("data:  a\ndata\n\n").events == (Event(None, " a\n"),)
