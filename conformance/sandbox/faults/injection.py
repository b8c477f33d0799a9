"""Input that does not stay data."""

from __future__ import annotations

import posixpath
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, unquote_to_bytes

from conformance.sandbox import database, documents
from conformance.sandbox.agency import Agency, Wire
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.portal import entities
from conformance.sandbox.variations import PORTAL, fault

SQL = "injection.sql.parameters_stay_data_in_sql"
FILES = "injection.files.parameters_name_no_files"
NOSQL = "injection.nosql.parameters_stay_data_in_nosql"
ENTITIES = "injection.markup.external_entities_stay_outside"
WORDS = "injection.markup.entities_are_not_expanded"
SPLIT = "injection.splitting.parameters_end_no_header"
LEAKS = "http.leaks.errors_do_not_leak"
# Invented, and the only file of this kind that the sandbox ever reads.
_PASSWD = "root:x:0:0:minh hoa:/root:/usr/sbin/nologin\n"  # a line of an invented file
_REFLECTED = re.compile(rb"(?im)^X-Filter: [^\r\n]*")


@fault(breaks=[SQL], also=[LEAKS])
def statement_broken_by_a_quote(agency: Agency) -> Agency:
    """A code is pasted into the statement, and the database's error is told."""
    return agency.intercepting(
        database.reading(database.by_text, on_error=lambda error: f"SQLITE_ERROR: {error}")
    )


@fault(breaks=[SQL])
def statement_changed_in_silence(agency: Agency) -> Agency:
    """A code is pasted into the statement; errors are hidden, and what is found tells it all."""
    return agency.intercepting(
        database.reading(database.by_text, on_error=lambda _: "Yêu cầu không hợp lệ.")
    )


@fault(breaks=[NOSQL])
def filters_taken_for_operators(agency: Agency) -> Agency:
    """Brackets in a query become operators of the store; those it does not have are refused."""
    return agency.intercepting(
        documents.selecting(lambda _: database.refused(400, "Toán tử không hợp lệ."))
    )


@fault(breaks=[NOSQL])
def operators_found_out_in_silence(agency: Agency) -> Agency:
    """Brackets in a query become operators of the store; unknown ones find nothing."""
    return agency.intercepting(documents.selecting(documents.page))


@fault(breaks=[NOSQL], system=PORTAL)
def packets_hold_operators(agency: Agency) -> Agency:
    """An object in the place of a dossier's code is asked of the store as it came."""
    return agency.reading(documents.in_packets)


@fault(breaks=[ENTITIES, WORDS], system=PORTAL)
def entities_opened(agency: Agency) -> Agency:
    """Whatever a packet in XML declares is opened and unfolded: files, addresses, words."""
    return agency.reading(lambda call: entities.unfolded(call, external=True))


@fault(breaks=[ENTITIES, WORDS], system=PORTAL)
def entities_opened_and_repeated(agency: Agency) -> Agency:
    """Entities are opened, and a refusal repeats the service that nobody knows."""

    def repeated(call: Call, told: dict[str, Any]) -> dict[str, Any]:
        return {**told, "message": f"{told['message']} ({call.service})"}

    return agency.reading(lambda call: entities.unfolded(call, external=True)).bending_problems(
        repeated
    )


@fault(breaks=[WORDS], system=PORTAL)
def entities_unfolded(agency: Agency) -> Agency:
    """Files stay closed; words that a packet declares are unfolded."""
    return agency.reading(lambda call: entities.unfolded(call, external=False))


@fault(breaks=[FILES])
def files_read_by_name(agency: Agency) -> Agency:
    """The code in the path is pasted into the name of a file."""
    return agency.intercepting(_reading(lambda name: name))


@fault(breaks=[FILES])
def steps_upwards_removed_once(agency: Agency) -> Agency:
    """Steps upwards are removed once, so doubled ones become steps upwards."""
    return agency.intercepting(
        _reading(lambda name: name.lstrip("/").replace("../", "").replace("..\\", ""))
    )


@fault(breaks=[FILES])
def names_decoded_twice(agency: Agency) -> Agency:
    """Steps upwards are refused, and then the name is decoded once more."""
    return agency.intercepting(
        _reading(lambda name: "" if "../" in name or name[:1] == "/" else unquote(name))
    )


@fault(breaks=[SPLIT], transport="wire")
def header_ended_by_a_caller(agency: Agency) -> Agency:
    """A filter is repeated in a header field as it came, line ends and all."""
    return _reflecting(agency, lambda value: value)


@fault(breaks=[SPLIT], transport="wire")
def header_ended_by_a_line_feed(agency: Agency) -> Agency:
    """Only CR LF is taken out of a filter that is repeated in a header field; LF alone stays."""
    return _reflecting(agency, lambda value: value.replace(b"\r\n", b""))


def _reading(name_of: Callable[[str], str]) -> Callable[[Call], Answer | None]:
    """Return a hook that reads a real file, in a folder of its own that is `/` for it."""

    def hook(call: Call) -> Answer | None:
        named = name_of(call.path.removeprefix(database.PLACE))
        if not call.path.startswith(database.PLACE) or call.method != "GET":
            return None
        # From `/` there is no way up, so nothing leads out of the folder.
        place = posixpath.normpath(posixpath.join("/srv/procedures", named)).lstrip("/")
        with tempfile.TemporaryDirectory(prefix="sandbox-files-") as folder:
            etc = Path(folder, "etc")
            etc.mkdir()
            (etc / "passwd").write_text(_PASSWD, encoding="utf-8", newline="\n")
            file = Path(folder, place)
            if not file.is_relative_to(folder) or not file.is_file():
                return None
            content = file.read_bytes()
        return Answer(200, (("Content-Type", "text/plain; charset=utf-8"),), content)

    return hook


def _reflecting(agency: Agency, filtered: Callable[[bytes], bytes]) -> Agency:
    def bend(call: Call, made: Answer) -> Answer:
        value = dict(call.query).get("tuKhoa")
        return made.plus(("X-Filter", quote(value))) if value else made

    def relay(_method: str, response: bytes) -> bytes:
        # A framework refuses such a field; a gateway written by hand does not.
        head, end, body = response.partition(b"\r\n\r\n")
        head = _REFLECTED.sub(lambda found: filtered(unquote_to_bytes(found[0])), head)
        return head + end + body

    return agency.bending_answers(bend).with_(wire=Wire(relay=relay))
