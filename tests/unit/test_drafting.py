"""What another generator drafts is put into the good call, and told by names of the contract."""

from __future__ import annotations

from making import answers, contract

from conformance.generation.call import Call
from conformance.generation.depth import DEPTHS
from conformance.generation.drafting import Drafting

FILTER = {
    "type": "object",
    "required": ["page"],
    "properties": {"page": {"type": "integer"}, "columns": {"type": "array", "items": {}}},
}
PARAMETERS = [
    {"name": "q", "in": "query", "content": {"application/json": {"schema": FILTER}}},
    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 9}},
    {"name": "X-Trace", "in": "header", "schema": {"type": "string", "pattern": "^[a-z]{8}$"}},
    {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
]
LISTS = contract({"/x/{id}": {"get": answers({"type": "object"}, parameters=PARAMETERS)}})
NAMED = {"query q", "query limit", "header X-Trace", "path id"}


def test_what_is_bent_is_told_by_a_name_of_the_contract() -> None:
    model = Call(LISTS.operations[0], {"id": "17"}, (("limit", "5"),))
    kinds = Drafting(LISTS, 1).bends(model, DEPTHS["deep"])
    places = {bend.place.lower() for drafts in kinds.values() for bend in drafts}
    assert {"query limit", "path id"} <= places
    assert places <= {name.lower() for name in NAMED} | {"query", "header", "request"}
