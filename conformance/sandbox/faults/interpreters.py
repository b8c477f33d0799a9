"""Input that interpreters carry out: of statements, of commands, of templates."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from conformance.sandbox import bending, database, demonstration, directory, shell
from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

SLEEPS = "injection.sql.no_statement_sleeps"
COMMANDS = "injection.interpreters.parameters_stay_data_in_commands"
TEMPLATES = "injection.interpreters.parameters_stay_data_in_templates"

DIRECTORIES = "injection.directories.parameters_stay_data_in_directories"


@fault(breaks=[DIRECTORIES])
def codes_pasted_into_a_path(agency: Agency) -> Agency:
    """A code is pasted into a path of XPath; what is wrong with it is kept quiet."""
    return agency.intercepting(
        _found(lambda code: f"code='{code}'", directory.by_xpath, told=False)
    )


@fault(breaks=[DIRECTORIES])
def codes_pasted_into_a_filter(agency: Agency) -> Agency:
    """A code is pasted into a filter of LDAP; what is wrong with it is kept quiet."""
    return agency.intercepting(_found(_FILTER.format, directory.by_filter, told=False))


@fault(breaks=[DIRECTORIES])
def filters_broken_by_a_bracket(agency: Agency) -> Agency:
    """A code is pasted into a filter of LDAP, and the complaint of its reader is told."""
    return agency.intercepting(_found("(code={})".format, directory.by_filter, told=True))


@fault(breaks=[SLEEPS])
def codes_counted_in_a_statement(agency: Agency) -> Agency:
    """Who reads a procedure is counted, with its code pasted into the statement that counts."""
    return _counting(agency, "UPDATE procedures SET content = content WHERE code = '{}'")


@fault(breaks=[SLEEPS])
def codes_noted_in_a_statement(agency: Agency) -> Agency:
    """The code is pasted into brackets of a statement beside the one that finds the procedure."""
    return _counting(agency, "SELECT COUNT(*) FROM procedures WHERE NOT (code <> '{}')")


@fault(breaks=[COMMANDS])
def words_pasted_into_a_command(agency: Agency) -> Agency:
    """Words to search for are pasted into a command, and what it prints is told."""
    return agency.intercepting(_commanding("grep {} danh-muc.txt", told=True))


@fault(breaks=[COMMANDS])
def words_quoted_in_a_command(agency: Agency) -> Agency:
    """Words to search for are put between quotation marks of a command, which they may close."""
    return agency.intercepting(_commanding("grep '{}' danh-muc.txt", told=True))


@fault(breaks=[COMMANDS])
def commands_carried_out_in_silence(agency: Agency) -> Agency:
    """Words to search for are pasted into a command of which nothing is told."""
    return agency.intercepting(_commanding("logger {}", told=False))


@fault(breaks=[TEMPLATES])
def words_filled_into_a_template(agency: Agency) -> Agency:
    """A refusal is made from a template with the words in it, as Jinja and Twig read them."""
    return agency.intercepting(_telling(r"\{\{\s*(\d+)\s*\*\s*(\d+)\s*\}\}", "{}"))


@fault(breaks=[TEMPLATES])
def products_written_in_groups(agency: Agency) -> Agency:
    """A refusal is made as FreeMarker does, with numbers in groups of three digits."""
    return agency.intercepting(_telling(r"[$#]\{\s*(\d+)\s*\*\s*(\d+)\s*\}", "{:,}"))


_FILTER = "(&(objectClass=thuTuc)(code={}))"


def _found(
    query: Callable[[str], str],
    read: Callable[[list[directory.Entry], str], list[directory.Entry]],
    *,
    told: bool,
) -> Callable[[Call], Answer | None]:
    """Return a hook that reads one procedure by a query with the code in it."""

    def hook(call: Call) -> Answer | None:
        code = call.path.removeprefix(database.PLACE)
        if call.method not in {"GET", "HEAD"} or code == call.path:
            return None
        entries: list[directory.Entry] = [
            {"code": entry["maThuTuc"], "cn": entry["maThuTuc"], "objectClass": "thuTuc"}
            for entry in demonstration.procedures()
        ]
        try:
            rows = read(entries, query(code))
        except directory.QueryError as error:
            return database.refused(400, str(error) if told else "Yêu cầu không hợp lệ.")
        known = {entry["maThuTuc"]: entry for entry in demonstration.procedures()}
        if not rows:
            return database.refused(404, "Không tìm thấy thủ tục.")
        return database.shown(known[rows[0]["code"]])

    return hook


def _counting(agency: Agency, statement: str) -> Agency:
    def bend(call: Call, made: Answer) -> Answer:
        code = call.path.removeprefix(database.PLACE)
        if call.method != "GET" or code == call.path:
            return made
        return replace(made, seconds=database.waited(statement.format(code)))

    return agency.bending_answers(bend)


def _commanding(command: str, *, told: bool) -> Callable[[Call], Answer | None]:
    def hook(call: Call) -> Answer | None:
        words = dict(call.query).get("tuKhoa") if call.asks == bending.LIST else None
        if words is None or words.isalnum():
            return None
        printed, seconds = shell.carried_out(command.format(words))
        said = f"Không tìm được: {printed}" if told else "Không tìm được."
        return replace(database.refused(400, said), seconds=seconds)

    return hook


def _telling(expression: str, number: str) -> Callable[[Call], Answer | None]:
    def filled(found: re.Match[str]) -> str:
        return number.format(int(found[1]) * int(found[2]))

    def hook(call: Call) -> Answer | None:
        words = dict(call.query).get("tuKhoa") if call.asks == bending.LIST else None
        if words is None or words.isalnum():
            return None
        return database.refused(400, f"Không nhận từ khóa {re.sub(expression, filled, words)}.")

    return hook
