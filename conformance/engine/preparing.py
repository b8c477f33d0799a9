"""From the names of profiles, a target and a contract to a plan."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from conformance import contract as contracts
from conformance import mapping as mappings
from conformance import plan as plans
from conformance import profile as profiles
from conformance import shipped
from conformance.contract import Contract
from conformance.contract.bundle import Folder, Origin
from conformance.door.network import fetch
from conformance.errors import ContractError, TargetError
from conformance.plan import Options, Plan
from conformance.plan.declarations import declared_operations
from conformance.profile import Profile
from conformance.target import Target
from conformance.text import Text


def prepare(
    chosen: Iterable[str | Profile],
    goal: Target,
    *,
    options: Options,
    contract_source: str | None = None,
) -> Plan:
    """Read profiles and contract and return the plan; sends nothing but a fetch of the contract.

    Args:
        chosen: the names of profiles, or profiles that were read before.
        goal: the target.
        options: what is chosen of the profiles, and for which day.
        contract_source: the contract that the caller names, if any.

    Raises:
        ConformanceError: whichever of them does not hold together.
    """
    read = [each if isinstance(each, Profile) else profiles.read(each) for each in chosen]
    contract = load_contract(goal, contract_source)
    known_operations(goal, contract)
    operations = declared_operations(goal, contract)
    mapping = mappings.resolve(goal, contract, operations, national(goal.system))
    return plans.make(read, goal, contract, options, mapping=mapping)


def load_contract(goal: Target, source: str | None = None, before: str | None = None) -> Contract:
    """Return the contract named by the caller, by the target, or the national one of its system.

    Args:
        goal: the target.
        source: the contract that the caller names, if any.
        before: the one that it takes the place of, else that of the target, if any.
    """
    contract = _named(goal, source)
    earlier = before or goal.contract_before
    return contract.after(_read(goal, earlier, own=before is None)) if earlier else contract


def _named(goal: Target, source: str | None) -> Contract:
    named = source or goal.contract
    if named is None:
        path = shipped.contract(goal.system or "")
        if path is None:
            raise ContractError(
                Text(
                    vi="tệp đích và hệ thống đều không nêu đặc tả giao diện",
                    en="the target names no contract, and its system has no national one",
                ),
                mend=Text(
                    vi="thêm `contract: …` vào tệp đích, hoặc dùng --contract",
                    en="add `contract: …` to the target file, or use --contract",
                ),
                place=goal.place,
            )
        named = str(path)
    # Without a place the target was made up, and the contract named on the command line.
    return _read(goal, named, own=source is None and bool(goal.place))


def _read(goal: Target, named: str, *, own: bool) -> Contract:
    """Read a contract; `own` says that it is the target file that names it."""
    if "://" in named:
        origin = Origin(named, lambda url: fetch(url, goal))
        return contracts.load(fetch(named, goal), named, origin)
    try:
        return contracts.load(Path(named).read_bytes(), named, Folder(Path(named)))
    except OSError as error:
        raise ContractError(
            Text(
                vi=f"không đọc được đặc tả giao diện ({error.strerror})",
                en=f"the contract cannot be read ({error.strerror})",
            ),
            mend=Text(vi="sửa `contract` trong tệp đích", en="mend `contract` in the target file")
            if own
            else Text(vi="kiểm tra lại đường dẫn", en="check the path"),
            place=named,
        ) from error


def national(system: str | None) -> Contract | None:
    """Return the national contract of a system, if one is shipped."""
    path = shipped.contract(system or "")
    return None if path is None else contracts.load(path.read_bytes(), path.name)


def known_operations(goal: Target, contract: Contract) -> None:
    """Refuse names of operations that the contract does not have: a slip would say nothing."""
    known = {name for o in contract.operations for name in (o.id, o.unit)}
    roles = {name for name in goal.roles.values() if name != mappings.NONE}
    named = {
        "examples": set(goal.examples),
        "lists": set(goal.lists or {}),
        "roles": roles,
        **{f"operations.{kind}": names for kind, names in goal.operations.items()},
    }
    for where, names in named.items():
        for name in sorted(names - known):
            near = difflib.get_close_matches(name, known, 3) or sorted(known)[:3]
            raise TargetError(
                Text(
                    vi=f"đặc tả giao diện không có thao tác {name!r}",
                    en=f"the contract has no operation {name!r}",
                ),
                mend=Text(vi=f"có chăng là: {', '.join(near)}", en=f"perhaps: {', '.join(near)}"),
                place=f"{goal.place}: {where}",
            )
