"""Under `pytest -n` one process asks and the workers tell: the controller of pytest-xdist.

Whoever asks a target has to keep one pace, one budget, one log-in for each identity, one record
and the values that stand behind its tokens; so the controller alone has a session. It settles the
plan by its own workers, which are threads; a worker of xdist waits for what the controller found
of the item that it was given, and tells it. Who runs which item is then of no account, and tests
that are not ours are shared out as if there were none of ours.

The channel is a socket on loopback with a secret that lives in memory (`multiprocessing`).
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

import pytest

from conformance import engine, opening
from conformance.engine import Session
from conformance.errors import ConformanceError, InternalError
from conformance.evidence import Exchange
from conformance.judge import Finding
from conformance.opening import Wishes
from conformance.plan import Item, Plan
from conformance.probe import Ask, Probe, Series, in_series
from conformance.probe.questions import Case, Handshake, Lookup, Question
from conformance.probe.scene import Scene
from conformance.pytest_lives import Ending, Live
from conformance.text import Text
from conformance.verdict import NotTested

_LOOPBACK = ("127.0.0.1", 0)
_ENDED = Text(vi="phiên pytest đã kết thúc", en="the session of pytest has ended")
# The name under which a controller's note to its workers travels.
NOTE = "conformance"


class Host:
    """Asks for all workers of a controller, and finishes the records.

    Args:
        wishes: the options of the session.
        out: where run directories are made.
        workers: how many units at most are settled at the same time.
    """

    def __init__(self, wishes: Wishes, out: Path, workers: int) -> None:
        self._wishes = replace(
            wishes,
            seed=engine.new_seed() if wishes.seed is None else wishes.seed,
            as_of=opening.day(wishes.as_of).isoformat(),
        )
        self._out = out
        self._workers = workers
        self._closed = threading.Event()
        self._secret = secrets.token_bytes(32)
        self._listener = Listener(_LOOPBACK, authkey=self._secret)
        self._hosted: dict[str, _Hosted] = {}
        self._turn = threading.Lock()
        threading.Thread(target=self._listen, name="conformance-host", daemon=True).start()

    @property
    def note(self) -> dict[str, Any]:
        """What a worker has to know: where to ask, and by which day and seed to plan."""
        return {
            "address": self._listener.address,
            "secret": self._secret,
            "seed": self._wishes.seed,
            "as_of": self._wishes.as_of,
        }

    def finish(self, ending: Ending, lang: str) -> None:
        """Finish each record of which every item was told."""
        self._closed.set()
        self._listener.close()
        with self._turn:
            hosted = list(self._hosted.values())
        for one in hosted:
            one.finish(ending, lang)

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                channel = self._listener.accept()
            except (OSError, EOFError, AuthenticationError):
                # Closed, or somebody without the secret knocked.
                continue
            threading.Thread(target=self._serve, args=(channel,), daemon=True).start()

    def _serve(self, channel: Connection) -> None:
        with channel:
            while True:
                try:
                    profile, wish, given = channel.recv()
                except (EOFError, OSError):
                    return
                try:
                    answer: Any = getattr(self._of(profile), wish)(*given)
                except (ConformanceError, NotTested) as error:
                    answer = error
                except Exception as error:  # noqa: BLE001  # told to whoever asked
                    kind = type(error).__name__
                    answer = InternalError(Text(vi=f"lỗi nội bộ: {kind}", en=f"internal: {kind}"))
                channel.send(answer)

    def _of(self, profile: str) -> _Hosted:
        with self._turn:
            if profile not in self._hosted:
                names = (profile,) if profile else ()
                live = Live(opening.plan(names, self._wishes), self._out)
                self._hosted[profile] = _Hosted(live, self._workers)
            return self._hosted[profile]


class _Hosted:
    """One plan that is settled for the workers; each public method is one of their wishes."""

    def __init__(self, live: Live, workers: int) -> None:
        self._live = live
        self._workers = workers
        self._found: dict[str, list[Finding]] = {}
        self._broken: BaseException | None = None
        self._changed = threading.Condition()
        self._begun: threading.Thread | None = None
        self._stopped = threading.Event()

    def choose(self, names: set[str]) -> None:
        """Settle these items and no others; all workers choose the same."""
        with self._changed:
            if self._begun is None:
                self._live.narrow(names)
                self._begun = threading.Thread(target=self._settle, daemon=True)
                self._begun.start()

    def finding(self, name: str) -> list[Finding]:
        """Return what was found of an item, as soon as it is."""
        with self._changed:
            self._changed.wait_for(lambda: name in self._found or self._broken is not None)
            if name not in self._found:
                assert self._broken is not None  # noqa: S101  # waited for
                raise self._broken
            self._live.ran.add(name)
            return self._found[name]

    def ask(self, question: Question, case: Case) -> Exchange:
        """Ask for a probe of a worker."""
        return self._live.session.door.ask(question, case, apart=True)

    def shake(self, handshake: Handshake | Lookup, case: Case) -> Exchange:
        """Make a handshake for a probe of a worker."""
        return self._live.session.door.shake(handshake, case)

    def baseline(self, unit: str) -> Exchange:
        """Return the baseline of an operation for a probe of a worker."""
        operation = self._live.plan.scene.operation(unit)
        assert operation is not None  # noqa: S101  # the worker has the same contract
        return self._live.session.baseline(operation)

    def shaken(self, handshake: Handshake | Lookup, attempt: int) -> Exchange:
        """Return a shared handshake for a probe of a worker."""
        return self._live.session.shaken(handshake, attempt)

    def finish(self, ending: Ending, lang: str) -> None:
        """Finish the record, if every item was told."""
        self._stopped.set()
        if self._begun is not None:
            self._begun.join()
        with self._changed:
            # Where a session ends early, whoever still waits is let go.
            self._broken = self._broken or InternalError(_ENDED)
            self._changed.notify_all()
        done = self._live.finish(lang)
        if done is not None:
            ending.add(*done, self._live.halted)

    def _settle(self) -> None:
        try:
            engine.run_all(
                self._live.session, workers=self._workers, told=self._tell, stopped=self._stopped
            )
        except BaseException as error:  # noqa: BLE001  # told to every worker that waits
            with self._changed:
                self._broken = error
                self._changed.notify_all()

    def _tell(self, item: Item, found: list[Finding]) -> None:
        with self._changed:
            self._found[item.name] = found
            self._changed.notify_all()


class Channel:
    """A worker's way to the controller."""

    def __init__(self, note: dict[str, Any]) -> None:
        self._channel = Client(tuple(note["address"]), authkey=note["secret"])
        self._turn = threading.Lock()

    def ask(self, profile: str, wish: str, *given: Any) -> Any:
        """Return the answer to a wish; raise what the controller raised."""
        with self._turn:
            self._channel.send((profile, wish, given))
            answer = self._channel.recv()
        if isinstance(answer, BaseException):
            raise answer
        return answer


class Distant(Live):
    """A plan whose session the controller has."""

    def __init__(self, plan: Plan, profile: str, channel: Channel) -> None:
        super().__init__(plan, Path())
        self._profile = profile
        self._channel = channel

    def narrow(self, names: set[str]) -> None:
        """Keep only these items, here and in the controller."""
        super().narrow(names)
        self._channel.ask(self._profile, "choose", names)

    @property
    def session(self) -> Session:
        """There is none here."""
        raise AssertionError

    def probe(self, name: str) -> Probe:
        """Return a probe whose questions the controller asks."""
        away = _Away(self.plan.scene, self._profile, self._channel)
        return Probe(self.plan.scene, Case("pytest", name), away, away)

    def run(self, item: Item) -> list[Finding]:
        """Return what the controller found of an item."""
        found: list[Finding] = self._channel.ask(self._profile, "finding", item.name)
        return found

    def finish(self, lang: str) -> None:  # the controller does
        """Leave the record to the controller."""


class _Away:
    """The door and the shared answers of a probe, in another process."""

    def __init__(self, scene: Scene, profile: str, channel: Channel) -> None:
        self._scene = scene
        self._ask: Callable[..., Any] = lambda wish, *given: channel.ask(profile, wish, *given)

    def ask(self, question: Question, case: Case) -> Exchange:
        found: Exchange = self._ask("ask", question, case)
        return found

    def shake(self, handshake: Handshake | Lookup, case: Case) -> Exchange:
        found: Exchange = self._ask("shake", handshake, case)
        return found

    def wait(self, seconds: float) -> None:
        threading.Event().wait(seconds)

    def baseline(self, operation: Any) -> Exchange:
        found: Exchange = self._ask("baseline", operation.unit)
        return found

    def shaken(self, handshake: Handshake | Lookup, attempt: int) -> Exchange:
        found: Exchange = self._ask("shaken", handshake, attempt)
        return found

    def series(self, case: Case, asks: Sequence[Ask]) -> Series:
        return in_series(Probe(self._scene, case, self, self), asks)


class Controller:
    """The plugin object of a controller: tells the workers where to ask, and what came of it."""

    def __init__(self, host: Host, lang: str, ending: Ending) -> None:
        self._host = host
        self._lang = lang
        self._ending = ending

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give a worker our note."""
        node.workerinput[NOTE] = self._host.note

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Write the records, and let workers go that still wait, before xdist waits for them."""
        self._host.finish(self._ending, self._lang)
