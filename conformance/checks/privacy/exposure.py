"""Personal data that strangers are told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from conformance import likeness
from conformance.check import check, law, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.formats.identifiers import birth_year, is_personal_id
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.probe.questions import is_stranger
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason, Unread

# Parts of names of members, without diacritics, capitals or separators.
_ID_NAMES = (
    "dinhdanh",
    "cccd",
    "cancuoc",
    "chungminh",
    "personalid",
    "nationalid",
    "citizenid",
    "identitycard",
    "identitynumber",
    "tuythan",
)
_NAME_NAMES = ("ten", "name")
# Members that name something else than a person.
_NOT_PEOPLE = (
    "coquan",
    "donvi",
    "tochuc",
    "congty",
    "doanhnghiep",
    "thutuc",
    "linhvuc",
    "sanpham",
    "giayto",
    "organi",
    "agency",
    "company",
    "product",
    "file",
)
_PHONE_NAMES = ("dienthoai", "didong", "sdt", "phone", "mobile")
_BIRTH_NAMES = ("ngaysinh", "namsinh", "birth", "dob")
_MOBILE = re.compile(r"(?:0|\+?84)[35789][0-9]{8}")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")


@law(catalogue="PRV-004", per="target", on="2xx")
def strangers_see_no_personal_data(
    answer: Exchange, operation: Operation, *, allowed: tuple[str, ...] = ()
) -> None:
    """What anybody may read holds no personal data.

    Looks at every JSON answer that a public operation gave without credentials; whether secured
    ones refuse strangers is a question of its own. A record, which is an object
    with the objects in it, breaks the rule where it holds a personal identification number beside
    a name, a telephone number, an e-mail address or a date of birth of somebody. A number of
    twelve digits is one if its member says so, or if it tells the year of the date of birth
    beside it: barcodes and times have twelve digits, too. It begins with zero, as every number
    registered in a province does, and its year of birth has come. Members that the parameter
    `allowed` names may be published (OWASP API3:2023; Law 91/2025/QH15).
    """
    if operation.secured:
        raise NotApplicable(
            Text(vi="thao tác cần xác thực", en="an operation that needs credentials")
        )
    if not is_stranger(answer.identity):
        raise NotApplicable(Text(vi="gọi bằng một danh tính", en="called with an identity"))
    if not answer.is_json or not answer.has_body:
        raise NotApplicable(Text(vi="không phải JSON", en="not JSON"))
    value = answer.json()
    if value is None:
        raise Unread(
            Reason.INCONCLUSIVE,
            Text(vi="nội dung không đọc được như JSON", en="the body cannot be read as JSON"),
        )
    for record in records(value):
        found = kinds(record, allowed, int(answer.at[:4]))
        require(
            len(found) < 2,  # one datum tells nothing of whom it is
            expected=Text(
                vi="không có số định danh cá nhân kèm dữ liệu khác của một người",
                en="no personal identification number beside another datum of a person",
            ),
            # The members are told, never what stands in them.
            observed=", ".join(f"{kind}: {name}" for kind, name in found.items()),
        )


@check(catalogue="PRV-004", per="operation", requests=2, methods=["GET"], unclaimed=True)
def owned_data_are_closed_to_strangers(probe: Probe, operation: Operation) -> None:
    """What belongs to somebody is not told to strangers, though the contract asks for nothing.

    Asked where the contract demands no credentials, and the target file says that an operation
    tells personal data and names their owner, or says that it is for an office: reads as somebody
    who may, which succeeds, and without credentials. The stranger is refused, or the answer
    carries nothing of what the other was shown; of lists the entries count (OWASP API3:2023; Law
    91/2025/QH15). Operations that the target file calls public are not asked.
    """
    control = probe.control(operation)
    stranger = probe.call(operation, identity=None)
    if operation.refused(stranger):
        unbroken(stranger)
        return
    if not (control.is_json and stranger.is_json):
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="nội dung không đọc được như JSON", en="the body cannot be read as JSON"),
        )
    asked = unquote(stranger.request.url)
    whole = likeness.values(control.json()) & likeness.values(stranger.json())
    common = {value for value in whole if value not in asked}
    entries = likeness.values(likeness.entries(control.json()))
    hollow = likeness.is_hollow(stranger.json(), control.json())
    shown = set() if hollow else common & (entries or common)
    require(
        not shown,
        expected=Text(
            vi="người lạ bị từ chối (401, 403, 404) hoặc không thấy dữ liệu của chủ sở hữu",
            en="a stranger to be refused (401, 403, 404) or to see nothing of the owner's",
        ),
        observed=Text(
            vi=f"{stranger.status}, có {len(shown)} giá trị trùng với dữ liệu của chủ sở hữu",
            en=f"{stranger.status} with {len(shown)} values of the owner's",
        ),
    )
    if common:
        # Of what stands around the data nobody can tell whether it is anybody's.
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="người lạ được trả lời, nhưng không thấy dữ liệu nào của chủ sở hữu",
                en="a stranger was answered, and shown nothing of the owner's",
            ),
        )


def records(node: Any) -> Iterator[list[tuple[str, Any]]]:
    """Return each record as the paths and values of its members, those of inner objects too."""
    if isinstance(node, list):
        for part in node:
            yield from records(part)
    if isinstance(node, Mapping):
        yield list(_members(node, ""))
        for part in node.values():
            yield from records(part)


def kinds(
    record: list[tuple[str, Any]], allowed: tuple[str, ...], this_year: int
) -> dict[str, str]:
    """Return the kinds of personal data in a record, with where: none without a personal number."""
    texts = [
        (path, value)
        for path, value in record
        if isinstance(value, str) and value and path.rpartition(".")[2] not in allowed
    ]
    numbers = [
        (path, value)
        for path, value in texts
        if is_personal_id(value) and value[0] == "0" and birth_year(value) <= this_year
    ]
    if not numbers:
        return {}
    born = {path: value for path, value in texts if _is_called(path, _BIRTH_NAMES)}
    years = {int(year) for value in born.values() for year in _YEAR.findall(value)}
    found: dict[str, str] = {}
    for path, value in numbers:
        if _speaks_of_id(path) or birth_year(value) in years:
            found["id"] = path
    if not found:
        return {}
    for path, value in texts:
        if path in born:
            found["birth"] = path
        elif _MAIL.fullmatch(value):
            found["e-mail"] = path
        elif _MOBILE.fullmatch(value) and _is_called(path, _PHONE_NAMES):
            found["phone"] = path
        elif _is_a_name(path, value):
            found["name"] = path
    return found


def _members(node: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    for name, value in node.items():
        here = f"{path}.{name}" if path else str(name)
        if isinstance(value, Mapping):
            yield from _members(value, here)
        else:
            yield here, value


def _is_called(path: str, words: tuple[str, ...]) -> bool:
    name = _plain(path.rpartition(".")[2])
    return any(word in name for word in words)


def _speaks_of_id(path: str) -> bool:
    # The object around it may say what `so` or `value` is.
    around = path.split(".")[-2:]
    return any(word in _plain(name) for name in around for word in _ID_NAMES)


def _is_a_name(path: str, value: str) -> bool:
    """Whether a member is called a name and reads like one: words that begin with capitals."""
    name = _plain(path.rpartition(".")[2])
    called = name.startswith(_NAME_NAMES) or name.endswith(_NAME_NAMES)
    called = called and not any(word in name for word in _NOT_PEOPLE)
    words = value.split()
    return called and len(words) > 1 and all(word[0].isupper() for word in words)


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return "".join(c for c in bare if c.isascii() and c.isalnum())
