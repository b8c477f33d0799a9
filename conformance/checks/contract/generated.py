"""Generated requests: what the contract forbids is refused, what it shows is accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

from conformance.check import Lower, law, require
from conformance.contract import Contract, wire
from conformance.contract.operations import SAFE_METHODS, Operation
from conformance.contract.wire import Fit, Held
from conformance.deadlines import TIME_OUT
from conformance.evidence import Exchange
from conformance.privacy.hidden import redacted
from conformance.probe.obstacles import nothing_came
from conformance.target import Target
from conformance.text import Text
from conformance.trees import HIDDEN
from conformance.verdict import NotApplicable, NotTested, Reason, Violation

_REFUSED = Text(vi="từ chối (4xx)", en="a refusal (4xx)")
_TAKEN = Text(vi="được chấp nhận (2xx)", en="accepted (2xx)")
# Whoever is refused so was not let in, or came at the wrong time: of the input it says nothing.
_NOT_OF_INPUT = frozenset({401, 403, 407, 409, 410, 429})
_MISSING = 404
_UNKNOWN_CALLER = 401
# Taken to be looked at later, or told one by one: whether it is refused is not in the status.
_LATER = frozenset({202, 207})
_OF_INPUT = frozenset({400, 422})
# Values of these name somebody or something that a system may know, or not.
_NAMES = frozenset(
    {
        "vn-personal-id",
        "vn-identity-card-9",
        "vn-agency-code",
        "vn-agency-code-2016",
        "vn-province-code",
        "vn-commune-code",
        "vn-procedure-code",
        "vn-field-code",
        "vn-dossier-code",
        "vn-dossier-code-2018",
    }
)
_ANOTHER = "another of "
_PARTS = frozenset({"path", "query", "header", "body"})
# What is wrong with a body as a whole may show in a header field, or be told by one.
_OF_THE_WHOLE = frozenset({"malformed", "media type", "missing"})


@law(catalogue="FUZ-006", per="operation", on="generated", contract=True)
def invalid_input_is_refused(
    answer: Exchange, operation: Operation, contract: Contract, target: Target
) -> None:
    """Input that the contract forbids is refused, and no success answered.

    Judged on generated requests that are wrong in one place: a required part left out, another
    type, beyond a bound, no choice of the list, not of the format. Each is read again as it went
    over the wire; where any plausible reading of it is allowed, such as a number in quotation
    marks, an empty parameter or one that is given twice, it is not held against the target. A
    refusal counts only where the same request without the fault succeeds. Malformed bodies, other
    media types and required headers have laws of their own; 202 and 207 leave open what becomes of
    it (OpenAPI, Schema Object; OWASP ASVS 5.0, 2.2.1).
    """
    held = _held(answer, operation, contract, target)
    apart = held.rule in {"malformed", "media type"}
    apart = apart or (held.rule == "missing" and held.place.startswith("header"))
    if held.fit is not Fit.INVALID or apart:
        raise _not_this()
    _be_refused(answer, operation, held)


@law(
    catalogue="FUZ-008",
    per="operation",
    on="generated",
    contract=True,
    methods=["POST", "PUT", "PATCH"],
)
def malformed_bodies_are_refused(
    answer: Exchange, operation: Operation, contract: Contract, target: Target
) -> None:
    """A body that is not of its media type is refused (RFC 9110, section 15.5.1; RFC 8259).

    Judged on JSON that is cut off, has a comma too many, single quotes, half a letter of UTF-8,
    letters in Latin-1, or is none at all. A refusal counts only where the sound body succeeds.
    """
    held = _held(answer, operation, contract, target)
    if held.fit is not Fit.INVALID or held.rule != "malformed" or not held.place.startswith("body"):
        raise _not_this()
    _be_refused(answer, operation, held)


@law(
    catalogue="IOP-007",
    per="operation",
    on="generated",
    contract=True,
    methods=["POST", "PUT", "PATCH"],
)
def other_media_types_are_refused(
    answer: Exchange, operation: Operation, contract: Contract, target: Target
) -> None:
    """A body is not taken where its Content-Type is none that the contract names.

    Judged on the good body under another media type: whoever takes it reads by guessing (RFC 9110,
    section 15.5.16).
    """
    held = _held(answer, operation, contract, target)
    if held.fit is not Fit.INVALID or held.rule != "media type":
        raise _not_this()
    _be_refused(answer, operation, held)


@law(catalogue="FUZ-012", per="operation", on="generated", contract=True)
def missing_headers_are_refused(
    answer: Exchange, operation: Operation, contract: Contract, target: Target
) -> None:
    """A request without a header field that the contract requires is refused.

    Judged on the good request without it (OpenAPI, Parameter Object, `required`).
    """
    held = _held(answer, operation, contract, target)
    if held.fit is not Fit.INVALID or held.rule != "missing" or not held.place.startswith("header"):
        raise _not_this()
    _be_refused(answer, operation, held)


@law(
    catalogue="FUZ-018",
    per="operation",
    on="generated",
    contract=True,
    methods=["POST", "PUT", "PATCH"],
)
def types_are_not_juggled(
    answer: Exchange, operation: Operation, contract: Contract, target: Target
) -> None:
    """A member of another type is refused, also where it says the same.

    Judged on bodies in JSON with a number or a truth value in quotation marks, or a text without
    them: a lenient reader takes them, the next one does not (OWASP ASVS 5.0, 2.2.1). Of texts, as
    parameters are, nothing is judged.
    """
    held = _held(answer, operation, contract, target)
    if held.fit is not Fit.LENIENT or not held.place.startswith("body"):
        raise _not_this()
    _be_refused(answer, operation, held)


@law(catalogue="FUZ-007", per="operation", on="generated", contract=True)
def shown_input_is_accepted(
    answer: Exchange, operation: Operation, contract: Contract, target: Target
) -> None:
    """What the contract itself shows is not refused as wrong input.

    Judged on the contract's own examples, and on other values of a national format where one of
    them is accepted, but not of formats whose values name a person, an agency, a dossier or an
    entry of a code list: what is not known there is refused for that. Refused as wrong is 400 and
    422; 401, 403, 404 and 409 are of the state of things. A valid request that only a rule of
    business forbids is not held against the target: contracts cannot say such rules (OpenAPI, Media
    Type Object, `example`).
    """
    bent = answer.facts["generated"]
    shown = bent["origin"] == "example"
    named = bent["scenario"].removeprefix(_ANOTHER)
    of_format = named not in {bent["scenario"], *_NAMES} and _good(bent["control"])
    if not shown and not of_format:
        raise _not_this()
    if _held(answer, operation, contract, target).fit is not Fit.VALID:
        raise _not_this()
    # 422 is how rules of business refuse (RFC 9110, section 15.5.21).
    if of_format and answer.status != 400:
        raise _not_this()
    if answer.status == _UNKNOWN_CALLER and _good(bent["control"]):
        # Whoever called is let in: it is the example's own name and password that are nobody's.
        raise _not_this()
    if answer.status not in _OF_INPUT and not answer.succeeded:
        raise _undecided(answer)
    require(
        answer.status not in _OF_INPUT,
        expected=_TAKEN,
        observed=f"{bent['place']}: {bent['scenario']} → {answer.status}",
    )


@law(catalogue="FUZ-021", per="operation", on="generated", unanswered=True)
def answers_come_in_time(
    answer: Exchange,
    target: Target,
    *,
    seconds: Annotated[float, Lower] = 1.5,
    times: Annotated[float, Lower] = 8.0,
) -> None:
    """No generated request keeps the caller waiting.

    A value that keeps a server busy is a way to keep it from others (OWASP API4:2023). Slow is an
    answer that takes longer than `seconds`, and so many times longer than the good call from which
    the request departs and which succeeds, and is as slow again when it is repeated.

    So is none that comes while the tester waits, to a request that may be repeated, though others
    are answered meanwhile. A connection that ends without an answer leaves the question open: a
    worker may have died, or a firewall have done its duty.
    """
    bent = answer.facts["generated"]
    if not bent["control_seconds"] or not _good(bent["control"]):
        raise _not_this()
    longest = max(seconds, times * bent["control_seconds"])
    expected = Text(vi=f"trả lời trong {seconds:g} giây", en=f"an answer within {seconds:g} s")
    if answer.response is None:
        too_long = answer.error == TIME_OUT and target.pace.timeout_seconds > longest
        if answer.request.method not in SAFE_METHODS or not too_long:
            raise nothing_came(answer)
        raise Violation(expected, Text(vi="không có trả lời nào", en="none at all"))
    require(
        answer.response.seconds <= longest,
        expected=expected,
        # How long exactly differs from time to time.
        observed=Text(vi="lâu hơn", en="longer"),
    )


def _held(answer: Exchange, operation: Operation, contract: Contract, target: Target) -> Held:
    """Return how the request fits its contract, as it went over the wire."""
    request = answer.request
    if HIDDEN.search(request.url) or HIDDEN.search(request.body.decode("latin-1")):
        # A token is no value: what stood there is not known any more.
        raise redacted()
    return wire.held(contract, operation, request, urlsplit(target.base_url).path)


def _be_refused(answer: Exchange, operation: Operation, held: Held) -> None:
    bent = answer.facts["generated"]
    if not _is_of_the_bend(bent, held):
        raise _not_this()
    if operation.succeeded(answer) and answer.status not in _LATER:
        said = f"{held.place} ({held.rule}) → {answer.status}"
        require(False, expected=_REFUSED, observed=said)
    refused = 400 <= answer.status < 500  # RFC 9110, 15.5: a redirect refuses nothing
    of_input = answer.status not in _NOT_OF_INPUT
    if answer.status == _MISSING and not held.place.startswith("path"):
        of_input = False
    if not (refused and of_input and _good(bent["control"])):
        raise _undecided(answer)


def _is_of_the_bend(bent: Mapping[str, Any], held: Held) -> bool:
    """Whether it is what was bent that the contract forbids.

    A good call may itself be none, as where an example of the contract is not of its own schema;
    whoever takes that call takes all that departs from it elsewhere.
    """
    if bent["origin"] in {"example", "model"}:
        return False
    parts = {place.partition(" ")[0] for place in bent["place"].split(", ")}
    broken = held.place.partition(" ")[0]
    return broken in parts or not parts & _PARTS or held.rule in _OF_THE_WHOLE


def _undecided(answer: Exchange) -> NotTested:
    return NotTested(
        Reason.INCONCLUSIVE,
        Text(
            vi=f"{answer.status} không cho biết đầu vào có bị từ chối vì sai không",
            en=f"{answer.status} does not tell whether the input was refused for being wrong",
        ),
    )


def _good(status: int) -> bool:
    return 200 <= status < 300  # RFC 9110, 15.3


def _not_this() -> NotApplicable:
    return NotApplicable(
        Text(vi="yêu cầu này không thuộc loại cần xét", en="no request of the kind to look at")
    )
