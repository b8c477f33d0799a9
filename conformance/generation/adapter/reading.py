"""A case of schemathesis, read as a draft."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import parse_qsl, unquote

from conformance.generation.adapter.drafts import Draft
from conformance.generation.adapter.libraries import BASE, Tools

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
# As the encoders make them: in the media type, in that of a part, and before the first part.
_BOUNDARY = re.compile(rb"(?:boundary=|(?:\A|\n\n)--)([0-9a-f]{32})\b")
# Words of a JSON Schema behind which a name or a number of its own follows.
_SKIPPED = frozenset({"$ref", "allOf", "anyOf", "oneOf", "prefixItems"})


def draft(tools: Tools, case: Any, meant: str, origin: str) -> Draft:
    """Return a case as a draft; whatever is raised means that it cannot be written down.

    Args:
        tools: the libraries.
        case: as a generator of schemathesis made it.
        meant: "valid" or "invalid".
        origin: "coverage", "fuzzing" or "examples".
    """
    location, parameter, scenario = _bent(case, origin, meant)
    query, headers, media_type, body = _parts(tools, case)
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
    tools: Tools, case: Any
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...], str, bytes | None]:
    """Return the query, the headers, the media type and the body of a case."""
    sent = case.as_transport_kwargs(base_url=BASE)
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
