"""Things from creation to deletion: what is lost on the way, and what only looks so."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from making import (
    WRITING,
    Reply,
    Seen,
    agency,
    answers,
    contract,
    demand,
    goal,
    planned,
    profile,
    run,
)
from rich.console import Console

from conformance import engine, finished
from conformance.checks.lifecycle.sameness import kept
from conformance.cli.summary import summary
from conformance.own_words import holds_own_word
from conformance.reports import html, markdown
from conformance.text import LANGUAGES

CREATED = "lifecycle.creation.what_was_created_is_there"
REPLACED = "lifecycle.replacing.what_was_replaced_is_read"
REMOVED = "lifecycle.removal.what_was_deleted_is_gone"
KEPT = "lifecycle.keeping.hard_values_are_kept"
ONCE = "lifecycle.keys.repeated_keys_create_once"
AGREE = "lifecycle.details.lists_agree_with_details"

MEMBERS = {
    "title": {"type": "string", "maxLength": 300},
    "amount": {"type": "integer", "minimum": 0, "maximum": 2**40},
    "kind": {"type": "string", "enum": ["a", "b", "c"]},
}
SENT = {"title": "Sổ", "amount": 5, "kind": "a"}
BODY = {"type": "object", "properties": MEMBERS}
Change = Callable[[dict[str, Any]], dict[str, Any]]


def same(thing: dict[str, Any]) -> dict[str, Any]:
    return thing


@dataclass
class Shop:
    """A server of things, with what it does wrong.

    Attributes:
        stored: changes what is kept of a thing that is created or replaced.
        read: changes what is shown of it.
        created: the status of a creation.
        location: whether a creation tells where the thing is.
        names: the member that holds the id.
        hidden: kinds that are not found.
        deleted: what becomes of a thing that is deleted; None for nothing.
        keyed: whether idempotency keys are heeded.
    """

    stored: Change = same
    read: Change = same
    created: int = 201
    location: bool = True
    names: str = "id"
    hidden: frozenset[str] = frozenset()
    deleted: Change | None = None
    keyed: bool = False
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    deletions: list[str] = field(default_factory=list)
    _keys: dict[str, str] = field(default_factory=dict)

    def serve(self, seen: Seen) -> Reply:
        """Answer a request."""
        path = seen.path.partition("?")[0]
        key = path.removeprefix("/things").strip("/")
        if not path.startswith("/things"):
            return Reply(404)
        if seen.method == "POST":
            return self._create(seen)
        if not key:
            shown = [{**thing, "id": name} for name, thing in self.things.items()]
            return told({"items": shown, "total": len(shown)})
        if key not in self.things or self.things[key].get("kind") in self.hidden:
            return Reply(404)
        return {"PUT": self._replace, "DELETE": self._delete}.get(seen.method, self._show)(
            seen, key
        )

    def _replace(self, seen: Seen, key: str) -> Reply:
        sent = json.loads(seen.body)
        self.bodies.append(sent)
        self.things[key] = self.stored(sent)
        return told({**sent, "id": key})

    def _delete(self, _seen: Seen, key: str) -> Reply:
        self.deletions.append(key)
        if self.deleted is None:
            del self.things[key]
        else:
            self.things[key] = self.deleted(self.things[key])
        return Reply(204, b"")

    def _show(self, _seen: Seen, key: str) -> Reply:
        return told(self.read({**self.things[key], self.names: key}))

    def _create(self, seen: Seen) -> Reply:
        sent = json.loads(seen.body)
        self.bodies.append(sent)
        key = seen.header("Idempotency-Key")
        name = self._keys.get(key) if self.keyed and key else None
        if name is None:
            name = f"t{len(self.things) + len(self.deletions) + 1}"
            self.things[name] = self.stored(sent)
            self._keys[key] = name
        place = (("Location", f"/things/{name}"),) if self.location else ()
        headers = (("Content-Type", "application/json"), *place)
        shown = {**sent, self.names: name}
        return Reply(self.created, json.dumps(shown).encode(), headers)


def told(value: Any) -> Reply:
    return Reply(200, json.dumps(value).encode())


def shop_contract(**more: Any) -> Any:
    """Return the contract of the shop; `more` stands in the operation that creates."""
    requested = {"requestBody": {"content": {"application/json": {"schema": BODY}}}}
    create = answers(BODY, operationId="create", **requested, **more)
    create["responses"]["201"] = create["responses"].pop("200")
    if "links" in more:
        create["responses"]["201"] = {**create["responses"]["201"], "links": create.pop("links")}
    listed = answers({"type": "object"}, operationId="list")
    listed["x-vnda-list"] = {"items": "/items", "id": "/id", "total": "/total"}
    item = [{"name": "thingId", "in": "path", "required": True, "schema": {"type": "string"}}]
    return contract(
        {
            "/things": {"get": listed, "post": create},
            "/things/{thingId}": {
                "parameters": item,
                "get": answers(BODY, operationId="read"),
                "put": answers(BODY, operationId="replace", **requested),
                "delete": {"operationId": "remove", "responses": {"204": {"description": "gone"}}},
            },
        },
        "3.1.0",
    )


KEYED = {
    "parameters": [
        {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 64}}
    ]
}


def judged(check: str, shop: Shop, folder: Path, **more: Any) -> tuple[str, str | None]:
    """Return verdict and reason of the finding that tells most."""
    with agency(shop.serve) as server:
        examples = {"create": {"body": SENT}, "replace": {"body": SENT}, **more.pop("examples", {})}
        wanted = goal(server.base_url, **WRITING, examples=examples)
        plan = planned(shop_contract(**more), wanted, profile(demand("T-FUZ-01", check)))
        ran = run(plan, folder)
    verdict = ran.verdict("T-FUZ-01")
    found = next(f for f in ran.findings if f.verdict == verdict)
    return verdict, str(found.reason) if found.reason else None


def without_amount(thing: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in thing.items() if name != "amount"}


def in_single_precision(thing: dict[str, Any]) -> dict[str, Any]:
    import struct  # noqa: PLC0415  # this one server alone is so old

    return {**thing, "amount": int(struct.unpack("f", struct.pack("f", thing["amount"]))[0])}


@pytest.mark.parametrize(
    ("check", "shop", "outcome"),
    [
        (CREATED, Shop(), ("pass", None)),
        (CREATED, Shop(hidden=frozenset({"c"})), ("fail", None)),
        (CREATED, Shop(hidden=frozenset({"a", "b", "c"})), ("fail", None)),
        # By a name alone nothing is believed to be missing, unless another one is found by it.
        (
            CREATED,
            Shop(location=False, hidden=frozenset({"a", "b", "c"})),
            ("not_tested", "no_mapping"),
        ),
        (CREATED, Shop(location=False, hidden=frozenset({"c"})), ("fail", None)),
        (CREATED, Shop(location=False, names="number"), ("not_tested", "no_mapping")),
        (CREATED, Shop(created=202, hidden=frozenset({"a"})), ("not_applicable", None)),
        (CREATED, Shop(read=without_amount), ("fail", None)),
        # What answer and read agree on may be the server's to make; here the answer echoes.
        (CREATED, Shop(read=lambda t: {**t, "amount": f"{t['amount']}.0"}), ("pass", None)),
        (REPLACED, Shop(), ("pass", None)),
        (REPLACED, Shop(stored=without_amount), ("fail", None)),
        (REPLACED, Shop(stored=lambda t: {**t, "title": f" {t['title']} "}), ("pass", None)),
        (REMOVED, Shop(), ("pass", None)),
        (REMOVED, Shop(deleted=same), ("fail", None)),
        (REMOVED, Shop(deleted=lambda t: {**t, "isDeleted": True}), ("not_applicable", None)),
        (REMOVED, Shop(deleted=lambda _t: {}), ("pass", None)),
        (KEPT, Shop(), ("pass", None)),
        (KEPT, Shop(stored=in_single_precision), ("fail", None)),
        (KEPT, Shop(stored=lambda t: {**t, "title": t["title"][:255]}), ("fail", None)),
        (KEPT, Shop(stored=lambda t: {**t, "title": "Sổ do máy chủ đặt"}), ("pass", None)),
        (AGREE, Shop(things={"x": SENT}), ("pass", None)),
        (AGREE, Shop(things={"x": SENT}, read=lambda t: {**t, "amount": 6}), ("fail", None)),
        (AGREE, Shop(things={"x": SENT}, read=lambda t: {**t, "title": "S**"}), ("pass", None)),
    ],
)
def test_each_step_of_a_life(
    check: str, shop: Shop, outcome: tuple[str, str | None], tmp_path: Path
) -> None:
    assert judged(check, shop, tmp_path) == outcome


def test_a_link_or_the_target_file_tells_what_was_created(tmp_path: Path) -> None:
    def shop() -> Shop:
        return Shop(location=False, names="number", hidden=frozenset({"a", "b", "c"}))

    link = {"read": {"operationId": "read", "parameters": {"thingId": "$response.body#/number"}}}
    assert judged(CREATED, shop(), tmp_path, links=link) == ("fail", None)
    said = {"read": {"thingId": {"from": "create", "take": "/number"}}}
    assert judged(CREATED, shop(), tmp_path, examples=said) == ("fail", None)


@pytest.mark.parametrize(("keyed", "verdict"), [(True, "pass"), (False, "fail")])
def test_a_key_counts_once(keyed: Any, verdict: str, tmp_path: Path) -> None:
    assert judged(ONCE, Shop(keyed=keyed), tmp_path, **KEYED)[0] == verdict


def test_what_is_created_says_whose_it_is(tmp_path: Path) -> None:
    shop = Shop()
    judged(CREATED, shop, tmp_path)
    assert shop.bodies
    assert all("Hồ sơ thử" in body["title"] for body in shop.bodies)
    assert all(holds_own_word(body["title"]) for body in shop.bodies)


# --- what a run leaves behind --------------------------------------------------------------------


def test_a_run_deletes_what_it_created_and_nothing_else(tmp_path: Path) -> None:
    before = {"old": {**SENT, "title": "Của người khác"}, "t1": {**SENT, "title": "Cũng vậy"}}
    shop = Shop(things=dict(before))

    def serve(seen: Seen) -> Reply:
        # What is there already under this title is told to have been created: it was not.
        if seen.method == "POST" and b"amount" in seen.body and shop.bodies[3:4]:
            headers = (("Content-Type", "application/json"), ("Location", "/things/old"))
            return Reply(201, json.dumps({**SENT, "id": "old"}).encode(), headers)
        return shop.serve(seen)

    with agency(serve) as server:
        wanted = goal(server.base_url, **WRITING, examples={"create": {"body": SENT}})
        demands = profile(demand("T-FUZ-01", AGREE), demand("T-FUZ-02", CREATED, KEPT))
        session = engine.open_session(planned(shop_contract(), wanted, demands), tmp_path)
        for item in session.plan.items:
            session.run(item)
        there = set(shop.things)
        results = session.finish()
    assert shop.things == before
    assert set(shop.deletions) == there - set(before)
    created = results["created"]
    assert created["count"] == created["removed"] + 1
    assert [one["url"].rpartition("/")[2] for one in created["orphans"]] == ["old"]
    assert engine.rejudge(session.folder).results["created"] == created


def test_what_cannot_be_deleted_is_left_and_named(tmp_path: Path) -> None:
    shop = Shop()

    def serve(seen: Seen) -> Reply:
        return Reply(403) if seen.method == "DELETE" else shop.serve(seen)

    with agency(serve) as server:
        wanted = goal(server.base_url, **WRITING, examples={"create": {"body": SENT}})
        plan = planned(shop_contract(), wanted, profile(demand("T-FUZ-01", CREATED)))
        results = run(plan, tmp_path).results
    created = results["created"]
    assert created["count"] == len(shop.things) == len(created["orphans"])
    assert created["removed"] == 0
    assert {one["why"]["en"] for one in created["orphans"]} == {"DELETE was answered 403"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_summary_and_reports_say_what_is_left(lang: str, tmp_path: Path) -> None:
    shop = Shop()

    def serve(seen: Seen) -> Reply:
        return Reply(403) if seen.method == "DELETE" else shop.serve(seen)

    with agency(serve) as server:
        wanted = goal(server.base_url, **WRITING, examples={"create": {"body": SENT}})
        ran = run(planned(shop_contract(), wanted, profile(demand("T-FUZ-01", CREATED))), tmp_path)
    said = {
        "vi": f"{len(shop.things)} · đã xoá lại 0 · còn lại {len(shop.things)}",
        "en": f"{len(shop.things)} · deleted again 0 · left {len(shop.things)}",
    }
    shown = Console(file=io.StringIO(), width=120)
    shown.print(summary(ran.results, lang))
    told = [shown.file.getvalue()]  # type: ignore[attr-defined]  # a file in memory
    loaded = finished.read(ran.folder)
    told += [module.render(loaded, lang=lang) for module in (markdown, html)]
    for text in told:
        assert said[lang] in text
    for text in told[1:]:
        assert "/things/t1" in text
        assert {"vi": "DELETE nhận 403", "en": "DELETE was answered 403"}[lang] in text


def test_who_may_only_read_is_told_of_nothing_created(tmp_path: Path) -> None:
    shop = Shop(things={"x": SENT})
    with agency(shop.serve) as server:
        plan = planned(shop_contract(), goal(server.base_url), profile(demand("T-FUZ-01", AGREE)))
        results = run(plan, tmp_path).results
    assert "created" not in results


# --- what is the same ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "shown", "outcome"),
    [
        ("Hoà", "Hoà", True),
        (" a  b ", "a b", True),
        ("Hoà", "Hoa", False),
        ("A@b.vn", "a@b.vn", True),
        ("Nguyen Van", "nguyen van", False),
        (5, 5.0, True),
        (5, "5", True),
        (16777217, 16777216, False),
        (2**53 - 1, 2**53 - 1, True),
        (1.5, "1.50", True),
        ("2026-07-01T00:00:00+07:00", "2026-06-30T17:00:00Z", True),
        ("2026-07-01T00:00:00+07:00", "2026-07-01T00:00:00Z", False),
        ("2026-07-01", "2026-06-30", False),
        ("0912345678", "+84 912 345 678", True),
        ("0912345678", "0912345679", False),
        (["a", "b"], ["b", "a"], True),
        (["a", "b"], ["a"], False),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"b": 1}, False),
        (True, "true", True),
        (True, False, False),
    ],
)
def test_another_spelling_is_no_loss(sent: Any, shown: Any, outcome: Any) -> None:
    assert kept(sent, shown) is outcome
