"""How a question is declared, found and bound to a requirement's parameters.

An *active check* asks the probe for particular answers; a *law* is judged on exchanges that are
there anyway. Both are plain functions: the docstring is the documentation, the keyword-only
arguments are the parameters that a requirement may set, the address of the function is its id.

    @check(catalogue="IOP-005", per="target", requests=1)
    def problem_details(probe: Probe) -> None: ...

    @law(catalogue="SEC-005", per="target", on="baseline")
    def sniffing_is_refused(answer: Exchange) -> None: ...

The positional arguments are given by the engine, by name: `probe`, `answer`, `operation`,
`contract`, `target`, `mapping`, `calls` (how each request was answered over the whole run; who asks
for it is asked last).
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Literal

from conformance import documents
from conformance.errors import ProfileError
from conformance.evidence import Exchange
from conformance.text import Text
from conformance.verdict import Offender, Violation

Per = Literal["target", "operation"]
On = Literal["baseline", "documented", "errors", "2xx", "all", "generated"]
Safety = Literal["read", "write", "intrusive"]

GIVEN = ("probe", "answer", "operation", "contract", "target", "mapping", "calls")
ABSENT = Text(vi="không có tiêu đề này", en="no such header")
_SHOWN = 10


@dataclass(frozen=True)
class Parameter:
    """One parameter of a check: its type and default; `stricter` is `up`, `down` or None."""

    name: str
    type: Any
    default: Any
    stricter: str | None = None


Higher = "a higher value is stricter"
Lower = "a lower value is stricter"


@dataclass(frozen=True)
class Check:
    """An active check or a law, with what the engine must know to plan it.

    Attributes:
        id: the address below `checks`, such as `http.errors.problem_details`.
        kind: `check` (asks) or `law` (is judged on what is there).
        catalogue: the row of the catalogue of checks.
        per: what it is asked of: the target once, or each operation.
        safety: what its requests may do to the target.
        requests: how many requests it sends at most, reproduction apart.
        shares: the name of the series of questions that it looks at with other checks of a unit:
            together they cost what the dearest of them does.
        times: the parameter that says how many times over it asks, as a number or as a list; empty
            for once.
        on: the class of exchanges that a law is judged on.
        methods: the methods of operations it applies to; empty for all.
        secured: only for operations that demand credentials.
        guarded: only for operations that are not for everybody: those that demand credentials, and
            those that the target file keeps for an office or an owner.
        unclaimed: only for personal ones that the target file keeps, and the contract does not.
        certified: only for operations that demand a client certificate.
        scoped: only for operations whose contract demands scopes of an access token.
        personal: only for operations whose answers carry personal data.
        owned: only for operations on an object that belongs to somebody: personal ones, and those
            whose owner the target file names, where the path tells which object.
        privileged: only for operations of an office.
        needs: identities without which it cannot be asked: their names, or `peer` for two that
            have the same rights and share nothing.
        listing: only for operations that are declared to answer a list.
        once_per_path: only for the first operation of each path.
        contract: leans on the contract, so it binds no more than the contract does.
        hostile: a law that is judged on malformed requests too.
        generated: a law that is judged on generated requests too, whether or not the contract
            allows them; its operations are asked them.
        unanswered: a law that is judged also on requests to which nothing came, while others were
            answered.
        channel: asks about the connection itself, so also where no HTTP answer can be had.
        alone: wants nothing else in flight while it asks.
        applies: given the scene, and the operation where it is asked of one, whether the contract
            has anything that it is about; None where that shows only when it asks.
    """

    id: str
    kind: Literal["check", "law"]
    catalogue: str
    ask: Callable[..., None]
    per: Per
    safety: Safety = "read"
    requests: int = 0
    shares: str = ""
    times: str = ""
    on: On = "baseline"
    methods: tuple[str, ...] = ()
    secured: bool = False
    guarded: bool = False
    unclaimed: bool = False
    certified: bool = False
    scoped: bool = False
    personal: bool = False
    owned: bool = False
    privileged: bool = False
    needs: tuple[str, ...] = ()
    listing: bool = False
    once_per_path: bool = False
    contract: bool = False
    hostile: bool = False
    generated: bool = False
    unanswered: bool = False
    channel: bool = False
    alone: bool = False
    applies: Callable[[Any, Any], bool] | None = None
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    given: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The first line of the documentation: the property of a good target."""
        return inspect.getdoc(self.ask).splitlines()[0]  # type: ignore[union-attr]  # never undocumented

    def documentation(self, lang: str) -> str:
        """Return what is asked and how it is judged: the docstring, or its Vietnamese wording.

        A check of somebody else's pack without a Vietnamese text shows its docstring.
        """
        english = inspect.getdoc(self.ask) or ""
        return english if lang == "en" else _vietnamese().get(self.id, english)

    def cost(self, arguments: Mapping[str, Any]) -> int:
        """Return how many requests it sends at most with these arguments, reproduction apart."""
        if not self.times:
            return self.requests
        told = arguments.get(self.times, self.parameters[self.times].default)
        return self.requests * (len(told) if isinstance(told, list | tuple) else int(told))

    def bind(self, parameters: Mapping[str, Any], *, place: str) -> dict[str, Any]:
        """Return the arguments for these parameters.

        Raises:
            ProfileError: a parameter is unknown or of another type; names the requirement.
        """
        for name, value in parameters.items():
            parameter = self.parameters.get(name)
            if parameter is None:
                known = ", ".join(self.parameters) or "—"
                raise ProfileError(
                    Text(
                        vi=f"phép kiểm {self.id} không có tham số {name!r}",
                        en=f"the check {self.id} has no parameter {name!r}",
                    ),
                    mend=Text(vi=f"tham số có thể đặt: {known}", en=f"it takes: {known}"),
                    place=place,
                )
            if not _fits(value, parameter.type):
                raise ProfileError(
                    Text(
                        vi=f"tham số {name} của {self.id} không nhận {value!r}",
                        en=f"the parameter {name} of {self.id} does not take {value!r}",
                    ),
                    mend=Text(
                        vi=f"cần kiểu {_type_name(parameter.type)}, mặc định {parameter.default!r}",
                        en=f"wanted {_type_name(parameter.type)}; default {parameter.default!r}",
                    ),
                    place=place,
                )
        return {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in parameters.items()
        }

    def be_stricter(
        self, before: Mapping[str, Any], after: Mapping[str, Any], *, place: str
    ) -> None:
        """Do nothing if a profile raised parameters; raise a `ProfileError` if it lowered one."""
        for name, value in after.items():
            parameter = self.parameters[name]
            old = before.get(name, parameter.default)
            raised = {"up": value >= old, "down": value <= old}.get(
                parameter.stricter or "", value == old
            )
            if not raised:
                raise ProfileError(
                    Text(
                        vi=f"{self.id}: {name} = {value!r} không chặt hơn {old!r}",
                        en=f"{self.id}: {name} = {value!r} is not stricter than {old!r}",
                    ),
                    mend=Text(
                        vi="chỉ `replaces` với căn cứ pháp lý mới thay được một yêu cầu",
                        en="only `replaces`, with a legal ground, can lower a requirement",
                    ),
                    place=place,
                )


def check(  # noqa: PLR0913  # one argument for each thing that a plan must know
    *,
    catalogue: str,
    per: Per,
    requests: int,
    shares: str = "",
    times: str = "",
    safety: Safety = "read",
    methods: Iterable[str] = (),
    secured: bool = False,
    guarded: bool = False,
    unclaimed: bool = False,
    certified: bool = False,
    scoped: bool = False,
    owned: bool = False,
    privileged: bool = False,
    needs: Iterable[str] = (),
    listing: bool = False,
    once_per_path: bool = False,
    contract: bool = False,
    channel: bool = False,
    alone: bool = False,
    applies: Callable[[Any, Any], bool] | None = None,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare an active check; the fields are those of `Check`."""

    def declare(ask: Callable[..., None]) -> Callable[..., None]:
        return _declared(
            ask,
            kind="check",
            catalogue=catalogue,
            per=per,
            requests=requests,
            shares=shares,
            times=times,
            safety=safety,
            methods=tuple(methods),
            secured=secured,
            guarded=guarded,
            unclaimed=unclaimed,
            certified=certified,
            scoped=scoped,
            owned=owned,
            privileged=privileged,
            needs=tuple(needs),
            listing=listing,
            once_per_path=once_per_path,
            contract=contract,
            channel=channel,
            alone=alone,
            applies=applies,
        )

    return declare


def law(  # noqa: PLR0913  # one argument for each thing that a plan must know
    *,
    catalogue: str,
    per: Per,
    on: On = "baseline",
    methods: Iterable[str] = (),
    personal: bool = False,
    contract: bool = False,
    hostile: bool = False,
    generated: bool = False,
    unanswered: bool = False,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a law; the fields are those of `Check`."""

    def declare(ask: Callable[..., None]) -> Callable[..., None]:
        return _declared(
            ask,
            kind="law",
            catalogue=catalogue,
            per=per,
            on=on,
            methods=tuple(methods),
            personal=personal,
            contract=contract,
            hostile=hostile,
            generated=generated or on == "generated",
            unanswered=unanswered,
        )

    return declare


def require(
    condition: object, *, expected: Text, observed: object, by: Exchange | None = None
) -> None:
    """State what the clause demands; raise a `Violation` where the condition is false.

    Args:
        condition: what has to be true.
        expected: what the clause demands.
        observed: what was found instead.
        by: what was asked and broke the clause, where something else was asked after it.
    """
    if not condition:
        raise Violation(expected, _said(observed), by=by.id if by else "")


def require_none(offenders: Iterable[Offender], *, expected: Text) -> None:
    """State what every part of a contract owes; raise one `Violation` that lists the offenders."""
    # A part that many operations share offends once.
    found = tuple(dict.fromkeys(offenders))
    if not found:
        return
    shown = found[:_SHOWN]
    more = "; …" if len(found) > len(shown) else ""
    observed = Text(
        vi=f"{len(found)} chỗ: " + "; ".join(f"{o.pointer} ({o.what.vi})" for o in shown) + more,
        en=f"{len(found)} in all: " + "; ".join(f"{o.pointer} ({o.what.en})" for o in shown) + more,
    )
    raise Violation(expected, observed, found)


@cache
def _vietnamese() -> Mapping[str, str]:
    path = Path(__file__).parent / "checks" / "vi.yaml"
    texts: dict[str, str] = documents.read(path)
    return texts


@cache
def every() -> Mapping[str, Check]:
    """Return every check and law by id: ours, and those of installed check packs."""
    packages = ["conformance.checks", *(e.value for e in entry_points(group="conformance.checks"))]
    found: dict[str, Check] = {}
    for name in packages:
        package = importlib.import_module(name)
        for module_info in pkgutil.walk_packages(package.__path__, f"{name}."):
            module = importlib.import_module(module_info.name)
            for value in vars(module).values():
                declared = getattr(value, "declared", None)
                if isinstance(declared, Check) and value.__module__ == module.__name__:
                    found[declared.id] = declared
    return dict(sorted(found.items()))


def find(check_id: str, *, place: str) -> Check:
    """Return the check with this id.

    Raises:
        ProfileError: there is none; `place` names the requirement that asked for it.
    """
    found = every().get(check_id)
    if found is None:
        last = check_id.rpartition(".")[2]
        near = [name for name in every() if last and last in name] or list(every())[:5]
        raise ProfileError(
            Text(vi=f"không có phép kiểm {check_id!r}", en=f"there is no check {check_id!r}"),
            mend=Text(vi=f"có chăng là: {', '.join(near)}", en=f"perhaps: {', '.join(near)}"),
            place=place,
        )
    return found


def _declared(ask: Callable[..., None], **fields: Any) -> Callable[..., None]:
    if not inspect.getdoc(ask):
        message = f"{ask.__module__}.{ask.__name__} has no docstring"
        raise TypeError(message)
    hints = typing.get_type_hints(ask, include_extras=True, localns={"Probe": object})
    parameters, given = {}, []
    for name, parameter in inspect.signature(ask).parameters.items():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            parameters[name] = _parameter(name, hints[name], parameter.default)
        else:
            given.append(name)
    declared = Check(
        id=f"{ask.__module__.partition('.checks.')[2]}.{ask.__name__}",
        ask=ask,
        parameters=parameters,
        given=tuple(given),
        **fields,
    )
    ask.declared = declared  # type: ignore[attr-defined]  # the declaration travels with the function
    return ask


def _parameter(name: str, hint: Any, default: Any) -> Parameter:
    stricter = None
    if typing.get_origin(hint) is typing.Annotated:
        hint, mark = typing.get_args(hint)
        stricter = {Higher: "up", Lower: "down"}[mark]
    return Parameter(name, hint, default, stricter)


def _fits(value: Any, wanted: Any) -> bool:
    if typing.get_origin(wanted) is tuple:
        inner = typing.get_args(wanted)[0]
        return isinstance(value, list | tuple) and all(_fits(item, inner) for item in value)
    if isinstance(value, bool) or wanted is bool:
        return isinstance(value, bool) and wanted is bool
    return isinstance(value, (int, float) if wanted is float else wanted)


def _type_name(wanted: Any) -> str:
    if typing.get_origin(wanted) is tuple:
        return f"list of {typing.get_args(wanted)[0].__name__}"
    return str(wanted.__name__)


def _said(value: object) -> Text:
    if isinstance(value, Text):
        return value
    words = value if isinstance(value, str) else repr(value)
    # Half a surrogate pair is no text that could be written anywhere.
    words = words.encode("utf-8", "backslashreplace").decode()
    words = words if len(words) <= 500 else words[:500] + "…"  # noqa: PLR2004  # a finding is read
    return Text(vi=words, en=words)
