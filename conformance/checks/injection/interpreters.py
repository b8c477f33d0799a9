"""Input that reaches an interpreter: of commands, or of templates."""

from __future__ import annotations

import re
from functools import partial

from conformance.check import check, require
from conformance.checks.injection import delays
from conformance.checks.injection.parameters import Place, each, narrowness, places
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason

# What only who carries it out can know: six times seven, and a product of two primes.
_FACTORS, _PRODUCT = "1337*7331", r"9[.,\s]?801[.,\s]?547"
# The parts in braces are the shell's; `%s` is a word of ours.
_ECHO = "echo vnct$((7*6))%s"
COMMANDS = (
    f";{_ECHO};", f"|{_ECHO}", f"$({_ECHO})", f"';{_ECHO};'", f'";{_ECHO};"', f"\n{_ECHO}\n",
)  # fmt: skip  # a table
_WINDOWS = f"&set /a {_FACTORS}&"
_SLEEPS = ("$(sleep {})", "'$(sleep {})'")
TEMPLATES = (
    "{{%s}}", "${%s}", "#{%s}", "<%%= %s %%>", "@(%s)",
)  # fmt: skip  # a table
_SPEAKS_OF_COMMANDS = re.compile(
    r"(?i)host|domain|ip_?addr|ping|cmd|command|exec|file|tep|tap_?tin|path|format|convert|backup"
)


@check(
    catalogue="INJ-008",
    per="target",
    safety="intrusive",
    requests=2 + len(COMMANDS) + delays.requests(len(_SLEEPS)),
    times="max_params",
)
def parameters_stay_data_in_commands(probe: Probe, *, max_params: int = 1) -> None:
    """What a caller sends is never carried out as a command of the operating system.

    Takes `max_params` text parameters of GET operations: first those whose names speak of hosts,
    files and commands, then those whose schema turns least away, words for versions last. Sends
    commands of a shell that print a number which they have to compute, behind and inside the usual
    value: broken where an answer has the number with our word behind it, which no echo of the
    question has. What prints nothing is told by time: words that would have a shell sleep for no,
    one and two lengths of time, in four rounds, each of which has to take as long as it says. A
    value that a firewall stops does not reach the server (OWASP ASVS 5.0, 1.2.5; CWE-78).
    """
    each(places(probe, _near_commands, max_params), partial(_runs_nothing, probe))


@check(catalogue="INJ-009", per="target", requests=len(TEMPLATES) + 2, times="max_params")
def parameters_stay_data_in_templates(probe: Probe, *, max_params: int = 1) -> None:
    """What a caller sends is never carried out as a template.

    Takes `max_params` text parameters of GET operations, those whose schema turns least away first,
    and an address that nobody knows. Sends a multiplication in the signs of the usual engines,
    `{{…}}`, `${…}`, `#{…}`, `<%= … %>`, `@(…)`, with a word of ours behind it. Broken where an
    answer has the product and the word: an echo has the factors (OWASP ASVS 5.0, 1.3.7; CWE-1336).
    """
    found = places(probe, lambda p: (p.is_a_version, narrowness(p)), max_params)
    word = probe.canary()
    written = f"%7B%7B{_FACTORS}%7D%7D{word}%24%7B{_FACTORS}%7D{word}"
    try:
        unknown = probe.get(f"{probe.unknown_path()}{written}")
    except NotTested:
        unknown = None
    if unknown is not None:
        _be_no_product(unknown, word, Text(vi="địa chỉ không ai biết", en="an unknown address"))
    each(found, partial(_fills_in_nothing, probe))


def _fills_in_nothing(probe: Probe, place: Place) -> None:
    probe.control(place.operation)
    for template in TEMPLATES:
        word = probe.canary()
        sent = template % _FACTORS
        answer = _asked(probe, place, f"{sent}{word}")
        if answer is not None:
            _be_no_product(
                answer, word, Text(vi=f"{place.name}: {sent}", en=f"{place.name}: {sent}")
            )


def _be_no_product(answer: Exchange, word: str, where: Text) -> None:
    require(
        not re.search(f"(?i){_PRODUCT}{word}", _text(answer)),
        expected=Text(
            vi="biểu thức gửi trong tham số không được tính",
            en="no expression sent in a parameter to be evaluated",
        ),
        observed=where,
        by=answer,
    )


def _runs_nothing(probe: Probe, place: Place) -> None:
    control = probe.control(place.operation)
    usual = place.value(probe) or "a"
    for command in COMMANDS:
        word = probe.canary()
        answer = _asked(probe, place, usual + command % word)
        computed = answer is not None and f"vnct42{word}" in _text(answer)
        require(not computed, expected=_NOT_RUN, observed=f"{place.name}: {command % '…'}")
    answer = _asked(probe, place, usual + _WINDOWS)
    if answer is not None and not re.search(_PRODUCT, _text(control)):
        computed = re.search(r"\b9801547\b", _text(answer)) is not None
        require(not computed, expected=_NOT_RUN, observed=f"{place.name}: {_WINDOWS}")
    late = delays.obeyed(
        partial(place.ask, probe),
        usual,
        [partial(_sleeping, usual, words) for words in _SLEEPS],
        place.name,
    )
    require(late is None, expected=_NOT_RUN, observed=f"{place.name}: sleep", by=late)


_NOT_RUN = Text(
    vi="lệnh gửi trong tham số không được thực thi",
    en="no command sent in a parameter to be carried out",
)


def _sleeping(usual: str, words: str, seconds: int) -> str:
    return usual + words.format(seconds)


def _asked(probe: Probe, place: Place, value: str) -> Exchange | None:
    try:
        return place.ask(probe, value)
    except NotTested as outcome:
        if outcome.reason is Reason.BLOCKED:  # stopped in front of it
            return None
        raise


def _text(answer: Exchange) -> str:
    return answer.body.decode("utf-8", "replace")


def _near_commands(place: Place) -> tuple[bool, bool, int]:
    named = bool(_SPEAKS_OF_COMMANDS.search(place.parameter.name))
    return not named, place.is_a_version and not named, narrowness(place)
