"""What a target fetches for a caller: seen in answers, and at an address of the tester's own."""

import json
import socket
import threading
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.parsers import expat

import pytest
from making import Reply, Seen, agency, answers, attempted, contract, demand, goal, planned, profile

from conformance import engine
from conformance.door.collector import Collector
from conformance.errors import TargetError
from conformance.verdict import Reason, Verdict

FETCHED = "injection.addresses.addresses_are_not_fetched"
CALLED = "injection.addresses.internal_callbacks_are_refused"
ENTITIES = "injection.markup.external_entities_stay_outside"
TYPES = "injection.markup.external_types_stay_outside"
WORDS = "injection.markup.entities_are_not_expanded"
PERMITTED: dict[str, Any] = {
    "allow": ["read", "write", "intrusive"],
    "authorisation": {"reference": "No. 1", "by": "The owner"},
}
ADDRESS = {"name": "imageUrl", "in": "query", "schema": {"type": "string"}}
FETCHING = {"/picture": {"get": answers(operationId="picture", parameters=[ADDRESS])}}
CALLING = {
    "/calls": {
        "post": answers(
            operationId="call",
            requestBody={
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "properties": {"callback": {"type": "string", "format": "uri"}},
                        }
                    }
                }
            },
        )
    }
}
READING = {
    "/documents": {
        "post": answers(
            operationId="send",
            requestBody={"content": {"application/xml": {"schema": {"type": "object"}}}},
        )
    }
}


def free() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def collecting() -> dict[str, Any]:
    port = free()
    return {"collector": {"url": f"http://127.0.0.1:{port}", "listen": f"127.0.0.1:{port}"}}


def visit(address: str) -> None:
    # Only what is on this machine is ever asked.
    if address.startswith("http://127.0.0.1:"):
        with suppress(OSError), urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310  # an address of this test
            answer.read()


def found(
    check: str,
    paths: dict[str, Any],
    answer: Callable[[Seen], Reply],
    folder: Path,
    **more: Any,
) -> Any:
    with agency(answer) as server:
        wanted = goal(server.base_url, **PERMITTED, **more)
        plan = planned(contract(paths), wanted, profile(demand("T-INJ-01", check)))
        session, (finding,) = attempted(plan, folder)
        return session, finding


def named(seen: Seen) -> str | None:
    return parse_qs(urlsplit(seen.path).query).get("imageUrl", [None])[0]


def fetches_in_silence(seen: Seen) -> Reply:
    address = named(seen)
    if address:
        visit(address)
    return Reply()


def fetches_later(seen: Seen) -> Reply:
    address = named(seen)
    if address:
        threading.Timer(0.3, visit, [address]).start()
    return Reply()


@pytest.mark.parametrize("answer", [fetches_in_silence, fetches_later])
def test_a_fetch_in_silence_is_seen_by_the_collector(
    tmp_path: Path, answer: Callable[[Seen], Reply]
) -> None:
    _, finding = found(FETCHED, FETCHING, answer, tmp_path, network=collecting())
    assert finding.verdict == Verdict.FAIL


def test_the_record_alone_tells_what_was_fetched(tmp_path: Path) -> None:
    with agency(fetches_in_silence) as server:
        wanted = goal(server.base_url, **PERMITTED, network=collecting())
        plan = planned(contract(FETCHING), wanted, profile(demand("T-INJ-01", FETCHED)))
        session = engine.Session(plan, tmp_path)
        try:
            for item in plan.items:
                session.run(item)
            results = session.finish()
        finally:
            session.close()
    again = engine.rejudge(session.folder)
    assert again.differences == ()
    assert again.results["requirements"] == results["requirements"]
    assert results["requirements"][0]["verdict"] == "fail"
    # Without the fact nothing is left that would break the demand.
    record = session.folder / "record.jsonl"
    assert '"collected":1' in record.read_text("utf-8").replace(" ", "")


def test_without_a_collector_a_fetch_in_silence_stays_open(tmp_path: Path) -> None:
    _, finding = found(FETCHED, FETCHING, fetches_in_silence, tmp_path)
    assert (finding.verdict, finding.reason) == (Verdict.NOT_TESTED, Reason.INCONCLUSIVE)


def test_an_address_that_is_only_kept_is_spared(tmp_path: Path) -> None:
    _, finding = found(FETCHED, FETCHING, lambda _: Reply(), tmp_path, network=collecting())
    assert finding.verdict == Verdict.PASS


def test_refused_addresses_are_enough(tmp_path: Path) -> None:
    def answer(seen: Seen) -> Reply:
        return Reply(400 if named(seen) else 200)

    _, finding = found(FETCHED, FETCHING, answer, tmp_path)
    assert finding.verdict == Verdict.PASS


def test_nothing_is_asked_and_nobody_listens_without_permission(tmp_path: Path) -> None:
    network = collecting()
    with agency(lambda _: Reply()) as server:
        wanted = goal(server.base_url, network=network)
        plan = planned(contract(FETCHING), wanted, profile(demand("T-INJ-01", FETCHED)))
        _, (finding,) = attempted(plan, tmp_path)
        assert (finding.verdict, finding.reason) == (Verdict.NOT_TESTED, Reason.NOT_AUTHORISED)
        assert not any("imageUrl" in seen.path for seen in server.seen)
    assert wanted.listens_at is None


@pytest.mark.parametrize("check", [FETCHED, CALLED, ENTITIES, WORDS])
def test_where_nothing_is_of_the_kind_no_permission_is_missed(tmp_path: Path, check: str) -> None:
    paths = {"/x": {"get": answers(operationId="x")}}
    with agency(lambda _: Reply()) as server:
        wanted = profile(demand("T-INJ-01", check))
        plan = planned(contract(paths), goal(server.base_url), wanted)
        _, (finding,) = attempted(plan, tmp_path)
    assert finding.verdict == Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("status", "verdict"), [(400, Verdict.PASS), (200, Verdict.FAIL), (500, Verdict.NOT_TESTED)]
)
def test_callbacks_inside_are_refused_at_once(
    tmp_path: Path, status: int, verdict: Verdict
) -> None:
    def answer(seen: Seen) -> Reply:
        inside = b"127.0.0.1" in seen.body or b"169.254" in seen.body
        return Reply(status if inside else 200)

    examples = {"call": {"body": {"callback": "https://news.example/inbox"}}}
    _, finding = found(CALLED, CALLING, answer, tmp_path, examples=examples)
    assert finding.verdict == verdict


def test_a_callback_that_is_called_is_what_it_is_for(tmp_path: Path) -> None:
    def answer(seen: Seen) -> Reply:
        if seen.method == "POST":
            address = json.loads(seen.body)["callback"]
            if any(word in address for word in ("127.0.0.1:1/", "169.254", "file:")):
                return Reply(422)
            visit(address)
        return Reply()

    examples = {"call": {"body": {"callback": "https://news.example/inbox"}}}
    more = {"examples": examples, "network": collecting()}
    _, finding = found(FETCHED, CALLING, answer, tmp_path, **more)
    assert finding.verdict == Verdict.PASS


# --- XML ------------------------------------------------------------------------------------------


def reader(
    *, opens: bool = False, refuses: bool = False, late: bool = False
) -> Callable[[Seen], Reply]:
    """Return a server that wants the text `anh` in a document, and says nothing else."""

    def read(seen: Seen) -> Reply:
        texts: list[str] = []
        parser = expat.ParserCreate()
        parser.CharacterDataHandler = texts.append

        def opened(context: str, _base: Any, address: str, _public: Any) -> int:
            visit(address)
            if late:
                return 0
            if address == "file:///dev/null":
                return 1
            if address == "file:///etc/passwd":
                parser.ExternalEntityParserCreate(context).Parse(b"root:x:0:0:", True)
                return 1
            return 0

        if opens:
            parser.ExternalEntityRefHandler = opened
        else:
            # What is not looked at stands for nothing.
            parser.DefaultHandler = lambda _: None
        if refuses and b"<!" in seen.body:
            return Reply(400)
        try:
            parser.Parse(seen.body, True)
        except expat.ExpatError:
            return Reply(400)
        return Reply(200 if "".join(texts) == "anh" else 404)

    return read


EXAMPLES = {"send": {"body": '<?xml version="1.0"?>\n<q><name>anh</name></q>'}}


@pytest.mark.parametrize("network", [{}, None], ids=["alone", "with a collector"])
@pytest.mark.parametrize(
    ("answer", "outside", "words"),
    [
        (reader(opens=True), Verdict.FAIL, Verdict.FAIL),
        (reader(refuses=True), Verdict.PASS, Verdict.PASS),
        (reader(), Verdict.PASS, Verdict.PASS),
    ],
    ids=["opens", "refuses", "overlooks"],
)
def test_what_a_reader_of_xml_opens(
    tmp_path: Path,
    network: dict[str, Any] | None,
    answer: Callable[[Seen], Reply],
    outside: Verdict,
    words: Verdict,
) -> None:
    more = {"examples": EXAMPLES, "network": collecting() if network is None else network}
    for check, verdict in ((ENTITIES, outside), (WORDS, words)):
        _, finding = found(check, READING, answer, tmp_path / check, **more)
        assert finding.verdict == verdict, check


def test_a_reader_that_refuses_after_it_opened_is_seen_by_the_collector_only(
    tmp_path: Path,
) -> None:
    answer = reader(opens=True, late=True)
    _, finding = found(ENTITIES, READING, answer, tmp_path / "alone", examples=EXAMPLES)
    assert (finding.verdict, finding.reason) == (Verdict.NOT_TESTED, Reason.INCONCLUSIVE)
    more = {"examples": EXAMPLES, "network": collecting()}
    _, finding = found(ENTITIES, READING, answer, tmp_path / "seen", **more)
    assert finding.verdict == Verdict.FAIL


@pytest.mark.parametrize("fetches", [True, False])
def test_a_reader_that_fetches_types_is_seen_by_the_collector(
    *, fetches: bool, tmp_path: Path
) -> None:
    def answer(seen: Seen) -> Reply:
        _, named, rest = seen.body.partition(b' SYSTEM "')
        if named and fetches:
            visit(rest.partition(b'"')[0].decode())
        return Reply(400 if named else 200, b"{}")

    more = {"examples": EXAMPLES, "network": collecting()}
    _, finding = found(TYPES, READING, answer, tmp_path, **more)
    assert finding.verdict == (Verdict.FAIL if fetches else Verdict.PASS)


# --- the collector itself -------------------------------------------------------------------------


def test_the_collector_counts_by_word_and_waits_for_the_first() -> None:
    port = free()
    collector = Collector(("127.0.0.1", port))
    try:
        base = f"http://127.0.0.1:{port}"
        assert collector.came("vnct-1", 0.05) == 0
        threading.Timer(0.2, visit, [f"{base}/vnct-1?x=1"]).start()
        assert collector.came("vnct-1", 3) == 1
        visit(f"{base}/vnct-1/further")
        assert collector.came("vnct-1", 0) == 2
        assert collector.came("vnct-2", 0) == 0
        visit(f"{base}/{'long' * 40}")
    finally:
        collector.close()


def test_a_place_that_is_taken_is_told() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(TargetError, match="cannot listen"):
            Collector(("127.0.0.1", taken.getsockname()[1]))


@pytest.mark.parametrize(
    "collector",
    [
        {"url": "http://127.0.0.1:1"},
        {"url": "ftp://x", "listen": "127.0.0.1:1"},
        {"url": "http://x/path", "listen": "127.0.0.1:1"},
        {"url": "http://x", "listen": "1"},
    ],
    ids=str,
)
def test_a_collector_is_described_in_full(collector: dict[str, str]) -> None:
    with pytest.raises(TargetError):
        goal(network={"collector": collector})
