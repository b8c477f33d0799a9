"""Who may call, as the contract says it."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.check import check, require_none
from conformance.checks.document.servers import is_local
from conformance.contract import Contract, parts
from conformance.contract.operations import Operation
from conformance.contract.parts import Part
from conformance.text import Text
from conformance.verdict import NotApplicable, Offender

_DECLARED = Text(
    vi="`security` của thao tác hay của cả tài liệu, theo cơ chế đã khai báo",
    en="`security` on the operation or the document, by declared schemes",
)
# HTTP schemes whose secret travels with each request, or that were given up.
WEAK_HTTP = ("basic", "digest", "negotiate", "oauth", "oauth1")
WEAK_FLOWS = ("implicit", "password")
_URLS = ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl")


@check(catalogue="DOC-003", per="operation", requests=0, contract=True)
def writing_operations_declare_security(contract: Contract, operation: Operation) -> None:
    """Of each operation that changes something the contract says who may call it.

    The operation's own `security`, else that of the document, names a declared scheme (OpenAPI
    3.1, Security Requirement Object). `security: []` on the operation and the alternative `{}`
    say that anybody may, as a login or a webhook does: that is declared too. An empty list for
    the whole document says nothing about a single operation that changes something.
    """
    if operation.reads:
        raise NotApplicable(Text(vi="thao tác chỉ đọc", en="the operation only reads"))
    _declared(contract, operation, empty_document_counts=False)


@check(catalogue="DOC-003", per="operation", requests=0, contract=True)
def reading_operations_declare_security(contract: Contract, operation: Operation) -> None:
    """Of each operation that only reads the contract says who may call it.

    As for operations that change something (OpenAPI 3.1, Security Requirement Object), but
    `security: []` counts for the whole document as well: open data are open.
    """
    if not operation.reads:
        raise NotApplicable(Text(vi="thao tác có thay đổi dữ liệu", en="the operation writes"))
    _declared(contract, operation, empty_document_counts=True)


def _declared(contract: Contract, operation: Operation, *, empty_document_counts: bool) -> None:
    own = parts.of_operation(contract, operation)
    security = own.child("security")
    if security.node is None:
        security = parts.root(contract).child("security")
        if security.node is None or (security.node == [] and not empty_document_counts):
            if operation.public:
                raise NotApplicable(
                    Text(vi="được khai báo là công khai", en="declared to be public")
                )
            nothing = Text(
                vi="không khai báo `security` (công khai thì ghi `security: []`)",
                en="no `security` is declared (where anybody may call: `security: []`)",
            )
            require_none([Offender(own.pointer, nothing)], expected=_DECLARED)
    require_none(_unknown_schemes(contract, security), expected=_DECLARED)


def _unknown_schemes(contract: Contract, security: Part) -> Iterator[Offender]:
    schemes = parts.root(contract).child("components").child("securitySchemes")
    for _, alternative in security.children():
        for name, part in alternative.children():
            # Since 3.2 the name may be the address of a scheme that stands elsewhere.
            if name not in schemes.object and "/" not in name:
                yield Offender(
                    part.pointer,
                    Text(vi=f"không có cơ chế {name}", en=f"there is no scheme {name}"),
                )


@check(catalogue="DOC-012", per="target", requests=0, contract=True)
def schemes_are_secure(
    contract: Contract,
    *,
    weak_http: tuple[str, ...] = WEAK_HTTP,
    weak_flows: tuple[str, ...] = WEAK_FLOWS,
) -> None:
    """The contract relies on no scheme that hands out or repeats passwords.

    Looks at the schemes that some operation uses: HTTP schemes such as `basic`, the flows
    `implicit` and `password` of OAuth 2.0, and addresses of flows that are not https (ASVS 5.0,
    10.4.4; OpenAPI 3.1, Security Scheme Object). A scheme that is declared and not used harms
    nobody.
    """
    schemes = parts.root(contract).child("components").child("securitySchemes")
    used = {name for o in contract.operations for alternative in o.security for name in alternative}
    looked_at = [
        parts.followed(contract, part) for name, part in schemes.children() if name in used
    ]
    if not looked_at:
        raise NotApplicable(Text(vi="không dùng cơ chế nào", en="no scheme is used"))
    require_none(
        [
            offender
            for part in looked_at
            for offender in (*_weak_http(part, weak_http), *_weak_flows(part, weak_flows))
        ],
        expected=Text(
            vi="cơ chế không gửi mật khẩu, địa chỉ cấp mã dùng https",
            en="schemes that send no password, and flows over https",
        ),
    )


def _weak_http(part: Part, weak: tuple[str, ...]) -> Iterator[Offender]:
    scheme = str(part.object.get("scheme", ""))
    if part.object.get("type") == "http" and scheme.lower() in weak:
        yield Offender(
            part.child("scheme").pointer,
            Text(vi=f"cơ chế HTTP {scheme}", en=f"the HTTP scheme {scheme}"),
        )


def _weak_flows(part: Part, weak: tuple[str, ...]) -> Iterator[Offender]:
    if part.object.get("type") != "oauth2":
        return
    for name, flow in part.child("flows").children():
        if name in weak:
            yield Offender(flow.pointer, Text(vi=f"luồng {name}", en=f"the flow {name}"))
        for key in _URLS:
            url = flow.object.get(key)
            if isinstance(url, str) and url.lower().startswith("http://") and not is_local(url):
                said = Text(vi=f"{key} không dùng https", en=f"{key} is not https")
                yield Offender(flow.child(key).pointer, said)
