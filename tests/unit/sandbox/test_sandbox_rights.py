"""What each fault of tokens and rights lets through, and that it lets nothing else through."""

import pytest
from sandbox_process import Running
from test_sandbox_agency import PAPERS, SUBMISSION

from conformance.identities import forging
from conformance.sandbox import contract, target, tokens, variations
from conformance.sandbox.agency import Agency
from conformance.sandbox.authorisation import Server
from conformance.sandbox.tokens import InvalidTokenError, Keys

HERE = "http://127.0.0.1:1"
KEYS = Keys()
FORGED = (*forging.UNSIGNED, *forging.TAMPERED, *forging.CONFUSED, *forging.FOREIGN_KEY)
NOT_GOOD = ("expired", "premature", "foreign")
LETS_THROUGH: dict[str | None, set[str]] = {
    None: set(),
    "unsigned_tokens_accepted": {"unsigned-none"},
    "unsigned_tokens_of_a_log_in_accepted": {"unsigned-none"},
    "unsigned_tokens_in_capitals_accepted": {"unsigned-None", "unsigned-NONE", "unsigned-nOnE"},
    "signatures_not_verified": {*forging.TAMPERED, "foreign-key"},
    "empty_signatures_accepted": {"without-signature"},
    "empty_signatures_of_keys_accepted": {"without-signature"},
    "expired_tokens_accepted": {"expired"},
    "clocks_may_differ_by_a_day": {"expired", "premature"},
    "tokens_accepted_before_their_time": {"premature"},
    "public_key_taken_for_a_secret": {"hmac-pem"},
    "public_key_in_binary_taken_for_a_secret": {"hmac-der"},
    "tokens_bring_their_own_key": {"embedded-jwk"},
    "key_id_is_a_file_name": {"kid-file"},
    "key_id_is_put_into_a_query": {"kid-query"},
    "audience_not_verified": {"foreign"},
    "audience_compared_by_its_beginning": {"foreign"},
    "issuer_not_verified": {"foreign"},
    "clocks_may_differ_by_a_minute": set(),
    "tokens_signed_on_a_curve": set(),
    "tokens_for_others_are_forbidden": set(),
    "tokens_come_from_a_log_in": set(),
    "tokens_are_called_keys": set(),
    "type_of_tokens_not_looked_at": set(),
    "whatever_the_issuer_signed_accepted": {"foreign"},
    # What it lets through is an ID token, which is no access token and was not forged.
    "id_tokens_of_the_portal_accepted": set(),
    "id_tokens_known_by_their_claims": set(),
}


def test_every_variation_of_tokens_is_shown_here() -> None:
    found = {name for name, one in variations.every().items() if one.subject == "tokens"}
    assert found == {name for name in LETS_THROUGH if name}


@pytest.mark.parametrize("name", LETS_THROUGH)
def test_what_passes_for_a_token(name: str | None) -> None:
    correct = Agency(contract=contract.read("procedure-system"))
    bent = variations.every()[name].bend(correct) if name else correct
    # However somebody comes by a token, it is looked at in the same way.
    agency = bent.with_(identities="bearer")
    server = Server(KEYS, (HERE,))
    identities = target.identities(agency, server, HERE)
    issued = {
        who: found["bearer"].removeprefix("demo:")
        for who, found in identities.items()
        if "bearer" in found
    }
    keys = KEYS.document(agency.algorithms)
    good = issued["citizen_a"]
    made = {variant: forging.forge(good, variant, keys) for variant in FORGED}
    made |= {who: issued[who] for who in NOT_GOOD}

    def passes(token: str) -> bool:
        try:
            tokens.verified(token, agency, server.trust)
        except InvalidTokenError:
            return False
        return True

    assert passes(good)
    assert {variant for variant, token in made.items() if passes(token)} == LETS_THROUGH[name]


def created(sandbox: Running, base: str) -> str:
    answer = sandbox.ask("POST", f"{base}/dossiers", "citizen_a", json=SUBMISSION)
    return f"{base}/dossiers/{answer.json()['maHoSo']}"


@pytest.mark.parametrize(
    ("name", "read", "progress", "supplement", "withdrawal"),
    [
        ("allow_missing", 404, 404, 404, 404),
        ("dossiers_read_by_anybody", 200, 404, 404, 404),
        ("progress_read_by_anybody", 404, 200, 404, 404),
        ("supplements_added_by_anybody", 404, 404, 200, 404),
        ("dossiers_withdrawn_by_anybody", 404, 404, 404, 200),
        ("dossiers_of_others_are_forbidden", 403, 403, 403, 403),
    ],
)
def test_what_others_do_with_a_dossier(  # noqa: PLR0913, PLR0917 - the columns of a table
    sandbox: Running, name: str, read: int, progress: int, supplement: int, withdrawal: int
) -> None:
    place = created(sandbox, f"{sandbox.base_url}/~fault/{name}")
    asked = [
        sandbox.ask("GET", place, "citizen_b"),
        sandbox.ask("GET", f"{place}/progress", "citizen_b"),
        sandbox.ask("POST", f"{place}/supplements", "citizen_b", json=PAPERS),
        sandbox.ask("POST", f"{place}/withdrawal", "citizen_b", json={"lyDo": "x"}),
    ]
    assert [answer.status_code for answer in asked] == [read, progress, supplement, withdrawal]
    after = sandbox.ask("GET", place, "citizen_a").json()
    assert (after["trangThai"] == "7") == (withdrawal == 200)
    assert bool(after["boSung"]) == (supplement == 200)


@pytest.mark.parametrize(
    ("name", "accounts", "events"),
    [
        ("allow_missing", 403, 403),
        ("administration_open_to_everybody", 200, 200),
        ("audit_log_open_to_everybody", 403, 200),
        ("administration_hides_itself", 404, 404),
    ],
)
@pytest.mark.parametrize("who", ["citizen_a", "official"])
def test_what_others_do_in_administration(
    sandbox: Running, name: str, accounts: int, events: int, who: str
) -> None:
    base = f"{sandbox.base_url}/~fault/{name}/administration"
    assert sandbox.ask("GET", f"{base}/accounts", who).status_code == accounts
    assert sandbox.ask("GET", f"{base}/audit-events", who).status_code == events
    assert sandbox.ask("GET", f"{base}/accounts", "administrator").status_code == 200


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("privileged_members_taken", {"trangThai", "donViXuLy", "ngayHenTra"}),
        ("handling_body_taken", {"donViXuLy"}),
        ("privileged_members_dropped", set()),
    ],
)
def test_what_callers_set_that_is_not_theirs(sandbox: Running, name: str, taken: set[str]) -> None:
    wanted = {"trangThai": "9", "donViXuLy": "H57.99", "ngayHenTra": "2099-01-01"}
    url = f"{sandbox.base_url}/~fault/{name}/dossiers"
    made = sandbox.ask("POST", url, "citizen_a", json={**SUBMISSION, **wanted})
    assert made.status_code == 201, made.text
    read = sandbox.ask("GET", f"{url}/{made.json()['maHoSo']}", "citizen_a").json()
    assert {member for member, value in wanted.items() if read[member] == value} == taken
