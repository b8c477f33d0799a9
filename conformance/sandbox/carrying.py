"""Further members, selections and tables of what is answered."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import (
    _OK,
    LIST,
    UNITS,
    each_item,
    operation_of,
    publishing,
)
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.negotiation import lets_through


def telling(agency: Agency, **members: tuple[Mapping[str, Any], Any]) -> Agency:
    """Return an agency that tells more of every procedure of its list, as its contract says.

    Args:
        agency: whose contract and list it is.
        members: of each member its schema and its value.
    """

    def change(document: dict[str, Any]) -> None:
        properties = document["components"]["schemas"]["ProcedureSummary"]["properties"]
        properties |= {name: dict(schema) for name, (schema, _) in members.items()}

    told = {name: value for name, (_, value) in members.items()}
    return publishing(agency, change).bending_values(each_item(lambda item: {**item, **told}))


def of_applicants(agency: Agency, **members: tuple[Mapping[str, Any], Any]) -> Agency:
    """Return an agency that tells more, or something else, of applicants, as its contract says."""

    def change(document: dict[str, Any]) -> None:
        properties = document["components"]["schemas"]["Applicant"]["properties"]
        properties |= {name: dict(schema) for name, (schema, _) in members.items()}

    told = {name: value for name, (_, value) in members.items()}

    def hook(_call: Call, value: Any) -> Any:
        if not isinstance(value, dict) or "chuHoSo" not in value:
            return value
        return {**value, "chuHoSo": {**value["chuHoSo"], **told}}

    return publishing(agency, change).bending_values(hook)


def text_of(field: str) -> dict[str, Any]:
    """Return the schema of a text that is a field of the mapping."""
    return {"type": "string", "maxLength": 100, "x-vnda-field": field}


def selecting(agency: Agency, select: Callable[[dict[str, Any], list[str]], Any]) -> Agency:
    """Return an agency whose list of procedures takes `fields`, as its contract says.

    Args:
        agency: whose list it is.
        select: makes of an entry what is told of it, given the members that are asked for.
    """
    document = deepcopy(dict(agency.contract.document))
    parameter = {
        "name": "fields",
        "in": "query",
        "description": "Các thành phần cần trả về, cách nhau bằng dấu phẩy.",
        "schema": {"type": "string", "maxLength": 200},
    }
    operation_of(document, LIST)["parameters"].append(parameter)
    page = document["components"]["schemas"]["ProcedurePage"]["properties"]["items"]
    page["items"] = {**document["components"]["schemas"]["ProcedureSummary"], "required": []}

    def hook(call: Call, value: Any) -> Any:
        asked = dict(call.query).get("fields")
        if call.asks != LIST or not asked:
            return value
        wanted = asked.split(",")
        return {**value, "items": [select(item, wanted) for item in value["items"]]}

    contract = replace(agency.contract, document=document)
    return agency.with_(contract=contract).bending_values(hook)


def exporting(
    agency: Agency,
    written: Callable[[list[list[str]]], bytes],
    *,
    asks: str = UNITS,
    more: Callable[[Call, Mapping[str, Any]], str] | None = None,
) -> Agency:
    """Return an agency that tells a list as CSV to whoever asks for it, as its contract says.

    Args:
        agency: whose list it is.
        written: writes a table, its header first.
        asks: the list.
        more: what stands in one more column, given the call and the entry.
    """
    document = deepcopy(dict(agency.contract.document))
    response = operation_of(document, asks)["responses"]["200"]
    table = {"schema": {"type": "string", "maxLength": 1000000}}
    operation_of(document, asks)["responses"]["200"] = {
        **response,
        "content": {**response["content"], "text/csv": table},
    }

    def wants(call: Call) -> bool:
        return ", ".join(call.values_of("accept")).lower().startswith("text/csv")

    def bend(call: Call, made: Answer) -> Answer:
        if made.status != _OK:
            return made
        made = made.plus(("Vary", "Accept"))
        if not wants(call):
            return made
        items = json.loads(made.body)["items"]
        rows = [[str(value) for value in item.values()] for item in items]
        head = [list(items[0])] if items else []
        if more is not None:
            head = [[*names, "ghiChu"] for names in head]
            rows = [[*row, more(call, item)] for row, item in zip(rows, items, strict=True)]
        made = made.without("ETag")
        return made.with_body(written([*head, *rows]), "text/csv; charset=utf-8")

    def bent(call: Call, made: Answer) -> Answer:
        return bend(call, made) if call.asks == asks else made

    reads = agency.accept or (lambda value: lets_through(agency.json_media_type, value))
    return agency.with_(
        contract=replace(agency.contract, document=document),
        accept=lambda value: "text/csv" in value or reads(value),
    ).bending_answers(bent)


def in_csv(rows: list[list[str]], *, line: str = "\r\n", quoted: bool = False) -> bytes:
    """Write a table as RFC 4180 has it."""
    made = io.StringIO()
    writer = (
        csv.writer(made, lineterminator=line, quoting=csv.QUOTE_ALL)
        if quoted
        else csv.writer(made, lineterminator=line)
    )
    writer.writerows(rows)
    return made.getvalue().encode()
