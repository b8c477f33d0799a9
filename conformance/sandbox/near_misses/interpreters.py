"""Input that looks as if an interpreter carried it out, and none did."""

from __future__ import annotations

from dataclasses import replace

from conformance.sandbox import bending, database, demonstration
from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

SLEEPS = "injection.sql.no_statement_sleeps"
COMMANDS = "injection.interpreters.parameters_stay_data_in_commands"
TEMPLATES = "injection.interpreters.parameters_stay_data_in_templates"
DIRECTORIES = "injection.directories.parameters_stay_data_in_directories"


@near_miss(spares=[COMMANDS, TEMPLATES])
def refused_words_are_repeated(agency: Agency) -> Agency:
    """A refusal repeats the words as they were sent, signs and all (RFC 9457, section 3.1.4)."""

    def hook(call: Call) -> Answer | None:
        words = dict(call.query).get("tuKhoa") if call.asks == bending.LIST else None
        if words is None or words.isalnum():
            return None
        return database.refused(400, f"Không nhận từ khóa {words}.")

    return agency.intercepting(hook)


@near_miss(spares=[COMMANDS, TEMPLATES])
def refused_words_are_told_bare(agency: Agency) -> Agency:
    """A refusal repeats the words without their signs: digits beside each other, no product."""

    def hook(call: Call) -> Answer | None:
        words = dict(call.query).get("tuKhoa") if call.asks == bending.LIST else None
        if words is None or words.isalnum():
            return None
        bare = "".join(sign for sign in words if sign.isalnum() or sign == "-")
        return database.refused(400, f"Không nhận từ khóa {bare}.")

    return agency.intercepting(hook)


@near_miss(spares=[SLEEPS, COMMANDS])
def odd_words_are_held_up(agency: Agency) -> Agency:
    """Whoever sends words of an attack waits for his refusal, whatever they say (a tarpit)."""

    def hook(call: Call) -> Answer | None:
        said = f"{call.path} {call.query}".lower()
        held = "sleep" in said
        return replace(database.refused(400, "Không hợp lệ."), seconds=1.1) if held else None

    return agency.intercepting(hook)


@near_miss(spares=[SLEEPS])
def longer_codes_take_longer(agency: Agency) -> Agency:
    """An answer takes longer the longer its address is, with no sleep in it."""

    def bend(call: Call, made: Answer) -> Answer:
        return replace(made, seconds=min(len(call.path), 100) / 60 if len(call.path) > 60 else 0.0)

    return agency.bending_answers(bend)


@near_miss(spares=[DIRECTORIES])
def a_star_finds_by_its_beginning(agency: Agency) -> Agency:
    """A star behind the beginning of a code finds what begins so, as the search is meant."""

    def hook(call: Call) -> Answer | None:
        code = call.path.removeprefix(database.PLACE)
        if call.asks != bending.READ or not code.endswith("*"):
            return None
        with_it = [e for e in demonstration.procedures() if e["maThuTuc"].startswith(code[:-1])]
        return None if not with_it else database.shown(with_it[0])

    return agency.intercepting(hook)


@near_miss(spares=[DIRECTORIES])
def signs_refused_in_words_of_ldap(agency: Agency) -> Agency:
    """Whoever sends brackets or quotes is told that no filter may have them; none is made."""

    def hook(call: Call) -> Answer | None:
        code = call.path.removeprefix(database.PLACE)
        odd = call.asks == bending.READ and bool(set(code) & set("()'"))
        return database.refused(400, "Mã không được có dấu của bộ lọc LDAP.") if odd else None

    return agency.intercepting(hook)
