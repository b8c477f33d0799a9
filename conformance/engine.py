"""One engine for every front door: settle what a plan needs, judge it, write it down, rejudge it.

session = engine.open_session(...)          # inputs written, target reached
for item in session.plan.items:
    session.settle(item)                    # traffic, memoised; reproduction before belief
    session.judge(item)                     # pure: the same code as in a rejudgement
session.finish()                            # record, results.json
"""

from __future__ import annotations

import difflib
import json
import secrets as random_source
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from conformance import contract as contracts
from conformance import mapping as mappings
from conformance import plan as plans
from conformance import profile as profiles
from conformance import record as records
from conformance import results, shipped, target
from conformance.contract import Contract
from conformance.contract.bundle import Folder, Origin
from conformance.contract.operations import Operation
from conformance.door.live import LiveDoor
from conformance.door.network import fetch, unreachable
from conformance.errors import ContractError, InternalError, TargetError, UnreachableError
from conformance.evidence import Exchange
from conformance.identities.credentials import Credentials
from conformance.judge import BASELINE, Evidence, Finding, Judge, buckets, repeatable
from conformance.mapping import Mapped
from conformance.plan import TARGET_UNIT, Asked, Item, Options, Plan, costs
from conformance.plan.declarations import declared_operations
from conformance.privacy import vocabulary
from conformance.privacy.redaction import Redactor
from conformance.probe import Ask, Probe, Series, in_series
from conformance.probe.questions import Case, Handshake, Question
from conformance.profile import Profile
from conformance.target import Target
from conformance.text import Text
from conformance.tls import channel
from conformance.verdict import NotTested, Violation


class Session:
    """A live run: has a target, a door and a growing record, and ends with `finish`."""

    def __init__(self, plan: Plan, out: Path) -> None:
        self.plan = plan
        self.started = records.now()
        credentials = Credentials(plan.target)
        redactor = Redactor(
            credentials.secrets(),
            key=random_source.token_bytes(32),
            synthetic=plan.target.synthetic,
            vocabulary=vocabulary.of(plan.scene.contract.document, plan.target.base_url),
        )
        self.evidence = Evidence()
        inputs = _inputs(plan, redactor)
        # Whoever judges sees the target as the record will show it, not with its secrets.
        seen = replace(plan.scene, target=_stored_target(inputs))
        self._judge = Judge(replace(plan, scene=seen), self.evidence)
        self._door = LiveDoor(plan.scene, credentials, redactor, self._keep)
        try:
            # Made last: what cannot begin leaves no empty folder behind.
            self.folder = records.new_folder(out, plan.target.id, [p.id for p in plan.profiles])
            self._writer = records.Writer(
                self.folder, _header(plan, self.started), inputs, _plan_json(plan)
            )
        except BaseException:
            self._door.close()
            raise
        self._baselines: dict[str, Exchange | NotTested] = {}
        self._shaken: dict[tuple[Handshake, int], Exchange] = {}
        self._series: dict[Case, Series] = {}
        self._settled: set[tuple[str, str]] = set()
        self._findings: dict[tuple[str, str], list[Finding]] = {}
        self._open = True

    # --- the life of a session ------------------------------------------------------------------

    def reach(self) -> None:
        """Make sure that the target answers, at the right address, and knows our identities.

        Raises:
            UnreachableError: it does not; nothing was judged.
        """
        first = self.greet()
        there = first.response is not None or self.turns_strangers_away(first)
        if not there and not self._is_about_tls():
            raise unreachable(self.plan.target.base_url, str(first.error))
        refused = []
        for name in self.plan.target.identities if there else ():
            try:
                self._door.log_in(name)
            except UnreachableError as error:
                refused.append(error)
        self._door.learn_keys()
        answers = []
        for operation in self.plan.scene.operations:
            if operation.method == "GET":
                try:
                    answers.append((operation, self.baseline(operation)))
                except NotTested:
                    continue
        _right_address(self.plan, answers)
        if refused:
            raise refused[0]
        _accepted_identities(answers)

    def greet(self, *, raw: bool = False) -> Exchange:
        """Ask for a path that the contract does not name: the first word of every run."""
        probe = self._probe(Case(TARGET_UNIT, BASELINE))
        url = self.plan.target.base_url + probe.unknown_path()
        return self._door.ask(Question("GET", url, raw=raw), probe.case)

    def turns_strangers_away(self, first: Exchange) -> bool:
        """Whether the target is there, and TLS wants a client certificate of everybody."""
        if "tls_refused" in first.facts:
            return True
        demanded = any(operation.certified for operation in self.plan.scene.operations)
        # How a connection of its own ends says what a pooled one may lose.
        return demanded and "tls_refused" in self.greet(raw=True).facts

    def log_in(self, name: str) -> None:
        """Let an identity log in, where it does.

        Raises:
            UnreachableError: it is refused.
        """
        self._door.log_in(name)

    def settle(self, item: Item) -> None:
        """Make the traffic that an item needs and that is not there yet."""
        for asked in item.asked:
            key = item.unit, asked.case
            if asked.preset is None and key not in self._settled:
                self._settled.add(key)
                if asked.check.kind == "law":
                    self._settle_law(asked, item.unit)
                else:
                    self._settle_check(asked, item.unit)

    def judge(self, item: Item) -> list[Finding]:
        """Return the findings of a settled item."""
        key = item.requirement.id, item.unit
        if key not in self._findings:
            self._findings[key] = self._judge.item(item)
        return self._findings[key]

    def probe(self, unit: str, name: str) -> Probe:
        """Return a probe for questions of the caller's own, on the same door and record."""
        return self._probe(Case(unit, name))

    def run(self, item: Item) -> list[Finding]:
        """Settle and judge one item."""
        self.settle(item)
        return self.judge(item)

    def finish(self) -> dict[str, Any]:
        """Write the record and results.json; return the results.

        The results are derived from the record as it lies on disk, by the code that a
        rejudgement uses.
        """
        self._judge.forget()
        lines = [
            line
            for item in self.plan.items
            # Only what looks at all traffic may have become something else since it was judged.
            for line in results.lines(
                item, self._judge.item(item) if item.late else self.judge(item)
            )
        ]
        self._writer.finish(self.evidence.exchanges, lines)
        self.close()
        again = rejudge(self.folder, write=True)
        if again.differences:
            raise InternalError(
                Text(
                    vi=f"kết luận khi chạy khác kết luận từ bản ghi: {again.differences[0]}",
                    en=f"the run and its record are judged differently: {again.differences[0]}",
                ),
                place=str(self.folder),
            )
        return again.results

    def close(self) -> None:
        """Close the door; a run that was not finished keeps its shard and has no footer."""
        if self._open:
            self._open = False
            self._door.close()
            self._writer.abandon()

    @property
    def requests(self) -> int:
        """How many requests have left."""
        return self._door.sent

    # --- traffic --------------------------------------------------------------------------------

    def baseline(self, operation: Operation) -> Exchange:
        """Return the baseline of an operation, calling it the first time."""
        if operation.unit not in self._baselines:
            try:
                found: Exchange | NotTested = self._probe(Case(operation.unit, BASELINE)).trial(
                    operation
                )
            except NotTested as outcome:
                found = outcome
            self._baselines[operation.unit] = found
            self._judge.forget()
        found = self._baselines[operation.unit]
        if isinstance(found, NotTested):
            # Remembered and raised again and again: without this its traceback would grow.
            raise found.with_traceback(None)
        return found

    def shaken(self, handshake: Handshake, attempt: int) -> Exchange:
        """Return what came of a handshake, making it the first time."""
        key = handshake, attempt
        if key not in self._shaken:
            case = Case(TARGET_UNIT, handshake.case, attempt)
            self._shaken[key] = self._door.shake(handshake, case)
        return self._shaken[key]

    def series(self, case: Case, asks: Sequence[Ask]) -> Series:
        """Return what came of a series of questions, asking them the first time."""
        if case not in self._series:
            self._series[case] = in_series(self._probe(case), asks)
        return self._series[case]

    def _is_about_tls(self) -> bool:
        """Whether the target does speak TLS, though not as it should, and the plan asks just that.

        An expired certificate is a finding; whoever did not ask for it wants to be told at once.
        """
        asked = any(a.check.channel for item in self.plan.items for a in item.asked)
        if not asked or self.plan.target.scheme != "https":
            return False
        return channel.speaks_tls(self._probe(Case(TARGET_UNIT, BASELINE)))

    def _settle_check(self, asked: Asked, unit: str) -> None:
        first = Case(unit, asked.case, 1)
        outcome, _ = self._judge.attempt(asked, unit, self._probe(first))
        if isinstance(outcome, Violation):
            self._judge.attempt(asked, unit, self._probe(Case(unit, asked.case, 2)))

    def _settle_law(self, asked: Asked, unit: str) -> None:
        operation = self.plan.scene.operation(unit)
        for needed in [operation] if operation else self.plan.scene.operations:
            try:
                self.baseline(needed)
            except NotTested:
                continue
        broken = []
        for exchange in list(self._judge.judged(asked.check, unit)):
            outcome = self._judge.of_law(asked, exchange)
            if isinstance(outcome, Violation):
                broken.append((exchange, outcome))
        for exchange, _ in buckets(broken):
            if repeatable(exchange, self.plan) and self.evidence.again(exchange) is None:
                self._door.again(exchange)

    def _probe(self, case: Case) -> Probe:
        return Probe(self.plan.scene, case, self._door, self)

    def _keep(self, exchange: Exchange) -> None:
        self.evidence.add(exchange)
        self._writer.keep(exchange)


@dataclass(frozen=True)
class Rejudgement:
    """What a record says when it is judged again."""

    results: dict[str, Any]
    differences: tuple[str, ...]
    same_profiles: bool


def prepare(
    profile_names: Iterable[str],
    goal: Target,
    *,
    options: Options,
    contract_source: str | None = None,
) -> Plan:
    """Read profiles and contract and return the plan; sends nothing but a fetch of the contract.

    Raises:
        ConformanceError: whichever of them does not hold together.
    """
    read = [profiles.read(name) for name in profile_names]
    contract = load_contract(goal, contract_source)
    _known_operations(goal, contract)
    operations = declared_operations(goal, contract)
    mapping = mappings.resolve(goal, contract, operations, national(goal.system))
    return plans.make(read, goal, contract, options, mapping=mapping)


def national(system: str | None) -> Contract | None:
    """Return the national contract of a system, if one is shipped."""
    path = shipped.contract(system or "")
    return None if path is None else contracts.load(path.read_bytes(), path.name)


def _known_operations(goal: Target, contract: Contract) -> None:
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


def load_contract(goal: Target, source: str | None = None) -> Contract:
    """Return the contract named by the caller, by the target, or the national one of its system."""
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
    if "://" in named:
        origin = Origin(named, lambda url: fetch(url, goal))
        return contracts.load(fetch(named, goal), named, origin)
    try:
        return contracts.load(Path(named).read_bytes(), named, Folder(Path(named)))
    except OSError as error:
        # Without a place the target was made up, and the contract named on the command line.
        written = source is None and goal.place
        raise ContractError(
            Text(
                vi=f"không đọc được đặc tả giao diện ({error.strerror})",
                en=f"the contract cannot be read ({error.strerror})",
            ),
            mend=Text(vi="sửa `contract` trong tệp đích", en="mend `contract` in the target file")
            if written
            else Text(vi="kiểm tra lại đường dẫn", en="check the path"),
            place=named,
        ) from error


def rejudge(
    folder: Path,
    *,
    profile_names: Iterable[str] = (),
    as_of: date | None = None,
    write: bool = False,
) -> Rejudgement:
    """Judge a finished record again, offline, from its own inputs and exchanges.

    Args:
        folder: a run directory.
        profile_names: other profiles than the run's own, to see what would change.
        as_of: another day.
        write: write results.json, as the last step of a run does.

    Raises:
        RecordError: the record is unfinished or not as it was written.
    """
    record = records.read(folder)
    plan = _stored_plan(record, profile_names, as_of)
    evidence = Evidence(record.exchanges)
    judge = Judge(plan, evidence)
    findings = [(item, judge.item(item)) for item in plan.items]
    lines = [line for item, found in findings for line in results.lines(item, found)]
    own = not list(profile_names) and as_of is None
    differences = results.differences(record.results, lines)
    document = results.assemble(plan, findings, evidence, record.header)
    if write:
        records.write_json(folder / "results.json", document)
    return Rejudgement(document, tuple(differences), own)


def summary_differences(folder: Path, again: Mapping[str, Any]) -> list[str]:
    """Return which parts of results.json are not what the record says."""
    path = folder / "results.json"
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ["results.json: missing or not JSON"]
    return [
        f"results.json: {key} differs"
        for key in sorted({*stored, *again})
        if stored.get(key) != again.get(key)
    ]


def new_seed() -> int:
    """Return a fresh seed."""
    return random_source.randbelow(2**32)


def open_session(plan: Plan, out: Path) -> Session:
    """Return a session with its run directory made and the target reached.

    Raises:
        UnreachableError: the target does not answer, the base path is wrong, a token is refused.
    """
    session = Session(plan, out)
    try:
        session.reach()
    except UnreachableError:
        session.close()
        # Nothing was judged: a folder would only look like a run.
        shutil.rmtree(session.folder, ignore_errors=True)
        raise
    except BaseException:
        session.close()
        raise
    return session


def _right_address(plan: Plan, answers: list[tuple[Operation, Exchange]]) -> None:
    """Say "wrong base URL" once, rather than report every operation as missing."""
    if len(answers) < 2 or any(answer.status != 404 for _, answer in answers):  # noqa: PLR2004  # one 404 is no proof
        return
    declared = [path for path in plan.scene.contract.server_paths() if path]
    hint = f" ({', '.join(declared)})" if declared else ""
    raise UnreachableError(
        Text(
            vi=f"mọi thao tác đều trả lời 404: `base_url` có lẽ thiếu đường dẫn gốc{hint}",
            en=f"every operation answers 404: `base_url` probably lacks its base path{hint}",
        ),
        mend=Text(
            vi="đặt `base_url` đúng như `servers` của đặc tả giao diện, hoặc dùng --base-url",
            en="set `base_url` as the contract's `servers` say, or use --base-url",
        ),
        place=plan.target.base_url,
    )


def _accepted_identities(answers: list[tuple[Operation, Exchange]]) -> None:
    """Refuse to go on with credentials that nobody accepts."""
    by_identity: dict[str, list[int]] = {}
    for operation, answer in answers:
        if answer.identity is not None and operation.secured:
            by_identity.setdefault(answer.identity, []).append(answer.status)
    for name, statuses in by_identity.items():
        if all(status == 401 for status in statuses):  # noqa: PLR2004  # RFC 9110, 15.5.2
            raise UnreachableError(
                Text(
                    vi=f"đích từ chối danh tính {name} (401) ở mọi thao tác",
                    en=f"the target refuses the identity {name} (401) on every operation",
                ),
                mend=Text(
                    vi=f"kiểm tra mã thông báo của `identities.{name}`: sai, hết hạn, hay của"
                    " môi trường khác?",
                    en=f"look at the credential of `identities.{name}`: wrong, expired, or of"
                    " another environment?",
                ),
                place=f"identities.{name}",
            )


def _header(plan: Plan, started: str) -> dict[str, Any]:
    return {
        "tool": results.tool(),
        "target": plan.target.id,
        "profiles": [{"id": p.id, "version": p.version, "digest": p.digest} for p in plan.profiles],
        "contract": {"source": _shown_source(plan), "digest": plan.scene.contract.digest},
        "options": plan.options.as_json(),
        "started": started,
    }


def _shown_source(plan: Plan) -> str:
    """Return where the contract came from, without the folders of the tester's machine."""
    source = plan.scene.contract.source
    # A query may hold a credential.
    return source.partition("?")[0] if "://" in source else Path(source).name


def _inputs(plan: Plan, redactor: Redactor) -> dict[str, Any]:
    stored = plan.target.stored()
    stored.pop("contract", None)
    # Identities hold references to secrets, and the names under which people log in.
    if "identities" in stored:
        stored["identities"] = redactor.log_ins(stored["identities"])
    if "examples" in stored:
        stored["examples"] = redactor.examples(stored["examples"])
    return {
        **{f"profile-{p.id}.json": p.source for p in plan.profiles},
        "contract.json": plan.scene.contract.original,
        "target.json": stored,
        "mapping.json": plan.scene.mapping.as_json(),
        "attestations.json": list(plan.target.attestations),
        "waivers.json": list(plan.target.waivers),
    }


def _plan_json(plan: Plan) -> dict[str, Any]:
    return {
        "options": plan.options.as_json(),
        "requests_at_most": costs.at_most(plan),
        "items": [
            {
                "requirement": item.requirement.id,
                "unit": item.unit,
                "checks": [asked.case for asked in item.asked],
            }
            for item in plan.items
        ],
    }


def _stored_plan(record: records.Record, profile_names: Iterable[str], as_of: date | None) -> Plan:
    """Return the plan of a record, from its own inputs or under other profiles."""
    own = [
        profiles.resolve(content)
        for name, content in record.inputs.items()
        if name.startswith("profile-")
    ]
    chosen: list[Profile] = [profiles.read(name) for name in profile_names] or own
    goal = _stored_target(record.inputs)
    source = str(record.header["contract"]["source"])
    contract = Contract(record.inputs["contract.json"], source)
    options = Options.of(record.header["options"])
    if as_of is not None:
        options = replace(options, as_of=as_of)
    mapping = Mapped.of(record.inputs["mapping.json"])
    return plans.make(chosen, goal, contract, options, mapping=mapping)


def _stored_target(inputs: Mapping[str, Any]) -> Target:
    """Return the target as it travels with a run: without its secrets."""
    document = {
        **inputs["target.json"],
        "attestations": inputs["attestations.json"],
        "waivers": inputs["waivers.json"],
    }
    return target.of(_fillable(document), place="inputs/target.json", stored=True)


def _fillable(document: Any) -> Any:
    # A demonstration secret was cut to `demo:`; the shape wants something behind it.
    if isinstance(document, str):
        return "demo:-" if document == "demo:" else document
    if isinstance(document, Mapping):
        return {key: _fillable(value) for key, value in document.items()}
    if isinstance(document, list):
        return [_fillable(value) for value in document]
    return document
