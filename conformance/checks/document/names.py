"""How the contract names things: paths, parameters, header fields and members."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from conformance.check import check, require_none
from conformance.contract import Contract, parts, swagger, values
from conformance.contract.operations import Operation
from conformance.contract.parts import Part
from conformance.formats.names import words
from conformance.formats.styles import odd
from conformance.text import Text
from conformance.verdict import NotApplicable, Offender

# In a path these are what the method says already.
DEEDS = ("get", "fetch", "create", "delete", "insert")
# A deed that is told of, or asked for, is a thing: `delete-requests`, `create-events`.
_THINGS = frozenset(
    {"request", "requests", "event", "events", "log", "logs", "job", "jobs", "task", "tasks",
     "history", "marker", "markers", "permission", "permissions", "form", "forms"}
)  # fmt: skip
# Names with `X-` that many know, by which those who invented them are called, or whose owner is a
# standard or a product that callers cannot choose.
KNOWN = (
    "x-request-id", "x-correlation-id", "x-trace-id", "x-flow-id", "x-b3-", "x-cloud-trace-context",
    "x-road-", "x-forwarded-", "x-real-ip", "x-api-key", "x-ratelimit-", "x-rate-limit-",
    "x-total-count", "x-content-type-options", "x-frame-options", "x-xss-protection",
    "x-robots-tag", "x-csrf-token", "x-csrftoken", "x-xsrf-token", "x-requested-with",
    "x-http-method-override", "x-idempotency-key",
    "x-cache", "x-amz-", "x-amzn-", "x-ms-", "x-goog-", "x-envoy-",
    "x-kong-", "x-client-cert", "x-permitted-cross-domain-policies", "x-download-options",
    "x-dns-prefetch-control", "x-ua-compatible", "x-accel-",
    # QCVN 09:2025/BCA.
    "x-data-type",
)  # fmt: skip
_OWNED = ("accept", "content-type", "authorization")
_ODATA = re.compile(r"\$(filter|top|skip|select|expand|orderby|count|search|format)")


@check(catalogue="DOC-015", per="target", requests=0, contract=True)
def paths_are_written_alike(contract: Contract, *, style: str = "") -> None:
    """The fixed parts of all paths are written in one style, and none ends with a slash.

    By default the style is the one that most of them have; a profile may set one, such as
    kebab-case (API Design Rules of the Netherlands, rules path-segments-kebab-case and
    no-trailing-slash). Single words are of every style. What other standards fix is left alone:
    parameters, names with other signs (`$metadata`, `.well-known`, `_search`), X-Road services
    below `/r1`, and names with capitals where the contract speaks FHIR or OData.
    """
    capitals_are_fixed = _of_another_standard(contract)
    named = [
        (segment, place)
        for path, place in _paths(contract)
        for segment in path.split("/")
        if not (capitals_are_fixed and segment[:1].isupper())
    ]
    most, others = odd(dict.fromkeys(segment for segment, _ in named), style, 1)
    offenders = [
        Offender(
            place.pointer, Text(vi=f"«{name}» không phải {most}", en=f"“{name}” is not {most}")
        )
        for name, place in named
        if name in others
    ]
    for path, place in _paths(contract):
        if path.endswith("/") and path != "/":
            told = Text(vi="kết thúc bằng dấu gạch chéo", en="a slash at the end")
            offenders.append(Offender(place.pointer, told))
        if "//" in path:
            offenders.append(Offender(place.pointer, Text(vi="đoạn trống", en="an empty segment")))
    require_none(
        offenders,
        expected=Text(
            vi="đường dẫn viết cùng một kiểu, không có dấu gạch chéo ở cuối",
            en="paths in one style without a slash at the end",
        ),
    )


def _paths(contract: Contract) -> Iterator[tuple[str, Part]]:
    # Below `/r1` names are those of members and services of X-Road (PR-REST, section 4).
    for path, place in parts.root(contract).child("paths").children():
        if path.startswith("/") and not path.startswith("/r1/"):
            yield path, place


def _of_another_standard(contract: Contract) -> bool:
    """Whether names in paths are those of FHIR or OData."""
    return (
        any("$" in path for path, _ in _paths(contract))
        or any(
            "fhir" in media
            for o in contract.operations
            for types in (o.request_types, *o.responses.values())
            for media in types
        )
        or any(_ODATA.fullmatch(p.name) for o in contract.operations for p in o.parameters)
    )


@check(catalogue="DOC-015", per="target", requests=0, contract=True)
def paths_name_things(contract: Contract, *, deeds: tuple[str, ...] = DEEDS) -> None:
    """Paths name things; what is done to them, the method says.

    No segment begins with a word such as `get` or `delete` and goes on with another one, as
    `getDossier` and `delete-dossier` do (RFC 9110, section 9.1: the method is what is done). A
    deed that is itself a thing is one: `delete-requests`. Single words (`posts`, `/get`) and
    operations set apart by a sign (`_search`, `$validate`) tell nothing.
    """
    offenders = []
    for path, place in _paths(contract):
        for segment in path.split("/"):
            said = words(segment).split()
            named = re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", segment) and len(said) > 1
            if named and said[0] in deeds and said[-1] not in _THINGS:
                told = Text(vi=f"«{segment}» là một việc", en=f"“{segment}” is a deed")
                offenders.append(Offender(place.pointer, told))
    require_none(
        offenders,
        expected=Text(vi="đường dẫn gọi tên tài nguyên", en="paths that name resources"),
    )


@check(catalogue="DOC-016", per="target", requests=0, contract=True)
def query_parameters_are_named_alike(
    contract: Contract, *, style: str = "", share: float = 0.95
) -> None:
    """Parameters of the query are named in one style throughout the contract.

    Guidelines differ on which one (API Design Rules of the Netherlands: camelCase; Zalando:
    snake_case), so by default it is the one that most names have; a profile may set one
    (OpenAPI 3.1, Parameter Object). Single words are of every style; names with signs of
    another notation (`_count`, `$filter`, `filter[x]`) and names that a standard fixes
    (`redirect_uri`) are of none.
    """
    named = [
        (part.object["name"], part.child("name"))
        for part, _ in values.of_parameters(contract)
        if part.object.get("in") == "query"
    ]
    most, others = odd(dict.fromkeys(name for name, _ in named), style, share)
    if not most:
        raise NotApplicable(_SINGLE)
    wrong = frozenset(others)
    require_none(
        [
            Offender(part.pointer, Text(vi=f"tên {name}", en=f"the name {name}"))
            for name, part in named
            if name in wrong
        ],
        expected=Text(vi=f"mọi tên viết theo {most}", en=f"all names in {most}"),
    )


@check(catalogue="FMT-018", per="target", requests=0, contract=True)
def members_are_named_alike(contract: Contract, *, style: str = "") -> None:
    """The members of each JSON object are named in one style.

    Looks at the objects that JSON bodies declare, sent and answered. By default the style is the
    one that most names of the object have, or of the contract where it has as many of each:
    guidelines differ on which one, and objects that other norms fix keep theirs (RFC 8259, section
    4 leaves names free). Single words are of every style; names with signs of another notation
    (`_links`, `@id`, `gml:id`), and names that OAuth 2.0 and OpenID Connect fix, are of none.
    """
    objects = [
        dict(value.members()) for value in (*values.sent(contract), *values.answered(contract))
    ]
    most, _ = odd(dict.fromkeys(name for members in objects for name in members), style, 0)
    if not most:
        raise NotApplicable(_SINGLE)
    offenders = []
    for members in objects:
        for name in odd(members, style, 1, most)[1]:
            told = Text(vi=f"tên {name}", en=f"the name {name}")
            offenders.append(Offender(members[name].pointer, told))
    require_none(
        offenders,
        expected=Text(vi=f"mọi tên viết theo {style}", en=f"all names in {style}")
        if style
        else Text(
            vi="các tên trong một đối tượng viết cùng một kiểu",
            en="the names of an object in one style",
        ),
    )


_SINGLE = Text(vi="không có tên nào gồm nhiều từ", en="no name has several words")


@check(catalogue="DOC-016", per="target", requests=0, contract=True)
def header_fields_have_no_underscores(contract: Contract) -> None:
    """Header fields that the contract names join words by hyphens, not by underscores.

    An underscore is legal (RFC 9110, section 5.6.2), but common front servers drop such fields
    without a word, as nginx does unless told otherwise. Capitals make no difference (section
    5.1) and are not looked at.
    """
    require_none(
        [
            Offender(part.pointer, Text(vi=f"trường {name}", en=f"the field {name}"))
            for name, part in _fields(contract)
            if "_" in name
        ],
        expected=Text(vi="tên trường nối bằng gạch nối", en="names of fields joined by hyphens"),
    )


@check(catalogue="DOC-017", per="target", requests=0, contract=True)
def new_header_fields_have_plain_names(
    contract: Contract, *, known: tuple[str, ...] = KNOWN
) -> None:
    """Header fields that a contract invents do not begin with `X-` (RFC 6648, section 3).

    Names that are in use everywhere, or that belong to a product or standard (`X-Request-Id`,
    `X-Road-Client`, `X-Forwarded-For`), are known and nobody's invention.
    """
    require_none(
        [
            Offender(part.pointer, Text(vi=f"trường {name}", en=f"the field {name}"))
            for name, part in _fields(contract)
            if name.lower().startswith("x-") and not name.lower().startswith(known)
        ],
        expected=Text(vi="tên trường mới không có X-", en="new names of fields without X-"),
    )


@check(catalogue="DOC-017", per="operation", requests=0, contract=True)
def header_parameters_are_not_ignored(contract: Contract, operation: Operation) -> None:
    """No header parameter is one that OpenAPI says is ignored.

    `Accept`, `Content-Type` and `Authorization` are told by the media types of bodies and by
    `security`; as parameters their definition shall be ignored (OpenAPI 3.1, Parameter Object).
    Swagger 2.0 has no such rule.
    """
    if swagger.is_swagger(contract.original):
        raise NotApplicable(Text(vi="Swagger 2.0 không có quy tắc này", en="of OpenAPI 3 only"))
    require_none(
        [
            Offender(
                part.pointer,
                Text(
                    vi=f"tham số {part.object['name']} bị bỏ qua",
                    en=f"the parameter {part.object['name']} is ignored",
                ),
            )
            for part in parts.parameters(contract, operation)
            if part.object.get("in") == "header" and part.object["name"].lower() in _OWNED
        ],
        expected=Text(vi="khai báo bằng content và security", en="told by content and by security"),
    )


def _fields(contract: Contract) -> Iterable[tuple[str, Part]]:
    for told in parts.described(contract):
        is_parameter = told.kind == "parameter" and told.part.object.get("in") == "header"
        if told.kind == "header" or is_parameter:
            yield told.name, told.part
