"""A live run: has a target, a door and a growing record, and ends with `finish`."""

from __future__ import annotations

import contextlib
import secrets as random_source
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from conformance import record as records
from conformance import results
from conformance.collected import Evidence
from conformance.contract.operations import Operation
from conformance.door.live import LiveDoor
from conformance.door.network import proxy_secrets, unreachable
from conformance.engine import inputs, keys, ledger, reaching, resuming
from conformance.engine.framing import Framing, question_of
from conformance.engine.generating import Generator
from conformance.engine.good_calls import GoodCalls
from conformance.engine.minimising import Minimiser
from conformance.engine.once import Once
from conformance.engine.rejudging import rejudge
from conformance.errors import InternalError, UnreachableError
from conformance.evidence import Exchange
from conformance.identities.credentials import Credentials
from conformance.judge import Finding, Judge, repeatable
from conformance.plan import TARGET_UNIT, Asked, Item, Plan
from conformance.privacy import vocabulary
from conformance.privacy.redaction import Redactor
from conformance.probe import Ask, Probe, Series, in_series
from conformance.probe.questions import BASELINE, GENERATED, Case, Handshake, Lookup, Question
from conformance.text import Text
from conformance.tls import channel
from conformance.verdict import NotTested, Violation


class Session:
    """A live run: has a target, a door and a growing record, and ends with `finish`."""

    def __init__(self, plan: Plan, out: Path, *, resumed: Path | None = None) -> None:
        self.plan = plan
        before = None if resumed is None else records.unfinished(resumed)
        self._key = keys.fresh() if before is None else resuming.key_of(before)
        credentials = Credentials(plan.target)
        redactor = Redactor(
            {**credentials.secrets(), **proxy_secrets(plan.target)},
            key=self._key.value,
            synthetic=plan.target.synthetic,
            vocabulary=vocabulary.of(plan.scene.contract.document, plan.target.base_url),
        )
        brought, planned = inputs.stored(plan, redactor), inputs.plan_json(plan)
        started = records.now() if before is None else str(before.header["started"])
        header = inputs.header(plan, started, self._key)
        if before is not None:
            resuming.check_sameness(before, records.header_of(header, brought, planned))
        self._door = LiveDoor(plan.scene, credentials, redactor, self._keep)
        try:
            # Made last: what cannot begin leaves no empty folder behind.
            self.folder = resumed or records.new_folder(
                out, plan.target.id, [p.id for p in plan.profiles]
            )
            self._writer = records.Writer(self.folder, header, brought, planned, before)
        except BaseException:
            self._door.close()
            if resumed is None and hasattr(self, "folder"):
                # Nothing was asked: there is nothing to go on with.
                shutil.rmtree(self.folder, ignore_errors=True)
            raise
        self._key.keep()
        shard = self.folder / records.MAIN
        done = before.exchanges if before else records.Shelf(self.folder, shard)
        self.evidence = Evidence(done.growing(self._writer.keep))
        # Whoever judges sees the target as the record will show it, not with its secrets.
        seen = replace(plan.scene, target=inputs.target_of(brought))
        self._judge = Judge(replace(plan, scene=seen), self.evidence)
        self._reserve: ledger.Reserve | None = None
        if plan.target.permits("write"):
            done_before = self.evidence.exchanges
            self._reserve = ledger.Reserve(plan.scene, self._door.reserve, done_before)
        self._before = resuming.take_up(before, self._judge)
        self._door.take_up(self._before.exchanges, self._before.questions)
        self._baselines: Once[str, Exchange | NotTested] = Once()
        self._shaken: Once[tuple[Handshake | Lookup, int], Exchange] = Once()
        self._series: Once[Case, Series] = Once()
        self._settled: Once[tuple[str, str], bool] = Once()
        self._generated: Once[str, bool] = Once()
        framing = Framing(plan)
        good_calls = GoodCalls(self, framing)
        self._generator = Generator(self, good_calls, framing)
        self._minimiser = Minimiser(self, good_calls, framing, self._judge)
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
        self._writer.settled(TARGET_UNIT, BASELINE)
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
        reaching.right_address(self.plan, answers)
        # A run that was stopped meanwhile still ends with a record, in which all is open.
        if refused and self._door.halt is None:
            raise refused[0]
        reaching.accepted_identities(answers)
        for _, answer in answers:
            if answer.id in self._before.questions and answer.facts.get("body_tokens"):
                self._door.refresh(answer)

    def greet(self, *, raw: bool = False) -> Exchange:
        """Ask for a path that the contract does not name: the first word of every run."""
        probe = self._probe(Case(TARGET_UNIT, BASELINE))
        question = Question("GET", self.plan.target.base_url + probe.unknown_path(), raw=raw)
        if self._before.has(TARGET_UNIT, BASELINE):
            return self._door.ask(question, Case(TARGET_UNIT, "resumed"), apart=True)
        return self._door.ask(question, probe.case)

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
            if asked.preset is None:
                self._settled.get((item.unit, asked.case), partial(self._settle, asked, item.unit))

    def judge(self, item: Item) -> list[Finding]:
        """Return the findings of a settled item."""
        key = item.requirement.id, item.unit
        if key not in self._findings:
            self._findings[key] = self._judge.item(item)
        return self._findings[key]

    def probe(self, unit: str, name: str) -> Probe:
        """Return a probe for questions of the caller's own, on the same door and record.

        They enter no verdict: no law is judged on what comes of them.
        """
        return Probe(self.plan.scene, Case(unit, name), _Apart(self._door), self)

    def run(self, item: Item) -> list[Finding]:
        """Settle and judge one item."""
        self.settle(item)
        return self.judge(item)

    def finish(self) -> dict[str, Any]:
        """Write the record and results.json; return the results.

        The results are derived from the record as it lies on disk, by the code that a
        rejudgement uses.
        """
        self.clean_up()
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
        self._key.drop()
        # What was written is looked at anew, from the record, and held once.
        self.evidence = self._judge.evidence = Evidence()
        again = rejudge(self.folder, write=True)
        self.evidence = again.evidence
        if again.differences:
            raise InternalError(
                Text(
                    vi=f"kết luận khi chạy khác kết luận từ bản ghi: {again.differences[0]}",
                    en=f"the run and its record are judged differently: {again.differences[0]}",
                ),
                place=str(self.folder),
            )
        return again.results

    def clean_up(self) -> None:
        """Delete what the run created, as far as it can be told and reached.

        Not where a run is interrupted: who goes on with it needs what it created, and removes that
        at the end.
        """
        if self._open and self.plan.target.permits("write"):
            self._reserve = None
            self._door.reserve(0)
            ledger.clean_up(self.probe(TARGET_UNIT, ledger.CASE), self.evidence.exchanges)

    def close(self) -> None:
        """Close the door; a run that was not finished keeps its shard and has no footer."""
        if self._open:
            self._open = False
            self._door.close()
            self._writer.abandon()

    def give_up(self) -> None:
        """Close a run that nobody will go on with; what was written stays, on our side alone."""
        self.clean_up()
        self.close()
        self._key.drop()

    def discard(self) -> None:
        """Close, and remove what was written: a folder would only look like a run."""
        self.give_up()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def door(self) -> LiveDoor:
        """What asks the target."""
        return self._door

    @property
    def requests(self) -> int:
        """How many requests have left."""
        return self._door.sent

    @property
    def halted(self) -> Text | None:
        """Why the run stopped asking before its end, in a sentence; None where it did not."""
        return self._door.halt.because if self._door.halt else None

    # --- traffic --------------------------------------------------------------------------------

    def baseline(self, operation: Operation) -> Exchange:
        """Return the baseline of an operation, calling it the first time."""
        found = self._baselines.get(operation.unit, partial(self._first_call, operation))
        if isinstance(found, NotTested):
            # Remembered and raised again and again: without this its traceback would grow.
            raise found.with_traceback(None)
        return found

    def _first_call(self, operation: Operation) -> Exchange | NotTested:
        try:
            if self._before.has(operation.unit, BASELINE):
                return self._judge.baseline(operation)
            found: Exchange | NotTested = self._probe(Case(operation.unit, BASELINE)).trial(
                operation
            )
        except NotTested as outcome:
            found = outcome
        self._writer.settled(operation.unit, BASELINE)
        self._judge.forget()
        return found

    def shaken(self, handshake: Handshake | Lookup, attempt: int) -> Exchange:
        """Return what came of a handshake, making it the first time."""
        return self._shaken.get((handshake, attempt), partial(self._shake, handshake, attempt))

    def _shake(self, handshake: Handshake | Lookup, attempt: int) -> Exchange:
        if self._before.exchanges:
            with contextlib.suppress(NotTested):
                return self._judge.shaken(handshake, attempt)
        return self._door.shake(handshake, Case(TARGET_UNIT, handshake.case, attempt))

    def series(self, case: Case, asks: Sequence[Ask]) -> Series:
        """Return what came of a series of questions, asking them the first time."""
        return self._series.get(case, partial(self._ask_all, case, asks))

    def _ask_all(self, case: Case, asks: Sequence[Ask]) -> Series:
        if self._before.has(case.unit, case.name, case.attempt):
            return self._judge.series(case, asks)
        made = in_series(self._probe(case), asks)
        self._writer.settled(case.unit, case.name, case.attempt)
        return made

    def _is_about_tls(self) -> bool:
        """Whether the target does speak TLS, though not as it should, and the plan asks just that.

        An expired certificate is a finding; whoever did not ask for it wants to be told at once.
        """
        asked = any(a.check.channel for item in self.plan.items for a in item.asked)
        if not asked or self.plan.target.scheme != "https":
            return False
        return channel.speaks_tls(self._probe(Case(TARGET_UNIT, BASELINE)))

    def _settle(self, asked: Asked, unit: str) -> bool:
        if not self._before.has(unit, asked.case):
            if asked.check.kind == "law":
                self._settle_law(asked, unit)
            else:
                self._settle_check(asked, unit)
            self._writer.settled(unit, asked.case)
        return True

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
        if operation is not None and asked.check.generated:
            self.generate(operation)
        for exchange, violation in list(self._judge.tally(asked, unit).buckets.values()):
            if repeatable(exchange, self.plan) and self.evidence.again(exchange) is None:
                self._remember(exchange)
                self._door.again(exchange)
            if "generated" in exchange.facts:
                self._minimiser.settle(asked, exchange, violation)

    def generate(self, operation: Operation) -> None:
        """Make the generated traffic of an operation, unless it is there."""
        self._generated.get(operation.unit, partial(self._generate, operation))

    def _generate(self, operation: Operation) -> bool:
        if not self._before.has(operation.unit, GENERATED):
            self._generator.settle(operation)
            self._writer.settled(operation.unit, GENERATED)
        return True

    def _remember(self, exchange: Exchange) -> None:
        """Have the door know what was asked in an exchange."""
        if self._door.remembers(exchange):
            return
        if "generated" in exchange.facts:
            self._door.remember({exchange.id: question_of(exchange)})
        else:
            self._door.remember(resuming.questions(self._judge, exchange.unit))

    def asking(self, case: Case) -> Probe:
        """Return a probe for a case of the plan; its exchanges are judged."""
        return self._probe(case)

    def _probe(self, case: Case) -> Probe:
        return Probe(self.plan.scene, case, self._door, self, cut=self.evidence.cut(case))

    def _keep(self, exchange: Exchange) -> None:
        self.evidence.add(exchange)
        if self._reserve is not None:
            self._reserve.note(exchange)


class _Apart:
    """The door for whoever asks beside the plan."""

    def __init__(self, door: LiveDoor) -> None:
        self._door = door
        self.shake = door.shake

    def ask(self, question: Question, case: Case) -> Exchange:
        """Ask, and have no law judged on what comes."""
        return self._door.ask(question, case, apart=True)


def open_session(
    plan: Plan,
    out: Path,
    *,
    resumed: Path | None = None,
    made: Callable[[Path], None] = lambda _folder: None,
) -> Session:
    """Return a session with its run directory made and the target reached.

    Args:
        plan: what is asked.
        out: where the run directory is made.
        resumed: the directory of an interrupted run, to go on with it.
        made: told of the run directory before anything is sent.

    Raises:
        UnreachableError: the target does not answer, the base path is wrong, a token is refused,
            or an operator holds all runs back.
        UsageError: the directory cannot be written, or what was interrupted cannot go on.
    """
    reaching.not_stopped(plan.target)
    session = Session(plan, out, resumed=resumed)
    try:
        made(session.folder)
        session.reach()
    except UnreachableError:
        # Nothing was judged, unless before an interruption.
        (session.discard if resumed is None else session.close)()
        raise
    except BaseException:
        session.close()
        raise
    return session


def new_seed() -> int:
    """Return a fresh seed."""
    return random_source.randbelow(2**32)
