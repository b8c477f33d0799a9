"""The first target file: what is sure is written, what is not is a comment to fill in."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from conformance import advice, engine, mapping, plan, profile, target
from conformance import check as checks
from conformance.contract import Contract
from conformance.contract.operations import Operation
from conformance.errors import UsageError
from conformance.mapping import Mapped
from conformance.plan import Options
from conformance.profile import Requirement
from conformance.setup import identity_forms, log_ins, suggestions
from conformance.text import Text
from conformance.verdict import Reason, Verdict

# How long a first acceptance of open requirements holds before somebody must look again.
_ACCEPT_DAYS = 90
# What the owner can mend by the target file alone is not accepted as open beforehand.
_ACCEPTABLE = {Reason.ATTESTATION, Reason.NO_SECOND_IDENTITY, Reason.NOT_AUTHORISED}


@dataclass(frozen=True)
class Answers:
    """What is known before the file is written; None where nobody said."""

    contract: str | None
    base_url: str | None
    system: str | None
    profile: str
    name: str | None
    folder: Path = Path()


def target_file(answers: Answers, lang: str) -> str:
    """Return the text of a commented target file.

    Raises:
        UsageError: neither contract nor base URL is known.
        ConformanceError: the contract cannot be read.
    """
    stand_in = target.Target(
        id="unknown",
        base_url=answers.base_url or "http://localhost",
        system=answers.system,
        contract=answers.contract,
    )
    contract = engine.load_contract(stand_in)
    base_url = answers.base_url or _server(contract)
    if base_url is None:
        raise UsageError(
            Text(
                vi="đặc tả giao diện không nêu địa chỉ máy chủ đầy đủ",
                en="the contract names no absolute server address",
            ),
            mend=Text(vi="thêm --base-url", en="add --base-url"),
            place=contract.source,
        )
    name = answers.name or _name(base_url)
    lines = [
        *_head(answers, name, base_url, lang),
        *_identities(contract, lang),
        *_examples(contract, lang),
        *_operations(contract, lang),
        *_names(stand_in, contract, answers.profile, lang),
        *_open(answers, base_url, contract, name, lang),
    ]
    return "\n".join(lines) + "\n"


def _head(answers: Answers, name: str, base_url: str, lang: str) -> Iterator[str]:
    yield Text(
        vi="# Tệp đích: hệ thống cần kiểm thử. Bí mật không bao giờ nằm trong tệp này.",
        en="# The target file: what is tested. Secrets never stand in this file.",
    ).into(lang)
    yield f"target: {advice.scalar(name)}"
    if answers.system:
        yield f"system: {answers.system}"
    yield f"base_url: {base_url}"
    if answers.contract:
        source = answers.contract
        if "://" not in source:
            # Paths in a target file start at its own folder.
            source = Path(os.path.relpath(source, answers.folder)).as_posix()
        yield f"contract: {source}"
    yield Text(
        vi="environment: sandbox          # production: chỉ gửi yêu cầu đọc, dù khai báo gì khác",
        en="environment: sandbox          # production: only safe requests leave, whatever else",
    ).into(lang)
    yield Text(
        vi="data: real                    # synthetic: không có dữ liệu của người thật",
        en="data: real                    # synthetic: no data of real people",
    ).into(lang)
    yield Text(
        vi="allow: [read]                 # thêm write khi có văn bản cho phép, ghi ở dưới",
        en="allow: [read]                 # add write once a document permits it, named below",
    ).into(lang)
    yield '# authorisation: {reference: "…", by: "…", until: 2027-12-31}'


def _identities(contract: Contract, lang: str) -> Iterator[str]:
    if not any(operation.secured for operation in contract.operations):
        return
    # A certificate must lie there to be read, so nothing is declared before it does.
    mark = "# " if identity_forms.needs_files(contract) else ""
    yield mark + Text(
        vi="identities:                   # đặt giá trị vào biến môi trường trước khi chạy",
        en="identities:                   # put the values into environment variables",
    ).into(lang)
    for name, entry in identity_forms.entries(contract):
        yield f"{mark}  {name}: {entry}"
        if not mark and name == "citizen_a":
            yield from _log_in(name, entry, contract, lang)


def _log_in(name: str, entry: str, contract: Contract, lang: str) -> Iterator[str]:
    """Propose to log in, where the contract shows how and a credential is to be given."""
    found = log_ins.operation(contract)
    if found is None or not entry.startswith(("{bearer:", "{api_key:")):
        return
    yield Text(
        vi=f"  # hoặc để bộ kiểm thử đăng nhập bằng {found.unit}, với từng người:",
        en=f"  # or have each of them log in, by {found.unit}:",
    ).into(lang)
    scheme = identity_forms.chosen(contract)
    yield f"  # {name}: {log_ins.entry(name, found, contract, scheme)}"


def _examples(contract: Contract, lang: str) -> Iterator[str]:
    wanting = [(o, _wanting(o)) for o in contract.operations]
    wanting = [(operation, names) for operation, names in wanting if names]
    if not wanting:
        return
    yield Text(
        vi="# Giá trị thử, khi đặc tả không có ví dụ: bỏ dấu # ở cả khối và điền các chỗ “…”.",
        en="# Test values where the contract has none: uncomment the block, fill in each “…”.",
    ).into(lang)
    yield "# examples:"
    for operation, names in wanting:
        values = ", ".join(
            f"{name}: {{…}}" if name == "body" else f'{advice.scalar(name)}: "…"' for name in names
        )
        yield f"#   {advice.scalar(operation.id)}: {{{values}}}   # {operation.unit}"


def _operations(contract: Contract, lang: str) -> Iterator[str]:
    unsaid = []
    if not any(operation.personal for operation in contract.operations):
        unsaid.append("personal")
        yield Text(
            vi="# Thao tác nào trả dữ liệu cá nhân? Bỏ dấu # và liệt kê; [] nếu không có.",
            en="# Which operations answer personal data? Uncomment and list them; [] if none.",
        ).into(lang)
    secured = [operation for operation in contract.operations if operation.secured]
    if secured and not any(operation.privileged for operation in contract.operations):
        unsaid.append("privileged")
        yield Text(
            vi="# Thao tác nào chỉ dành cho người có thẩm quyền (privileged)? Làm như trên.",
            en="# Which operations are for an office alone (privileged)? Do the same.",
        ).into(lang)
    if unsaid:
        yield f"# operations: {{{', '.join(f'{key}: []' for key in unsaid)}}}"
    if any("{" in operation.path for operation in secured):
        yield Text(
            vi="# Đối tượng của ai? Nêu trong examples: `owner: citizen_a` cạnh mã của đối tượng.",
            en="# Whose is an object? Say it in examples: `owner: citizen_a` beside its id.",
        ).into(lang)


def _names(stand_in: target.Target, contract: Contract, wanted: str, lang: str) -> Iterator[str]:
    """Ask, in comments, for the roles, fields and lists that nobody said anything about."""
    national = engine.national(stand_in.system)
    mapped = mapping.resolve(stand_in, contract, contract.operations, national)
    asked = [r for r in profile.read(wanted).requirements if not r.replaced_by]
    roles = dict.fromkeys(role for r in asked for role in r.when.get("role", ()))
    found = [role for role in roles if mapped.roles.get(role)]
    # An annotation speaks for itself; what was found by an equal name is shown to be looked at.
    for role in (role for role in found if mapped.sources[role] != "annotation"):
        told = Text(vi="theo tên trong đặc tả quốc gia", en="named as in the national contract")
        yield f"# {role}: {mapped.roles[role]}   # {told.into(lang)}"
    wanting: dict[str, list[tuple[str, list[str]]]] = {
        "roles": [
            (role, [advice.scalar(o.id) for o in suggestions.operations(role, contract, national)])
            for role in roles
            if role not in mapped.roles
        ],
        "fields": [
            (name, [advice.scalar(place) for place in suggestions.pointers(name, contract)])
            for name in _fields(asked, mapped)
        ],
        "lists": [
            (advice.scalar(o.id), [_flow(seems)])
            for o in contract.operations
            if (seems := suggestions.listing(o, contract)) is not None
        ]
        if not any(operation.listing for operation in contract.operations)
        else [],
    }
    for key, entries in wanting.items():
        if entries:
            yield _ASKED[key].into(lang)
            yield f"# {key}:"
        for name, likely in entries:
            others = f"   # ? {', '.join(likely[1:])}" if likely[1:] else ""
            yield f"#   {name}: {next(iter(likely), '…')}{others}"


def _fields(asked: list[Requirement], mapped: Mapped) -> list[str]:
    """Return the fields of those checks of which not one is mapped."""
    found: dict[str, None] = {}
    for use in (use for requirement in asked for use in requirement.uses):
        check = checks.find(use.check, place=use.check)
        if "mapping" in check.given and "fields" in check.parameters:
            names = use.parameters.get("fields", check.parameters["fields"].default)
            if not any(name in mapped.fields for name in names):
                found |= dict.fromkeys(names)
        elif "mapping" in check.given:
            told = [use.parameters.get(one) for one in _OF_ONE_FIELD if one in check.parameters]
            found |= {name: None for name in told if name and name not in mapped.fields}
    # The name says nothing by which somebody's member could be found.
    found.pop("code", None)
    return list(found)


# What parameters are called that name one field.
_OF_ONE_FIELD = (
    *("key", "field", "when", "since", "until", "first", "then", "state", "step", "at"),
    *("commune", "province", "result", "submitted"),
)
_ASKED = {
    "roles": Text(
        vi="# Thao tác nào giữ các vai trò này? Gợi ý theo tên gần giống; bỏ dấu # sau khi xem lại,"
        " none nếu không có.",
        en="# Which operations play these roles? Suggested by likeness of names; uncomment what is"
        " right, none where there is none.",
    ),
    "fields": Text(
        vi="# Các trường này ở đâu? Gợi ý theo tên thường gặp; bỏ dấu # sau khi xem lại, none nếu"
        " không có.",
        en="# Where are these fields? Suggested by usual names; uncomment what is right, none where"
        " there is none.",
    ),
    "lists": Text(
        vi="# Các thao tác này có vẻ trả danh sách: bỏ dấu # và sửa lại; lists: {} nếu không có.",
        en="# These look like lists: uncomment and mend; lists: {} if there is none.",
    ),
}


def _wanting(operation: Operation) -> list[str]:
    names = [p.name for p in operation.parameters if p.required and p.example is None]
    declared = {p.name for p in operation.parameters}
    names += [name for name in re.findall(r"\{([^}]*)\}", operation.path) if name not in declared]
    has_body = any(
        isinstance(content, dict) and ({"example", "examples"} & set(content))
        for content in operation.request_types.values()
    )
    # An optional body as well: nothing is changed without one.
    wanted = operation.request_required or (operation.request_types and not operation.reads)
    return names + (["body"] if wanted and not has_body else [])


def _open(
    answers: Answers, base_url: str, contract: Contract, name: str, lang: str
) -> Iterator[str]:
    """Accept, for a while, what the plan already knows to stay open."""
    today = date.today()  # noqa: DTZ011  # a legal date is the local one
    document = {"target": name, "base_url": base_url, "environment": "sandbox"}
    # Only formed: what is planned with the identities that the file will name.
    people = {who: {"bearer": "env:UNOPENED"} for who, _ in identity_forms.entries(contract)}
    goal = target.of({**document, "identities": people}, place="init")
    planned = plan.make([profile.read(answers.profile)], goal, contract, Options(today, 0))
    presets = [item.preset for item in planned.items if item.preset] + [
        asked.preset for item in planned.items for asked in item.asked if asked.preset
    ]
    reasons = sorted(
        {
            str(p.reason)
            for p in presets
            if p.verdict is Verdict.NOT_TESTED and p.reason in _ACCEPTABLE
        }
    )
    if not reasons:
        return
    yield Text(
        vi="# Những điều kế hoạch biết trước là chưa kết luận được: đến ngày này lượt chạy chỉ"
        " vướng những điều đó\n# thì thoát với mã 0, kết luận vẫn là CHƯA ĐỦ CĂN CỨ. Xóa dòng này"
        " nếu không chấp nhận.",
        en="# What the plan knows to stay open: until that day a run with nothing else open exits"
        " with code 0\n# and still says INCOMPLETE. Delete the line if you do not accept it.",
    ).into(lang)
    until = today + timedelta(days=_ACCEPT_DAYS)
    yield f"accept_open: {{reasons: [{', '.join(reasons)}], until: {until}}}"


def _server(contract: Contract) -> str | None:
    servers = contract.document.get("servers")
    listed = servers if isinstance(servers, list) else []
    urls = [str(server.get("url", "")) for server in listed if isinstance(server, dict)]
    return next((url.rstrip("/") for url in urls if "://" in url and "{" not in url), None)


def _name(base_url: str) -> str:
    host = urlsplit(base_url).hostname or ""
    with contextlib.suppress(UnicodeError):
        host = host.encode("idna").decode("ascii")
    name = re.sub(r"[^a-z0-9.-]+", "-", host.lower()).strip("-.")
    return name or "target"


def _flow(value: Mapping[str, Any]) -> str:
    text: str = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=1000
    )
    return text.strip()
