"""What an answer tells beyond its contract."""

from __future__ import annotations

from conformance.check import law, require
from conformance.checks.privacy import naming
from conformance.contract import Contract, undeclared
from conformance.contract.operations import Operation
from conformance.contract.undeclared import Member
from conformance.evidence import Exchange
from conformance.formats.names import PAGING, words
from conformance.privacy import shapes
from conformance.text import Text
from conformance.verdict import NotApplicable

_SECRETS = naming.LASTING | naming.ISSUED | naming.ONCE
_SUSPECT = _SECRETS | naming.PERSONAL
_SHOWN = 5


@law(catalogue="PRV-002", per="operation", on="2xx", contract=True)
def no_undeclared_personal_data_or_secrets(
    answer: Exchange, operation: Operation, contract: Contract, *, allowed: tuple[str, ...] = ()
) -> None:
    """A success holds no personal data and no secret that its contract does not declare.

    Walks through a JSON body beside its schema, also where the schema leaves further members open:
    what is not declared, or declared to be sent only (`writeOnly`), bears no name of a secret
    (password, its digest, key, token), nor of what tells who somebody is (personal number, date of
    birth, passport, account). Telephone numbers and e-mail addresses count where a personal number
    or a date of birth stands beside them: offices have some as well. Flags, empty and blanked out
    values tell nothing; a `token` in a page of a list says where the next one begins. Maps, and
    objects of which the contract says nothing, are open by design. Other undeclared members are
    not judged. The parameter `allowed` names members to spare (OWASP API3:2023; ASVS 5.0, 15.3.1).
    """
    pointer = shapes.pointer(operation, answer.status, answer.media_type)
    if pointer is None or not answer.is_json or not answer.has_body:
        raise NotApplicable(
            Text(vi="không có lược đồ cho nội dung này", en="no schema for this body")
        )
    body = answer.json()
    if body is None:
        raise NotApplicable(Text(vi="không phải JSON đúng", en="not proper JSON"))
    # Names first: hardly any body has one for which its schema has to be walked through.
    suspects = any(map(_is_suspect, answer.member_names))
    found = [
        member.pointer
        for member in (undeclared.members(contract, pointer, body) if suspects else ())
        if member.name not in allowed and _is_somebodys(member)
    ]
    require(
        not found,
        expected=Text(
            vi="không có dữ liệu cá nhân hay bí mật ngoài đặc tả giao diện",
            en="no personal data and no secret beyond the contract",
        ),
        # The members are told, never what stands in them.
        observed=", ".join(found[:_SHOWN]),
    )


def _is_suspect(name: str) -> bool:
    found = naming.endings(name)
    return found == {"token"} or not found.isdisjoint(_SUSPECT)


def _is_somebodys(member: Member) -> bool:
    name, value = member.name, member.value
    if naming.ends_with(name, _SECRETS):
        return naming.is_a_secret(value, once=naming.ends_with(name, naming.ONCE))
    if words(name) == "token":
        listed = any(isinstance(part, list) for part in member.around.values())
        paged = bool(PAGING & {words(other) for other in member.around})
        return not listed and not paged and naming.is_a_secret(value)
    if naming.ends_with(name, naming.PERSONAL):
        return naming.tells_something(value)
    beside = any(naming.ends_with(other, naming.PERSONAL) for other in member.around)
    return beside and naming.ends_with(name, naming.CONTACTS) and naming.tells_something(value)
