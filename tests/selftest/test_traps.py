"""Where naive checks of an interface are wrong, and what keeps ours from it.

Each trap is kept out by legal oddities of the reference agencies, which clean mode has every check
spare, or by tests of what they cannot show. A trap in the way of checks that do not exist yet says
so: whoever writes one of them has to come by here.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from conformance.selftest import known_variations

TESTS = Path(__file__).parent.parent


@dataclass(frozen=True)
class Trap:
    """One trap.

    Attributes:
        what: in which belief one walks into it.
        spared: the near-misses that show it.
        tests: `file::function` of tests that show it.
        unasked: why nothing can fall into it yet.
    """

    what: str
    spared: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    unasked: str = ""


DOOR = "unit/test_door.py::"
FORGING = "unit/test_forging.py::"
NATIONAL = "unit/test_national_formats.py::"
TRAPS = (
    Trap(
        "HSTS is strict in form, and due on plain http too",
        (
            "hsts_in_capitals",
            "hsts_quoted",
            "hsts_with_loose_semicolons",
            "hsts_with_unknown_directives",
            "hsts_without_subdomains",
        ),
        ("unit/sandbox/test_sandbox_variations.py::test_hsts_is_told_over_tls_only",),
    ),
    Trap(
        "plain http has to redirect, or must not",
        ("plain_http_redirects", "plain_http_is_refused", "another_site_over_plain_http"),
    ),
    Trap("JSON needs a full content security policy", unasked="no check asks for a policy"),
    Trap(
        "no-store stands alone, in small letters, in one field; public answers must be cached",
        (
            "no_store_among_others",
            "no_store_in_a_second_field",
            "no_store_in_capitals",
            "public_answers_never_stored",
        ),
    ),
    Trap(
        "a field stands once",
        ("nosniff_in_two_fields", "nosniff_listed_twice", "challenges_in_two_fields"),
        (f"{DOOR}test_repeated_headers_stay_apart",),
    ),
    Trap(
        "names and values have a case",
        (
            "nosniff_in_capitals",
            "json_type_in_capitals",
            "challenge_in_lower_case",
            "allow_in_lower_case",
            "cookie_flags_in_any_case",
            "credentials_in_capitals",
        ),
    ),
    Trap(
        "every reflected origin and every `*` is dangerous; CORS has to be there",
        (
            "answers_for_every_origin",
            "origins_reflected_without_credentials",
            "one_partner_trusted",
        ),
    ),
    Trap(
        "every cookie is a session",
        (
            "cookie_of_a_load_balancer",
            "cookies_being_removed",
            "token_against_forgery_for_scripts",
            "cookie_with_a_prefix",
        ),
    ),
    Trap(
        "an undeclared method is answered 405 and nothing else",
        (
            "undeclared_methods_are_forbidden",
            "undeclared_methods_are_not_found",
            "allow_empty",
            "methods_not_implemented",
            "options_tell_what_is_allowed",
        ),
    ),
    Trap("what cannot be produced is refused with 406", ("accept_disregarded",)),
    Trap(
        "HEAD tells a length, and its body would be seen",
        ("head_without_length", "connection_closed_after_each_answer"),
        (f"{DOOR}test_bytes_after_the_answer_to_head_are_seen",),
    ),
    Trap("ETags are strong, and everywhere", ("versions_are_weak", "no_versions_told")),
    Trap("JSON must, or must not, have a charset", ("json_with_charset",)),
    Trap(
        "text comes back byte for byte",
        ("json_escapes_every_letter", "json_escapes_what_it_need_not"),
    ),
    Trap(
        "NFC decides where tones stand, and composes everything",
        ("tones_on_the_other_vowel", "marks_that_cannot_be_composed", "names_in_capitals"),
        (f"{NATIONAL}test_letters_that_only_look_right_are_told",),
    ),
    Trap(
        "a validator asserts formats, and knows a mail address",
        ("mail_and_telephone_written_in_other_ways", "times_in_leap_seconds"),
        (f"{NATIONAL}test_what_is_no_mailbox", f"{NATIONAL}test_mailboxes_of_rfc_5321"),
    ),
    Trap(
        "patterns of JSON Schema are Python's",
        tests=(
            "unit/test_contract.py::test_patterns_are_read_as_ecmascript_reads_them",
            f"{NATIONAL}test_what_is_made_is_right_and_what_is_missed_is_not",
        ),
    ),
    Trap(
        "multipleOf is a matter of floats",
        tests=("unit/test_contract.py::test_multiples_of_a_hundredth_are_exact",),
    ),
    Trap(
        "json.loads reads JSON",
        ("numbers_written_unusually", "names_that_differ_by_case", "integers_at_the_limit"),
        (f"{DOOR}test_bodies_are_kept_byte_for_byte",),
    ),
    Trap(
        "old versions are refused because our own library cannot offer them",
        ("tls13_only",),
        ("unit/test_handshakes.py::test_an_old_version_is_offered_alone",),
    ),
    Trap(
        "a missing client certificate is refused in the handshake",
        (
            "client_certificates_demanded",
            "client_certificates_verified_behind_tls",
            "client_certificates_missed_as_bad_requests",
        ),
    ),
    Trap(
        "certificates live for months, and tell of their revocation",
        ("short_lived_certificate", "certificate_of_the_root", "two_certificates"),
    ),
    Trap(
        "the last character of a signature counts",
        ("tokens_signed_on_a_curve", "type_of_tokens_not_looked_at"),
        (f"{FORGING}test_a_tampered_signature_differs_in_one_bit_that_counts",),
    ),
    Trap(
        "every token is a JWT",
        ("tokens_are_called_keys", "people_log_in_with_a_cookie"),
        (
            f"{FORGING}test_what_is_no_jws_is_opaque",
            "unit/test_tokens_anywhere.py::test_an_opaque_key_is_no_token",
        ),
    ),
    Trap(
        "who is not let in is answered 401",
        (
            "bad_token_is_a_bad_request",
            "bad_token_is_forbidden",
            "bad_token_finds_nothing",
            "strangers_are_forbidden",
            "strangers_find_nothing",
        ),
    ),
    Trap(
        "200 for somebody else's address is a leak",
        (
            "dossiers_of_others_are_forbidden",
            "dossiers_numbered_for_each_reader",
            "head_leads_to_a_page",
        ),
    ),
    Trap(
        "200 means that it exists",
        ("console_is_an_ordinary_page", "odd_paths_show_a_page", "odd_paths_show_an_envelope"),
    ),
    Trap(
        "a gateway's refusal proves, or breaks, something",
        (
            "claims_are_bad_requests",
            "other_spellings_are_bad_requests",
            "management_paths_are_forbidden",
        ),
    ),
    Trap(
        "an echo is an execution",
        (
            "refusals_repeat_what_was_asked",
            "refusal_repeats_the_path",
            "filter_repeated_in_the_body",
            "filter_repeated_encoded",
        ),
    ),
    Trap("a slow answer is a proof", unasked="no check measures delays"),
    Trap(
        "clients send the path that they are given",
        ("other_spellings_are_led_home",),
        (f"{DOOR}test_a_path_leaves_as_it_was_written",),
    ),
    Trap(
        "clients do nothing of their own",
        tests=(
            f"{DOOR}test_a_redirect_is_an_answer",
            f"{DOOR}test_a_failed_question_is_not_sent_again_unasked",
            "unit/test_guard.py::test_nothing_is_taken_from_the_environment_and_nothing_followed",
        ),
    ),
    Trap("clients decode rightly", tests=(f"{DOOR}test_bodies_are_kept_byte_for_byte",)),
    Trap("old fields of protection have to be there", unasked="no check asks for them"),
    Trap(
        "a product's name is a leak",
        ("server_named", "gateway_named", "requests_traced", "api_version_named"),
    ),
    Trap(
        "traffic that never got past 404 proves something",
        ("list_is_empty",),
        unasked="generated traffic is not there yet",
    ),
    Trap("123 is no text", unasked="generated traffic is not there yet"),
    Trap("a second DELETE succeeds, too", ("second_delete_finds_nothing",)),
    Trap(
        "lists stand still",
        ("equals_come_in_another_order", "visits_are_counted", "page_behind_the_last_is_the_last"),
    ),
    Trap("SOAP faults are server errors", unasked="no check speaks SOAP yet"),
    Trap(
        "there is one style of naming",
        ("agency_in_english", "agency_in_pascal_case", "agency_in_snake_case"),
    ),
    Trap(
        "lists of codes are for ever",
        ("tax_codes_of_branches",),
        (
            f"{NATIONAL}test_a_code_means_what_it_meant_on_its_day",
            f"{NATIONAL}test_a_closed_code_is_known_in_both_forms",
        ),
    ),
    Trap(
        "twelve digits are a person",
        (
            "barcode_beside_a_name",
            "time_of_twelve_digits_beside_a_name",
            "personal_number_registered_abroad",
            "personal_number_hidden",
        ),
    ),
    Trap(
        "metres of VN-2000 are degrees, and latitude comes first",
        ("map_of_another_country", "map_with_heights_and_gaps"),
        (f"{NATIONAL}test_a_pair_of_numbers_is_told_for_what_it_is",),
    ),
    Trap(
        "our clock is right",
        ("clocks_may_differ_by_a_minute",),
        (
            "unit/test_handshakes.py::test_two_clocks_that_disagree_decide_nothing",
            f"{FORGING}test_lapsed_means_more_than_clocks_differ",
        ),
    ),
    Trap(
        "a page of health tells the truth, and a server that rests is broken",
        ("health_is_a_problem_document", "busy_at_times_and_says_when"),
    ),
    Trap("both families of addresses are tried", unasked="no check asks by IPv6 alone"),
    Trap(
        "TRACE is answered by the application",
        ("trace_not_implemented", "trace_answered_like_get"),
    ),
    Trap(
        "what throttles is broken",
        tests=("unit/test_politeness.py::test_who_throttles_everything_is_left_alone",),
    ),
    Trap(
        "evidence may hold what it proves",
        tests=(
            "unit/test_canaries.py::test_no_byte_of_a_run_tells_of_a_person",
            "unit/test_canaries.py::test_no_report_and_no_screen_tells_of_a_person",
        ),
    ),
)


@cache
def near_misses() -> dict[str, list[str]]:
    found = known_variations()
    return {one["id"]: one["spares"] for one in found if one["kind"] == "near_miss"}


@cache
def functions_of(name: str) -> frozenset[str]:
    tree = ast.parse((TESTS / name).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_there_are_fifty() -> None:
    assert len(TRAPS) == len({trap.what for trap in TRAPS}) == 50


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.what)
def test_a_trap_is_kept_out_by_something_that_exists(trap: Trap) -> None:
    assert trap.spared or trap.tests or trap.unasked
    for name in trap.spared:
        assert near_misses()[name], f"{name} is near to no check"
    for name in trap.tests:
        file, _, function = name.partition("::")
        assert function in functions_of(file), name
