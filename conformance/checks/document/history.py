"""What a contract promises after another one: nothing that callers rely on is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.check import check, require_none
from conformance.contract import Contract, parts, values
from conformance.contract.operations import Operation
from conformance.contract.parts import Part
from conformance.contract.values import Value
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Offender, Reason

_MAJOR = re.compile(r"(\d+)\.\d+\.\d+(?:[-+].*)?")
_LOWER = frozenset({"maxLength", "maximum", "maxItems", "maxProperties"})
_HIGHER = frozenset({"minLength", "minimum", "minItems", "minProperties"})
# Pairs of schemas; a large contract has thousands.
_MOST = 50_000


@check(catalogue="DOC-026", per="target", requests=0, contract=True)
def callers_are_not_broken(contract: Contract) -> None:
    """A new version with the same first number breaks nobody who built on the one before.

    Compares with the contract before, which the target file (`contract_before`) or `conformance
    lint --before` names (Semantic Versioning 2.0.0, item 8; OpenAPI 3.1,
    Info Object). What breaks: an operation, a success
    or a JSON form that is gone; a parameter that is gone, or newly demanded; a member newly
    demanded, a value or a type no longer taken, or a tighter bound in what is sent; a member gone
    or of another type in what is answered; credentials where none were needed. New operations,
    optional input and further members in answers are what minor versions are for.
    """
    before = contract.before
    if before is None:
        raise NotApplicable(
            Text(vi="không có đặc tả trước đó để so", en="there is no contract before it")
        )
    old, new = _major(before), _major(contract)
    if old is None or new is None:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="phiên bản không theo Semantic Versioning, không biết được phép thay đổi gì",
                en="the versions are not semantic, so nobody knows what may change",
            ),
        )
    if new != old or new == 0:
        raise NotApplicable(
            Text(
                vi="phiên bản chính khác, hoặc là 0: được phép thay đổi",
                en="another major version, or 0: anything may change",
            )
        )
    require_none(
        list(_Comparison(before, contract).offenders()),
        expected=Text(
            vi=f"không làm hỏng bên gọi trong phiên bản {new}",
            en=f"nothing that breaks callers within version {new}",
        ),
    )


def _major(contract: Contract) -> int | None:
    version = parts.root(contract).child("info").child("version").node
    found = _MAJOR.fullmatch(version) if isinstance(version, str) else None
    return int(found[1]) if found else None


def _key(operation: Operation) -> tuple[str, str, str]:
    service = operation.discriminator[1] if operation.discriminator else ""
    # Names of path parameters are nobody's business but the contract's own.
    return operation.method, re.sub(r"\{[^}]*\}", "{}", operation.path), service


class _Comparison:
    """Two contracts, held against each other; each pair of schemas is looked at once."""

    def __init__(self, before: Contract, after: Contract) -> None:
        self.before, self.after = before, after
        self._seen: set[tuple[str, str, bool]] = set()

    def offenders(self) -> Iterator[Offender]:
        """Yield what is broken, where the new contract has it, or had to have it."""
        now = {_key(operation): operation for operation in self.after.operations}
        for old in self.before.operations:
            new = now.get(_key(old))
            if new is None:
                yield Offender("/paths", Text(vi=f"mất {old.unit}", en=f"{old.unit} is gone"))
            elif not (old.broken or new.broken):
                yield from self._operation(old, new)

    def _operation(self, old: Operation, new: Operation) -> Iterator[Offender]:
        own = parts.of_operation(self.after, new)
        # Where nobody spoke of credentials before, they are described now and may not be new.
        if new.secured and not old.secured and parts.tells_security(self.before):
            told = Text(vi="nay cần thông tin xác thực", en="credentials are needed now")
            yield Offender(own.pointer, told)
        if parts.all_read(self.after, new, "parameters"):
            yield from self._parameters(old, new, own)
        yield from self._request(old, new)
        yield from self._answers(old, new, own)

    def _parameters(self, old: Operation, new: Operation, own: Part) -> Iterator[Offender]:
        earlier, later = (
            {
                (part.object["in"], _folded(part)): part
                for part in parts.parameters(contract, operation)
                if part.object["in"] != "path"
            }
            for contract, operation in ((self.before, old), (self.after, new))
        )
        for key, part in later.items():
            had = earlier.get(key)
            named = part.object["name"]
            demanded = part.object.get("required") is True
            if demanded and (had is None or had.object.get("required") is not True):
                told = Text(vi=f"nay bắt buộc {named}", en=f"{named} is demanded now")
                yield Offender(part.pointer, told)
            if had is not None:
                yield from self._schemas(had.child("schema"), part.child("schema"), sent=True)
        for key, part in earlier.items():
            if key not in later:
                named = part.object["name"]
                told = Text(vi=f"mất tham số {named}", en=f"the parameter {named} is gone")
                yield Offender(own.pointer, told)

    def _request(self, old: Operation, new: Operation) -> Iterator[Offender]:
        had, has = parts.request_body(self.before, old), parts.request_body(self.after, new)
        if has.object.get("required") is True and had.object.get("required") is not True:
            told = Text(vi="nay bắt buộc có nội dung", en="a body is demanded now")
            yield Offender(has.pointer, told)
        yield from self._bodies(had, has, sent=True)

    def _answers(self, old: Operation, new: Operation, own: Part) -> Iterator[Offender]:
        later = dict(parts.responses(self.after, new))
        for status, had in parts.responses(self.before, old):
            if status[:1] != "2":
                continue
            has = later.get(status) or later.get("2XX")
            if has is None:
                # Where no success is named any more, `default` may stand for it.
                named = "default" not in later or any(key[:1] == "2" for key in later)
                if status != "2XX" and named:
                    told = Text(vi=f"mất trả lời {status}", en=f"the answer {status} is gone")
                    yield Offender(own.child("responses").pointer, told)
            else:
                yield from self._bodies(had, has, sent=False)

    def _bodies(self, had: Part, has: Part, *, sent: bool) -> Iterator[Offender]:
        if had.node is None or has.node is None:  # none, or behind a reference
            return
        later = dict(parts.media_types(has))
        for name, media in parts.media_types(had):
            if name not in later:
                if not any("*" in known for known in later):
                    told = Text(vi=f"mất kiểu {name}", en=f"the type {name} is gone")
                    yield Offender(has.pointer, told)
            elif parts.is_json(name):
                yield from self._schemas(
                    media.child("schema"), later[name].child("schema"), sent=sent
                )

    def _schemas(self, had: Part, has: Part, *, sent: bool) -> Iterator[Offender]:
        key = had.pointer, has.pointer, sent
        if key in self._seen or len(self._seen) > _MOST:
            return
        self._seen.add(key)
        old, new = values.of(self.before, had), values.of(self.after, has)
        if not old.layers or not new.layers or any(old.branches()) or any(new.branches()):
            return  # nothing said, or several ways of saying it
        yield from _types(old, new, has, sent=sent)
        if sent:
            yield from _narrowed(old, new, has)
        earlier, later = dict(old.members()), dict(new.members())
        for name, part in earlier.items():
            if name in later:
                yield from self._schemas(part, later[name], sent=sent)
            elif not sent and later:
                told = Text(vi=f"mất thành phần {name}", en=f"the member {name} is gone")
                yield Offender(has.pointer, told)
        items = [_items(value) for value in (old, new)]
        if items[0] and items[1]:
            yield from self._schemas(items[0], items[1], sent=sent)


def _items(value: Value) -> Part | None:
    return next((p.child("items") for p in value.layers if "items" in p.object), None)


def _folded(part: Part) -> str:
    name = str(part.object["name"])
    return name.lower() if part.object["in"] == "header" else name


def _types(old: Value, new: Value, has: Part, *, sent: bool) -> Iterator[Offender]:
    had, now = _widened(old), _widened(new)
    if not had or not now:
        return
    if lost := (had - now if sent else now - had):
        named = ", ".join(sorted(lost))
        yield Offender(
            has.pointer,
            Text(vi=f"không còn nhận kiểu {named}", en=f"the type {named} is no longer taken")
            if sent
            else Text(vi=f"nay có kiểu {named}", en=f"of the type {named} now"),
        )


def _widened(value: Value) -> frozenset[str]:
    # A number may be a whole one; in OpenAPI 3.0 `nullable` says what `null` says in 3.1.
    found = value.types
    found |= {"integer"} if "number" in found else frozenset()
    return found | {"null"} if found and value.said.get("nullable") is True else found


def _narrowed(old: Value, new: Value, has: Part) -> Iterator[Offender]:
    had, now = old.said, new.said
    demanded = _listed(now.get("required")) - _listed(had.get("required"))
    for name in sorted(demanded):
        told = Text(vi=f"nay bắt buộc {name}", en=f"{name} is demanded now")
        yield Offender(has.pointer, told)
    taken = _listed(had.get("enum"))
    for value in sorted(taken - (_listed(now.get("enum")) or taken)):
        told = Text(vi=f"không còn nhận {value}", en=f"{value} is no longer taken")
        yield Offender(has.pointer, told)
    for name in sorted((_LOWER | _HIGHER) & had.keys() & now.keys()):
        small, large = (now[name], had[name]) if name in _LOWER else (had[name], now[name])
        if _is_number(small) and _is_number(large) and small < large:
            told = Text(vi=f"{name} chặt hơn", en=f"a tighter {name}")
            yield Offender(has.pointer, told)


def _listed(node: object) -> set[str]:
    return {str(each) for each in node} if isinstance(node, list) else set()


def _is_number(node: object) -> bool:
    return isinstance(node, int | float) and not isinstance(node, bool)
