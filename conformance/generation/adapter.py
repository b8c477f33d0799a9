"""The one place that knows schemathesis and hypothesis: requests drafted from a contract.

Both are extras and imported when a generator is made, never before. What is used of schemathesis is
public where it can be; what is not (`CoverageGenerator`, `ExamplesGenerator`, `GenerationSession`,
`Override`, `NO_FEEDBACK`, `generation_for`) is why its minor version is pinned. Of hypothesis we
reach into `configuration` and `providers`, in `_apart`. tests/unit/test_adapter.py holds all of it.

Drafts are the same in every process and for every order of operations. Two things would undo that
and are shut out: hypothesis mixes the constants of whatever local modules are loaded into what it
draws, and looks for tables and settings in the folder where it was started.
"""

from __future__ import annotations

import contextlib
import copy
import ctypes
import hashlib
import os
import re
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import islice, repeat
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, unquote

from conformance.errors import ContractError, UsageError
from conformance.formats.national import ALL
from conformance.generation.knots import untied
from conformance.generation.turns import in_turn
from conformance.text import Text

# How many cases are looked at for each that is wanted: enough for a fair sample, and no more.
LOOKED_AT = 20
# What a case may take beyond the budget of its operation before it is ended from outside.
GRACE = 2.0
# Drawn for each that is wanted: what is drawn twice, or was drafted already, is left out.
DRAWN = 2
# Values made of a format under a pattern, values drawn of the pattern where hardly one fits, and
# one in how many must fit to draw from the format.
_TRIED = 400
_MATCHED = 120
_SHARE = 4
_NAMES = frozenset(ALL)
_TROUBLE = 200
_BASE = "http://localhost"
# Who asks sets these; the generator's own words never reach a target.
_NOT_OURS = frozenset(
    {
        "accept",
        "authorization",
        "content-length",
        "content-type",
        "cookie",
        "host",
        "transfer-encoding",
        "user-agent",
    }
)
_OWN_HEADER = "x-schemathesis-"
# What UTF-8 encodes: everything but surrogates (RFC 3629, section 3).
_CHARACTERS = ((0, 0xD7FF), (0xE000, 0x10FFFF))
# As the encoders make them: in the media type, in that of a part, and before the first part.
_BOUNDARY = re.compile(rb"(?:boundary=|(?:\A|\n\n)--)([0-9a-f]{32})\b")
# Words of a JSON Schema behind which a name or a number of its own follows.
_SKIPPED = frozenset({"$ref", "allOf", "anyOf", "oneOf", "prefixItems"})
_MODES = (("valid", "positive"), ("invalid", "negative"))


class ToolMissingError(UsageError):
    """What an extra of this distribution brings is not installed."""


class _Overdue(BaseException):
    """Ends work that lasts too long; nothing on the way may take it for an error of its own."""


class _Enough(BaseException):
    """Ends a run of hypothesis that has drawn what is wanted."""


@dataclass(frozen=True)
class Draft:
    """One request as a generator drafted it: its parts as texts, before anything is sent.

    Attributes:
        origin: "coverage", "fuzzing" or "examples".
        meant: "valid" or "invalid", as the generator says; nobody is judged by it.
        location: what is bent: "path", "query", "header", "cookie", "body" or "".
        parameter: its name; for a body the JSON pointer of the value (RFC 6901), "" for all of it.
        scenario: the generator's own short word of what was bent.
        path: the values of the path parameters, not percent-encoded.
        query: names and values in their order, not percent-encoded.
        headers: without those that whoever asks sets; cookies are one `Cookie`.
        media_type: the `Content-Type`, with its parameters; "" where there is none.
        body: what is sent, None where there is none.
    """

    origin: str
    meant: str
    location: str
    parameter: str
    scenario: str
    path: Mapping[str, str]
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    media_type: str
    body: bytes | None

    @property
    def wire(self) -> tuple[object, ...]:
        """What two drafts share that would send the same request."""
        return (
            tuple(sorted(self.path.items())),
            self.query,
            self.headers,
            self.media_type,
            self.body,
        )


@dataclass(frozen=True)
class Limits:
    """How much is drafted for one operation.

    Attributes:
        coverage: the most coverage cases; more of them are sampled, evenly over what is bent.
        valid: the most fuzzed cases that are meant to be valid.
        invalid: the most fuzzed cases that are meant to be invalid.
        seconds: the time for one operation. It is the last resort: a draft that it cut is not
            drafted again for sure, so `Generator.cut` tells of it.
        examples: the most cases made of what the contract itself gives as examples.
        looked_at: how many coverage cases are looked at for each that is wanted.
    """

    coverage: int
    valid: int
    invalid: int
    seconds: float = 20.0
    examples: int = 4
    looked_at: int = LOOKED_AT


class Generator:
    """Drafts requests to the operations of one contract; has a life, for the contract is read once.

    `troubles` and `cut` speak of the operation that was asked for last. `troubles` says in the
    generator's words what it could not do. `cut` says that time ended the drafting: what came after
    may differ from run to run.

    Args:
        document: a bundled OpenAPI document of version 2.0, 3.0, 3.1 or 3.2; it is not changed.
        seed: what fuzzing starts from. Coverage does not depend on it, the sample of it does.

    Raises:
        ToolMissingError: schemathesis is not installed.
        ContractError: schemathesis does not read the document.
    """

    def __init__(self, document: Mapping[str, Any], seed: int) -> None:
        self.troubles: list[str] = []
        self.cut = False
        self._tools = _tools()
        self._seed = seed
        with _apart(self._tools):
            self._schema = _loaded(self._tools, document)

    def drafts(self, method: str, path: str, limits: Limits) -> Iterator[Draft]:
        """Draft requests to one operation, no two of them the same on the wire.

        Args:
            method: as in the request, in any case.
            path: as in the contract, with its `{names}`.
            limits: how much of it.

        Returns:
            Examples, then the coverage cases, fuzzed valid ones, fuzzed invalid ones. Each of these
            is drafted when it is asked for; an operation that cannot be drafted gives none.
        """
        self.troubles, self.cut = [], False
        return self._drafts(_Asked(method.upper(), path, limits, self._seed, self.troubles))

    def _drafts(self, asked: _Asked) -> Iterator[Draft]:
        stages: tuple[tuple[_Stage, int], ...] = (
            (_examples, asked.limits.examples),
            (_coverage, asked.limits.coverage),
            (partial(_fuzzed, meant="valid"), asked.limits.valid),
            (partial(_fuzzed, meant="invalid"), asked.limits.invalid),
        )
        for stage, limit in stages:
            if limit <= 0 or asked.left <= 0:
                self.cut = self.cut or asked.left <= 0
                continue
            begun = time.monotonic()
            found: list[Draft] = []
            with _apart(self._tools):
                work = partial(self._stage, asked, stage, limit, found)
                ended = _ended(asked.left + GRACE, work)
            asked.left -= time.monotonic() - begun
            self.cut = self.cut or asked.cut or ended
            yield from found

    def _stage(self, asked: _Asked, stage: _Stage, limit: int, found: list[Draft]) -> None:
        def keep(case: Any, meant: str, origin: str) -> bool:
            """Keep a case as a draft; return whether more are wanted."""
            draft = self._draft(asked, case, meant, origin)
            if draft is not None and draft.wire not in asked.seen:
                asked.seen.add(draft.wire)
                found.append(draft)
            return len(found) < limit and not asked.late

        asked.end = time.monotonic() + asked.left
        try:
            operation = self._schema[asked.path][asked.method]
            stage(operation, asked, limit, keep)
        except Exception as error:  # noqa: BLE001 - whatever it does not understand of a contract
            asked.trouble("drafting", error)

    def _draft(self, asked: _Asked, case: Any, meant: str, origin: str) -> Draft | None:
        if case.method.upper() != asked.method or case.path != asked.path:
            return None
        try:
            location, parameter, scenario = _bent(case, origin, meant)
            query, headers, media_type, body = _parts(self._tools, case)
            return Draft(
                origin=origin,
                meant=meant,
                location=location,
                parameter=parameter,
                scenario=scenario,
                # It quotes what it drew; a name and a value are what our own transport takes.
                path={name: unquote(str(value)) for name, value in case.path_parameters.items()},
                query=query,
                headers=headers,
                media_type=media_type,
                body=body,
            )
        except Exception as error:  # noqa: BLE001 - one case that cannot be written down, others can
            asked.trouble(f"{origin}, {case.media_type or 'no body'}", error)
            return None


@dataclass
class _Asked:
    """One asking for drafts: what has been found, what time is left."""

    method: str
    path: str
    limits: Limits
    seed: int
    troubles: list[str]
    seen: set[tuple[object, ...]] = field(default_factory=set)
    left: float = 0.0
    end: float = 0.0
    cut: bool = False

    def __post_init__(self) -> None:
        self.left = self.limits.seconds

    @property
    def late(self) -> bool:
        """Whether the time is over; asked between cases."""
        self.cut = self.cut or time.monotonic() > self.end
        return self.cut

    def number(self, *words: str) -> int:
        """A number that depends on the seed, the operation and some words, in every process."""
        text = "\0".join((str(self.seed), self.method, self.path, *words))
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")

    def trouble(self, where: str, error: BaseException) -> None:
        """Note what the generator could not do, once."""
        first = next(iter(str(error).splitlines()), "")
        said = f"{where}: {type(error).__name__}: {first}"[:_TROUBLE]
        if said not in self.troubles:
            self.troubles.append(said)


_Keep = Callable[[Any, str, str], bool]
_Stage = Callable[[Any, _Asked, int, _Keep], None]


# --- what schemathesis is asked for ---------------------------------------------------------------


def _examples(operation: Any, asked: _Asked, limit: int, keep: _Keep) -> None:
    tools = _tools()
    made = tools.ExamplesGenerator(
        operation=operation,
        override=tools.Override(),
        feedback=tools.NO_FEEDBACK,
        fill_missing=False,
    )
    for case in islice(made, LOOKED_AT * limit):
        if not keep(case, "valid", "examples"):
            break
    for error in made.controller.deferred_errors:
        asked.trouble("examples", error)


def _coverage(operation: Any, asked: _Asked, limit: int, keep: _Keep) -> None:
    tools = _tools()
    config = operation.schema.config.generation_for(operation=operation, phase="coverage")
    strata: _Strata = {}
    for meant, mode in _MODES:
        # A pass for each: the valid ones of a large schema would take all the room.
        made = tools.CoverageGenerator(
            operation=operation,
            generation_modes=[tools.GenerationMode(mode)],
            generation_config=config,
            auth_storage=None,
            override=tools.Override(),
            feedback=tools.NO_FEEDBACK,
            session=tools.GenerationSession(),
        )
        try:
            for case in islice(made, asked.limits.looked_at * limit // len(_MODES)):
                data = case.meta.phase.data
                bent = data.parameter_location
                stratum = meant, bent.value if bent else "", str(data.scenario.value)
                what = f"{data.parameter} {data.location} {data.description}"
                strata.setdefault(stratum, {}).setdefault(what, []).append(case)
                if asked.late:
                    break
        except Exception as error:  # noqa: BLE001 - the other mode may still be drafted
            asked.trouble(f"coverage, {meant}", error)
        for media_type in sorted(made.controller.unserializable_media_types):
            asked.trouble("coverage", ValueError(f"cannot write {media_type}"))
        for deferred in made.controller.deferred_errors:
            asked.trouble("coverage", deferred)
    for meant, case in _spread(asked, strata):
        if not keep(case, meant, "coverage"):
            break


_Strata = dict[tuple[str, str, str], dict[str, list[Any]]]


def _spread(asked: _Asked, strata: _Strata) -> Iterator[tuple[str, Any]]:
    """Yield every case: one of each stratum in turn, and in a stratum one of each thing bent."""
    queues = []
    for stratum, things in strata.items():
        names = sorted(things, key=partial(asked.number, *stratum))
        cases = in_turn(*(things[name] for name in names))
        queues.append(zip(repeat(stratum[0]), cases, strict=False))
    return in_turn(*queues)


def _fuzzed(operation: Any, asked: _Asked, limit: int, keep: _Keep, *, meant: str) -> None:
    tools, mode = _tools(), dict(_MODES)[meant]
    strategy = operation.as_strategy(
        generation_mode=tools.GenerationMode(mode), feedback=tools.NO_FEEDBACK
    )

    def one(case: Any) -> bool:
        return keep(case, meant, "fuzzing")

    try:
        _drawn(tools, strategy, asked.number(mode), DRAWN * limit, one)
    except tools.Unsatisfiable:
        # Of its many words these say what it was. An operation without input has nothing invalid.
        asked.trouble(f"fuzzing, {meant}", ValueError("no value was found"))


def _drawn(
    tools: SimpleNamespace, strategy: Any, seed: int, most: int, keep: Callable[[Any], bool]
) -> None:
    """Draw values until there are enough.

    Nothing is left to the profile that is loaded, which differs where CI is seen. No deadline and
    no health check: how fast a machine is must not decide what is drafted. Without the phases that
    look for a smaller or a better case: nothing is sent here.
    """
    settings = tools.settings(
        max_examples=most,
        database=None,
        deadline=None,
        derandomize=False,
        phases=(tools.Phase.generate,),
        suppress_health_check=list(tools.HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=tools.Verbosity.quiet,
        backend="hypothesis",
    )

    def one(value: Any) -> None:
        if not keep(value):
            raise _Enough

    with contextlib.suppress(_Enough):
        tools.seed(seed)(settings(tools.given(value=strategy)(one)))()


# --- a case of schemathesis, as a draft -----------------------------------------------------------


def _bent(case: Any, origin: str, meant: str) -> tuple[str, str, str]:
    """Return the location, the parameter and the scenario of a case."""
    if origin == "examples":
        return "", "", "example"
    data = case.meta.phase.data
    location = data.parameter_location.value if data.parameter_location else ""
    if origin == "coverage":
        pointer = _pointer(data.location) if location == "body" else data.parameter
        return location, pointer or "", str(data.scenario.value)
    if not data.mutations:
        return location, data.parameter or "", meant
    first = data.mutations[0]
    scenario = ":".join((first.operator.value, *first.keywords))
    location = first.parameter_location.value or location
    if location == "body":
        return location, "".join(f"/{_escaped(str(step))}" for step in first.path), scenario
    return location, first.parameter or "", scenario


def _pointer(place: str | None) -> str:
    """Return the place of a value for the place of what its schema says of it."""
    steps = iter((place or "").split("/")[1:])
    pointer = ""
    for word in steps:
        if word == "properties":
            pointer += f"/{next(steps, '')}"
        elif word == "items":
            pointer += "/0"
        elif word in _SKIPPED:
            next(steps, "")
        else:
            break
    return pointer


def _escaped(word: str) -> str:
    return word.replace("~", "~0").replace("/", "~1")


def _parts(
    tools: SimpleNamespace, case: Any
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...], str, bytes | None]:
    """Return the query, the headers, the media type and the body of a case."""
    sent = case.as_transport_kwargs(base_url=_BASE)
    request = tools.PreparedRequest()
    request.headers = sent["headers"]
    request.prepare_body(sent.get("data"), sent.get("files"), sent.get("json"))
    body = request.body.encode() if isinstance(request.body, str) else request.body
    media_type = _word(request.headers.get("Content-Type", ""))
    if body and (body.startswith(b"--") or "boundary=" in media_type):
        media_type, body = _settled(media_type, body)
    headers = [
        (name, _word(value))
        for name, value in request.headers.items()
        # What the contract does not name is put there by the libraries.
        if name in case.headers
        and name.lower() not in _NOT_OURS
        and not name.lower().startswith(_OWN_HEADER)
    ]
    if sent["cookies"]:
        cookies = "; ".join(f"{name}={value}" for name, value in sent["cookies"].items())
        headers.append(("Cookie", cookies))
    return _pairs(sent["params"]), tuple(headers), media_type, body


def _word(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _pairs(params: Any) -> tuple[tuple[str, str], ...]:
    """Return a query as `requests` would send it, decoded."""
    if not params:
        return ()
    if isinstance(params, str):
        return tuple(parse_qsl(params, keep_blank_values=True))
    pairs = []
    for name, value in params.items():
        several = not isinstance(value, (str, bytes)) and hasattr(value, "__iter__")
        values = value if several else (value,)
        pairs += [(str(name), _word(each)) for each in values if each is not None]
    return tuple(pairs)


def _settled(media_type: str, body: bytes) -> tuple[str, bytes]:
    """Put boundaries that follow from the parts in the place of those made by chance."""
    chance = dict.fromkeys(_BOUNDARY.findall(media_type.encode() + b"\n\n" + body))
    bare = body
    for boundary in chance:
        bare = bare.replace(boundary, b"")
    digest = hashlib.blake2b(bare, digest_size=15).hexdigest()
    for number, boundary in enumerate(chance):
        settled = f"{digest}{number % 256:02x}"
        body = body.replace(boundary, settled.encode())
        media_type = media_type.replace(boundary.decode(), settled)
    return media_type, body


# --- how the libraries are held -------------------------------------------------------------------


@cache
def _tools() -> SimpleNamespace:
    """Import the libraries and teach them the national formats; once in a process."""
    try:
        import hypothesis  # noqa: PLC0415 - an extra, and a quarter of a second
        import schemathesis  # noqa: PLC0415 - the same
        from hypothesis import configuration, strategies  # noqa: PLC0415 - the same
        from hypothesis.internal import charmap  # noqa: PLC0415 - the same
        from hypothesis.internal.conjecture import providers  # noqa: PLC0415 - the same
        from hypothesis.internal.intervalsets import IntervalSet  # noqa: PLC0415 - the same
        from requests import PreparedRequest  # noqa: PLC0415 - the same
        from schemathesis.generation.coverage import GenerationSession  # noqa: PLC0415 - the same
        from schemathesis.generation.drivers import (  # noqa: PLC0415 - the same
            CoverageGenerator,
            ExamplesGenerator,
        )
        from schemathesis.generation.feedback import NO_FEEDBACK  # noqa: PLC0415 - the same
        from schemathesis.generation.overrides import Override  # noqa: PLC0415 - the same

    except ImportError as error:
        raise ToolMissingError(
            Text(
                vi=f"không tạo được yêu cầu thử từ hợp đồng: thiếu {error.name or 'schemathesis'}",
                en=f"no requests can be drafted from a contract: {error.name or 'schemathesis'} "
                "is missing",
            ),
            mend=Text(
                vi="cài đặt bằng: pip install 'vnda-conformance[generation]'",
                en="install it with: pip install 'vnda-conformance[generation]'",
            ),
        ) from error
    for name, each in ALL.items():
        schemathesis.openapi.format(name, _values(strategies, each.make))
    characters = IntervalSet(_CHARACTERS), IntervalSet(())
    constants = type(providers.GLOBAL_CONSTANTS)()
    of_codec = charmap.intervals_from_codec
    return SimpleNamespace(
        charmap=charmap,
        # What it would find out in two seconds, by trying each, and write to the disk.
        codec=lambda name: characters if name == "utf-8" else of_codec(name),
        Config=schemathesis.Config,
        CoverageGenerator=CoverageGenerator,
        ExamplesGenerator=ExamplesGenerator,
        GenerationMode=schemathesis.GenerationMode,
        GenerationSession=GenerationSession,
        HealthCheck=hypothesis.HealthCheck,
        NO_FEEDBACK=NO_FEEDBACK,
        Override=Override,
        Phase=hypothesis.Phase,
        PreparedRequest=PreparedRequest,
        Unsatisfiable=hypothesis.errors.Unsatisfiable,
        Verbosity=hypothesis.Verbosity,
        configuration=configuration,
        format=schemathesis.openapi.format,
        from_dict=schemathesis.openapi.from_dict,
        given=hypothesis.given,
        providers=providers,
        constants=lambda: constants,
        # Ours for the whole process: the tables that it makes of constants are not cheap.
        cache=type(providers.CONSTANTS_CACHE)(1024),
        seed=hypothesis.seed,
        settings=hypothesis.settings,
        strategies=strategies,
    )


def _values(strategies: Any, make: Callable[[Random], str]) -> Any:
    # One draw for a value: `conformance.formats.strategies` draws every digit, which shrinks well
    # and costs fifty times as much; nothing is shrunk here.
    return strategies.integers(0, 2**32 - 1).map(
        lambda number: make(Random(number))  # noqa: S311 - not a secret
    )


def _loaded(tools: SimpleNamespace, document: Mapping[str, Any]) -> Any:
    config = tools.Config.from_dict(
        {
            "cache": {"enabled": False},
            "generation": {
                "database": "none",
                # Credentials are ours to give, and to leave out.
                "with-security-parameters": False,
            },
            # Methods that the contract does not name are asked for elsewhere, if at all.
            "phases": {"coverage": {"unexpected-methods": []}},
        }
    )
    # Its own, for it writes into the document that it reads.
    own = copy.deepcopy(dict(untied(document)))
    for word in ("openapi", "swagger"):
        if word in own:
            own[word] = _version(str(own[word]))
    _narrow(tools, own)
    try:
        schema = tools.from_dict(own, config=config)
        schema.config.update(base_url=_BASE)
    except Exception as error:
        raise ContractError(
            Text(
                vi=f"schemathesis không đọc được hợp đồng: {error}",
                en=f"schemathesis does not read the contract: {error}",
            )
        ) from error
    return schema


def _narrow(tools: SimpleNamespace, document: dict[str, Any]) -> None:
    """Give formats of which a pattern leaves only a few values a strategy for each such pattern.

    An agency's dossier codes begin with its own code: of all codes that there are hardly one does,
    and whoever draws until one fits draws for ever.
    """
    known: dict[tuple[str, str, Any, Any], str | None] = {}
    stack: list[Any] = [document]
    while stack:
        piece = stack.pop()
        inner = piece.values() if isinstance(piece, dict) else piece
        stack.extend(each for each in inner if isinstance(each, (dict, list)))
        if not isinstance(piece, dict) or piece.get("format") not in _NAMES:
            continue
        pattern = piece.get("pattern")
        if not isinstance(pattern, str):
            continue
        rules = str(piece["format"]), pattern, piece.get("minLength"), piece.get("maxLength")
        if rules not in known:
            known[rules] = _narrowed(tools, *rules)
        if known[rules]:
            piece["format"] = known[rules]
        else:
            del piece["format"]  # nothing was found that both agree to: the pattern is what counts


def _narrowed(tools: SimpleNamespace, name: str, pattern: str, least: Any, most: Any) -> str | None:
    """Return the name of the format to draw from, None where no value of both was found."""
    least = least if isinstance(least, int) else 0
    most = most if isinstance(most, int) else 10_000
    try:
        fits = re.compile(pattern).search
    except re.error:
        return name

    def both(value: str) -> bool:
        return least <= len(value) <= most and bool(fits(value)) and ALL[name].holds(value)

    made = (ALL[name].make(Random(number)) for number in range(_TRIED))  # noqa: S311 - not a secret
    pool = [value for value in (*ALL[name].examples, *made) if both(value)]
    if len(pool) * _SHARE >= _TRIED:
        return name

    def take(value: str) -> bool:
        if both(value):
            pool.append(value)
        return True

    with contextlib.suppress(Exception):  # what it cannot draw from is seen again, and told, later
        _drawn(tools, tools.strategies.from_regex(pattern), 0, _MATCHED, take)
    if not pool:
        return None
    digest = hashlib.blake2b("\0".join(pool).encode(), digest_size=8).hexdigest()
    tools.format(f"{name}.{digest}", tools.strategies.sampled_from(list(dict.fromkeys(pool))))
    return f"{name}.{digest}"


def _version(said: str) -> str:
    # It wants all three numbers, which documents need not write to be understood.
    return f"{said}.0" if re.fullmatch(r"3\.[0-2]", said) else said


_lock = threading.RLock()
_HOME = "__hypothesis_home_directory"


@contextlib.contextmanager
def _apart(tools: SimpleNamespace) -> Iterator[None]:
    """Keep hypothesis from what differs between processes, and from the disk; for one block.

    It is put back afterwards: tests of somebody else may run in this process.
    """
    providers, configuration = tools.providers, tools.configuration
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        home = getattr(configuration, _HOME)
        found, constants = providers._get_local_constants, providers.CONSTANTS_CACHE  # noqa: SLF001 - what module the constants come from is no setting
        # Not a folder, so that nothing is found there and nothing can be written.
        configuration.set_hypothesis_home_dir(Path(os.devnull) / "hypothesis")
        providers._get_local_constants = tools.constants  # noqa: SLF001 - see above
        providers.CONSTANTS_CACHE = tools.cache
        codec, tools.charmap.intervals_from_codec = tools.charmap.intervals_from_codec, tools.codec
        try:
            yield
        finally:
            providers._get_local_constants = found  # noqa: SLF001 - see above
            providers.CONSTANTS_CACHE = constants
            tools.charmap.intervals_from_codec = codec
            configuration.set_hypothesis_home_dir(home)


def _ended(seconds: float, work: Callable[[], None]) -> bool:
    """Do work, and end it where it lasts longer than some seconds.

    Between two cases a clock is enough; this is for the case that does not come. It cannot end a
    call into a library that is not written in Python.

    Returns:
        Whether it was ended.
    """
    thread, lock, fired, over = threading.get_ident(), threading.Lock(), threading.Event(), False

    def end() -> None:
        with lock:
            if not over:
                fired.set()
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(thread), ctypes.py_object(_Overdue)
                )

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        try:
            work()
        finally:
            with lock:
                over = True
            timer.cancel()
            if fired.is_set():
                time.sleep(0.01)  # it comes here at the latest
    except _Overdue:
        pass
    return fired.is_set()
