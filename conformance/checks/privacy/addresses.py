"""Addresses that name a person: in the samples of a contract, and in links that are told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.check import check, law, require, require_none
from conformance.checks.privacy.naming import ends_with
from conformance.contract import Contract, parts
from conformance.contract.operations import Operation, unreadable
from conformance.contract.parts import Part
from conformance.evidence import Exchange
from conformance.formats.identifiers import birth_year, is_personal_id, is_tax_code
from conformance.formats.names import PERSONAL
from conformance.privacy import hidden
from conformance.text import Text
from conformance.trees import TOKEN, strings
from conformance.verdict import NotApplicable, NotTested, Offender

_PERSONAL = frozenset(PERSONAL)
_FIELDS = ("Location", "Content-Location")
_LINK = re.compile(r"<([^<>]*)>")
_THIS_CENTURY_ENDS = 2030
_EXPECTED = Text(
    vi="không có số định danh, điện thoại, thư điện tử của người nào trong địa chỉ",
    en="no personal number, telephone number or e-mail address of anybody in an address",
)


@law(catalogue="PRV-003", per="target", on="2xx")
def links_name_nobody(answer: Exchange) -> None:
    """No link that a success tells has a person's number or address in its path or query.

    Looks at Location, Content-Location and Link, and at texts of JSON bodies that are links over
    HTTP, relative ones too where they name somebody. A value counts where the link says what it
    is: a parameter, or the segment in front of it, is called a personal number, telephone number or
    e-mail address, or speaks of people before a personal number; and the value looks like one.
    Twelve digits are also a time, and `mailto:` is made to tell an address (ASVS 5.0, 14.2.1).
    """
    open_: NotTested | None = None
    seen = False
    for place, value in _links(answer):
        seen = True
        try:
            names_one = hidden.is_a(value, "personal-link")
        except NotTested as outcome:
            open_ = open_ or outcome
            continue
        # Where it stands is told, never what it says.
        require(not names_one, expected=_EXPECTED, observed=place)
    if open_ is not None:
        raise open_
    if not seen:
        raise NotApplicable(Text(vi="không có liên kết", en="no link"))


@check(catalogue="PRV-003", per="operation", requests=0, contract=True)
def samples_in_urls_are_nobodys(contract: Contract, operation: Operation) -> None:
    """No sample of a parameter in path or query is a person's number or address.

    A parameter whose example, default or fixed value is a personal number, a mobile number or an
    e-mail address is meant to carry one, though its name does not say so; what is called so is
    judged elsewhere (DOC-011). Twelve
    digits count where they begin with the zero of a province that exists and tell a year of birth
    that may have come; ten digits that are a tax code are no telephone number (ASVS 5.0, 14.2.1;
    OpenAPI 3.1, Parameter Object). A register that is keyed by such numbers asks with POST.
    """
    declared = [
        part
        for part in parts.parameters(contract, operation)
        if part.object.get("in") in {"path", "query"}
        # What is called so is judged elsewhere, whatever its sample.
        and not ends_with(str(part.object["name"]), _PERSONAL)
    ]
    if not declared:
        raise NotApplicable(
            Text(
                vi="không có tham số nào khác trong đường dẫn và truy vấn",
                en="no other parameter in path or query",
            )
        )
    require_none(
        [
            Offender(
                sample.pointer,
                Text(
                    vi=f"giá trị mẫu của tham số {part.object['name']}",
                    en=f"a sample of the parameter {part.object['name']}",
                ),
            )
            for part in declared
            for sample in _samples(contract, part)
            if _is_somebodys(sample.node)
        ],
        expected=_EXPECTED,
    )
    if not parts.all_read(contract, operation, "parameters"):
        raise unreadable()


def _samples(contract: Contract, parameter: Part) -> Iterator[Part]:
    """Yield what a parameter gives as its value, in itself and in its schema."""
    schema = parts.followed(contract, parameter.child("schema"))
    for holder in (parameter, schema):
        yield from (holder.child(key) for key in ("example", "default", "const"))
        listed = holder.child("examples")
        for _, entry in listed.children():
            named = parts.followed(contract, entry)
            yield named.child("value") if isinstance(named.node, Mapping) else named
    yield from (entry for _, entry in schema.child("enum").children())


def _is_somebodys(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    if is_personal_id(value):
        of_a_province = value[0] == "0" and value[:3] != "000"
        return of_a_province and birth_year(value) <= _THIS_CENTURY_ENDS
    phone = hidden.is_a(value, "phone") and not is_tax_code(value)
    return phone or hidden.is_a(value, "email")


def _links(answer: Exchange) -> Iterator[tuple[str, Any]]:
    """Yield the links of an answer, each with where it stands; hidden ones as such."""
    facts = answer.facts.get("tokens") or {}
    for name in _FIELDS:
        for value in answer.header_all(name):
            yield name, _of_field(value, facts)
    for value in answer.header_all("Link"):
        for target in _LINK.findall(value):
            yield "Link", _of_field(target, facts)
    if not answer.is_json or not answer.has_body:
        return
    for place, text in strings(answer.json()):
        # Asked alike of a text that is not shown, of which no more is known.
        if hidden.is_a(text, "uri") or hidden.is_a(text, "personal-link"):
            yield place, text


def _of_field(value: str, facts: Mapping[str, Any]) -> Any:
    """Return a link of a field with a stand-in for each hidden part, of the shape it has."""

    def shaped(found: re.Match[str]) -> str:
        told = hidden.of(found[0], facts.get(found[0]))
        for name, stand_in in _STAND_INS.items():
            if told.is_a(name):
                return stand_in
        return "x"

    # A space in a field is a flaw of its own; in the text of a body it would be prose.
    return TOKEN.sub(shaped, value).replace(" ", "%20")


# Values of nobody, each of the shape that its format has.
_STAND_INS = {"personal-id": "000000000000", "phone": "0900000000", "email": "x@example.com"}
