"""What an identity provider tells of people: to whom, of whom, and in which form.

The names of claims are those of systems in use (`SoDinhDanh`, `HoVaTen`, …): nothing official was
found of them, so parameters of a requirement may name others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.check import check, require
from conformance.checks.identity.flows import (
    REQUESTS,
    SIGN_IN,
    access_token,
    fresh,
    granted,
    provider,
    redeem,
    revoke,
    sign_in,
    tell,
)
from conformance.checks.identity.publications import REQUESTS as PUBLISHED
from conformance.checks.identity.publications import all_of
from conformance.formats.people import is_placeholder
from conformance.privacy import hidden
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.probe.questions import INVALID
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_ACCOUNTS = ("citizen", "foreigner", "organisation")
# 0 not known, 1 male, 2 female; 0 not known, 1 single, 2 married, 3 divorced or widowed; blood.
_CODES: Mapping[str, tuple[Any, ...]] = {
    "GioiTinh": (0, 1, 2),
    "TinhTrangHonNhan": (0, 1, 2, 3),
    "NhomMau": ("00", "01", "02", "03", "04"),
}
_BORN = "NgayThangNamSinh"
_PACKET_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_IDENTIFIERS = ("SoDinhDanh", "SoCMND", "MaSoThue")


@check(catalogue="AUT-046", per="target", requests=PUBLISHED + 5, safety="write")
def userinfo_takes_a_token(probe: Probe) -> None:
    """User info answers whoever brings a token that was issued for it, and nobody else.

    Asked without a token and with a canary in its place it refuses, with an access token of a
    sign-in it answers (OpenID Connect Core 1.0, section 5.3.3; RFC 6750, section 3.1).
    """
    server = provider(probe)
    token = access_token(redeem(probe, server, fresh(probe, server)))
    for name, identity in (("no token", None), ("a canary", INVALID)):
        answer = unbroken(tell(probe, server, identity=identity))
        require(
            not answer.succeeded,
            expected=Text(vi="bị từ chối (401)", en="a refusal (401)"),
            observed=f"{name} → {answer.status}",
            by=answer,
        )
    control = tell(probe, server, token)
    if not control.succeeded:
        raise NotTested(
            Reason.NO_CREDENTIALS,
            Text(
                vi=f"mã truy cập của lần đăng nhập không được nhận: {control.status}",
                en=f"the access token of the sign-in was not accepted: {control.status}",
            ),
        )


@check(catalogue="AUT-047", per="target", requests=REQUESTS, shares=SIGN_IN, safety="write")
def userinfo_is_of_the_same_person(probe: Probe) -> None:
    """User info is about the person of the ID token.

    Both have a `sub`, and it is one and the same: a program that takes the claims without it may
    take those of somebody else (OpenID Connect Core 1.0, section 5.3.2).
    """
    signed_in = sign_in(probe, provider(probe))
    answer = signed_in.userinfo
    told, wanted = answer.json_object().get("sub"), signed_in.id_token.get("sub")
    if wanted is not None and isinstance(told, hidden.Hidden):
        same = told.same_as(hidden.of(str(wanted), None))
    else:
        same = told is not None and told == wanted
    require(
        same,
        expected=Text(vi="sub của id_token", en="the sub of the ID token"),
        observed=Text(vi="không có sub", en="no sub")
        if told is None
        else Text(vi="sub của người khác", en="somebody else's sub"),
        by=answer,
    )


@check(catalogue="FMT-050", per="target", requests=12, safety="write")
def claims_are_complete_and_right(  # noqa: PLR0913  # the lists that a norm may fix
    probe: Probe,
    *,
    person: tuple[str, ...] = ("SoDinhDanh", "HoVaTen", "LoaiTaiKhoan", "GioiTinh", _BORN),
    organisation: tuple[str, ...] = ("MaSoThue", "TenDoanhNghiep", "LoaiTaiKhoan"),
    kind: str = "LoaiTaiKhoan",
    citizen_kind: str = "1",
    organisation_kind: str = "2",
    foreigner_kind: str = "3",
) -> None:
    """User info tells of each kind of account what programs need, in the form that they read.

    Signs in the accounts `citizen`, `foreigner` and `organisation` of the target file. Claims that
    `person` and `organisation` list are there; `SoDinhDanh` is a text of twelve digits
    (Law 26/2023/QH15), `MaSoThue` a tax code; `GioiTinh`, `TinhTrangHonNhan` and `NhomMau` have
    values of their lists; a day of birth stands in the calendar, as `yyyy-MM-dd` or `yyyyMMdd`; the
    kind of account is that of the account. What is not known may be null or left out where it is
    not listed.
    """
    server = provider(probe)
    kinds = dict(zip(_ACCOUNTS, (citizen_kind, foreigner_kind, organisation_kind), strict=True))
    for account in _ACCOUNTS:
        answer = sign_in(probe, server, account).userinfo
        told = answer.json_object()
        needed = organisation if account == "organisation" else person
        problems = [
            Text(vi=f"thiếu {name}", en=f"{name} is missing")
            for name in needed
            if told.get(name) in (None, "")
        ]
        problems += _misshapen(told)
        if told.get(kind) is not None and not _is(told[kind], kinds[account]):
            problems.append(
                Text(vi=f"{kind} không phải {kinds[account]}", en=f"{kind} is not {kinds[account]}")
            )
        require(
            not problems,
            expected=Text(
                vi=f"thông tin của tài khoản {account} đủ và đúng dạng",
                en=f"claims of the account {account}, complete and of their form",
            ),
            observed=all_of(problems),
            by=answer,
        )


@check(catalogue="FMT-051", per="target", requests=REQUESTS, shares=SIGN_IN, safety="write")
def nobody_is_made_up(probe: Probe) -> None:
    """User info does not name a person who does not exist in the place of one.

    No identifier is a placeholder such as `000000000001`, `111111111111` or `123456789`: systems
    that take one in file the dossiers of many people under one nobody
    (Law 26/2023/QH15).
    """
    answer = sign_in(probe, provider(probe)).userinfo
    told = {name: answer.json_object().get(name) for name in _IDENTIFIERS}
    if any(isinstance(value, hidden.Hidden) for value in told.values()):
        raise hidden.redacted()
    found = [
        name for name, value in told.items() if isinstance(value, str) and is_placeholder(value)
    ]
    require(
        not found,
        expected=Text(vi="định danh của người có thật", en="identifiers of somebody"),
        observed=", ".join(found),
        by=answer,
    )


@check(catalogue="AUT-027", per="target", requests=PUBLISHED + 5, safety="write")
def revoked_tokens_end(probe: Probe) -> None:
    """An access token that was taken back opens user info no more.

    Has a token, which opens user info, takes it back at the revocation endpoint, and asks again:
    it is refused (RFC 7009, section 2.2). Where a server says that it does not take back tokens of
    this kind (`unsupported_token_type`), the question stays open.
    """
    server = provider(probe)
    token = access_token(granted(redeem(probe, server, fresh(probe, server))))
    before = unbroken(tell(probe, server, token))
    taken_back = unbroken(revoke(probe, server, token))
    if not before.succeeded or not taken_back.succeeded:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"đối chứng {before.status}, thu hồi {taken_back.status}",
                en=f"control {before.status}, revocation {taken_back.status}",
            ),
        )
    after = unbroken(tell(probe, server, token))
    require(
        not after.succeeded,
        expected=Text(vi="mã đã thu hồi bị từ chối", en="a token that was taken back is refused"),
        observed=after.status,
        by=after,
    )


def _misshapen(told: Mapping[str, Any]) -> Iterator[Text]:
    for name, form in (("SoDinhDanh", "personal-id"), ("MaSoThue", "tax-code")):
        value = told.get(name)
        if value is not None and not hidden.is_a(value, form):
            yield Text(vi=f"{name} sai dạng", en=f"{name} is of a wrong form")
    for name, codes in _CODES.items():
        value = told.get(name)
        if value is not None and not any(_is(value, code) for code in codes):
            yield Text(vi=f"{name} ngoài danh mục", en=f"{name} is not of its list")
    born = told.get(_BORN)
    if born is not None and not _is_a_day(born):
        yield Text(vi=f"{_BORN} không phải ngày", en=f"{_BORN} is no day")


def _is(value: Any, code: Any) -> bool:
    """Whether a value is a code; true and false are none."""
    return not isinstance(value, bool) and bool(value == code)


def _is_a_day(value: Any) -> bool:
    if isinstance(value, hidden.Hidden):
        return value.is_a("date")
    if not isinstance(value, str):
        return False
    found = _PACKET_DATE.fullmatch(value)
    return hidden.is_a("-".join(found.groups()) if found else value, "date")
