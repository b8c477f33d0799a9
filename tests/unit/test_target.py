"""Target files: references to secrets, and what the owner permits."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from making import BASE_URL, WRITING, goal

from conformance import target
from conformance.errors import TargetError
from conformance.opening import Wishes, wished

DEMO = {"citizen_a": {"bearer": "demo:token-of-a"}}
ATTESTATION = {
    "requirement": "T-OPS-01",
    "by": {"name": "An", "role": "auditor"},
    "date": "2026-01-01",
    "until": "2027-01-01",
    "evidence": {"vi": "Đã xem", "en": "Seen"},
}


def refused(base_url: str = BASE_URL, **more: Any) -> TargetError:
    with pytest.raises(TargetError) as caught:
        goal(base_url, **more)
    assert caught.value.into("vi") != caught.value.into("en")
    return caught.value


# --- shape ---------------------------------------------------------------------------------------


def test_a_target_that_says_little_is_production_with_real_data_and_may_be_read() -> None:
    made = target.of({"target": "t", "base_url": "https://api.example.vn/v1/"}, place="t")
    assert made.base_url == "https://api.example.vn/v1"
    assert made.host == "api.example.vn"
    assert made.scheme == "https"
    assert made.environment == "production"
    assert not made.synthetic
    assert made.allow == {"read"}


@pytest.mark.parametrize(
    "base_url",
    ["api.example.vn", "ftp://x", "https://u:p@x", "https://x/?q=1", "https://x/#f", "https://"],
)
def test_a_base_url_with_more_or_less_than_an_address_is_refused(base_url: str) -> None:
    assert refused(base_url).place == "target.yaml: base_url"


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"surprise": 1}, "target.yaml"),
        ({"identities": {"a": {"bearer": "plain-secret"}}}, "target.yaml: identities.a.bearer"),
        ({"environment": "staging"}, "target.yaml: environment"),
        ({"network": {"proxy": "http://u:p@h:1"}}, "target.yaml: network.proxy"),
        ({"pace": {"budget": 0}}, "target.yaml: pace.budget"),
    ],
)
def test_a_misshapen_target_is_refused_with_its_place(more: dict[str, Any], place: str) -> None:
    assert refused(**more).place == place


def test_an_unknown_reason_to_accept_is_refused_and_the_known_ones_told() -> None:
    error = refused(accept_open={"reasons": ["laziness"], "until": "2027-01-01"})
    assert "laziness" in error.what.en
    assert error.mend is not None
    assert "attestation" in error.mend.en


@pytest.mark.parametrize(
    ("data", "environment", "synthetic"),
    [
        ("synthetic", "sandbox", True),
        ("synthetic", "production", False),
        ("real", "sandbox", False),
    ],
)
def test_data_are_synthetic_in_a_sandbox_only(
    data: str, environment: str, *, synthetic: bool
) -> None:
    assert goal(data=data, environment=environment).synthetic is synthetic


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost", True),
        ("agency.localhost", True),
        ("localhost.example.vn", False),
        ("notlocalhost", False),
        ("0.0.0.0", False),  # noqa: S104  # a name to be judged, not bound
        ("10.0.0.1", False),
        ("127.0.0.1.example.vn", False),
    ],
)
def test_loopback_is_this_machine_and_no_other(host: str, *, loopback: bool) -> None:
    assert target.is_loopback(host) is loopback


# --- what is permitted ---------------------------------------------------------------------------


@pytest.mark.parametrize("environment", ["production", "sandbox"])
@pytest.mark.parametrize("allow", [["read"], ["read", "write"], ["write", "intrusive"]])
@pytest.mark.parametrize("authorised", [True, False])
@pytest.mark.parametrize("safety", ["read", "write", "intrusive"])
def test_more_than_reading_needs_sandbox_allowance_and_authorisation(
    environment: str, allow: list[str], safety: str, *, authorised: bool
) -> None:
    more = {"authorisation": WRITING["authorisation"]} if authorised else {}
    made = goal(environment=environment, allow=allow, **more)
    wanted = environment == "sandbox" and safety in allow and authorised
    assert made.permits(safety) is (wanted or safety == "read")


def test_production_never_writes_whatever_is_allowed() -> None:
    made = goal(
        environment="production",
        allow=["read", "write", "intrusive"],
        authorisation=WRITING["authorisation"],
    )
    assert not made.permits("write")
    assert not made.permits("intrusive")


def until(days: int) -> dict[str, Any]:
    day = date.today() + timedelta(days=days)  # noqa: DTZ011  # a legal date is the local one
    return {"reference": "No. 1", "by": "The owner", "until": day.isoformat()}


def test_an_authorisation_that_ended_is_refused() -> None:
    error = refused(authorisation=until(-1))
    assert error.place == "target.yaml: authorisation.until"


def test_an_authorisation_holds_on_its_last_day() -> None:
    assert goal(allow=["write"], authorisation=until(0)).permits("write")


# --- secrets -------------------------------------------------------------------------------------


def test_demonstration_credentials_are_for_loopback() -> None:
    assert goal(identities=DEMO).identities["citizen_a"].detail == {"token": "demo:token-of-a"}


@pytest.mark.parametrize("base_url", ["https://api.example.vn", "http://10.0.0.1"])
@pytest.mark.parametrize(
    "identity",
    [
        {"bearer": "demo:canary"},
        {"basic": {"username": "u", "password": "demo:canary"}},
        {"api_key": {"in": "query", "name": "k", "value": "demo:canary"}},
    ],
)
def test_demonstration_credentials_leave_for_nowhere_else(
    base_url: str, identity: dict[str, Any]
) -> None:
    error = refused(base_url, identities={"a": identity})
    assert "canary" not in error.into("vi") + error.into("en")


@pytest.mark.parametrize(
    "identity",
    [
        {"bearer": "demo:canary"},
        {"basic": {"username": "u", "password": "demo:canary"}},
        {"api_key": {"in": "cookie", "name": "k", "value": "demo:canary"}},
    ],
)
def test_what_is_stored_holds_no_secret(identity: dict[str, Any]) -> None:
    made = goal(identities={"a": identity, "b": {"bearer": "env:NAME_ONLY"}}, attestations=[])
    stored = json.dumps(made.stored())
    assert "canary" not in stored
    assert "NAME_ONLY" in stored
    assert "attestations" not in made.stored()


def test_what_is_stored_leaves_the_target_as_it_was() -> None:
    made = goal(identities=DEMO)
    made.stored()
    assert "token-of-a" in json.dumps(made.document)


def test_a_secret_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("T_SECRET", "canary")
    assert target.secret("env:T_SECRET", place="p") == "canary"


@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_secret_is_named(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("T", raising=False)
    if value is not None:
        monkeypatch.setenv("T", value)
    with pytest.raises(TargetError) as caught:
        target.secret("env:T", place="t.yaml: identities.a")
    assert "env:T" in caught.value.what.vi
    assert caught.value.place == "t.yaml: identities.a"


def test_a_missing_secret_shows_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from conformance.identities.credentials import Credentials  # noqa: PLC0415  # only here

    monkeypatch.setenv("T_PRESENT", "canary-value")
    monkeypatch.delenv("T_ABSENT", raising=False)
    made = goal(identities={"a": {"bearer": "env:T_PRESENT"}, "b": {"bearer": "env:T_ABSENT"}})
    with pytest.raises(TargetError) as caught:
        Credentials(made)
    told = caught.value.into("vi") + caught.value.into("en") + repr(caught.value)
    assert "T_ABSENT" in told
    assert "canary-value" not in told


def test_a_secret_is_taken_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("canary\n", encoding="utf-8")
    assert target.secret(f"file:{path}", place="p") == "canary"
    with pytest.raises(TargetError, match="missing or empty"):
        target.secret(f"file:{path}-absent", place="p")


def test_a_secret_file_of_other_bytes_is_refused_as_such(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"canary\xff")
    with pytest.raises(TargetError):
        target.secret(f"file:{path}", place="p")


# --- files beside the target ---------------------------------------------------------------------


def written(folder: Path, **more: Any) -> Path:
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump({"target": "t", "base_url": BASE_URL, **more}), encoding="utf-8")
    return path


def test_a_relative_contract_lies_beside_the_target_file(tmp_path: Path) -> None:
    made = target.read(written(tmp_path, contract="c.yaml"))
    assert made.contract == str(tmp_path / "c.yaml")
    made = target.read(written(tmp_path, contract="https://example.vn/c.yaml"))
    assert made.contract == "https://example.vn/c.yaml"


def test_a_relative_secret_lies_beside_the_target_file(tmp_path: Path) -> None:
    from conformance.identities.credentials import Credentials  # noqa: PLC0415  # only here

    (tmp_path / "s.txt").write_text("canary", encoding="utf-8")
    made = target.read(written(tmp_path, identities={"a": {"bearer": "file:s.txt"}}))
    assert Credentials(made).secrets() == {"a.token": "canary"}


def test_attestations_are_read_from_a_file_beside_the_target(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(yaml.safe_dump([ATTESTATION]), encoding="utf-8")
    made = target.read(written(tmp_path, attestations="a.yaml"))
    assert made.attestations == (ATTESTATION,)


@pytest.mark.parametrize(
    "change",
    [{"by": {"name": "An", "role": "friend"}}, {"until": "2026-02-30"}, {"evidence": {"vi": "x"}}],
)
def test_a_misshapen_attestation_in_a_file_is_placed_in_that_file(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    (tmp_path / "a.yaml").write_text(yaml.safe_dump([ATTESTATION | change]), encoding="utf-8")
    with pytest.raises(TargetError) as caught:
        target.read(written(tmp_path, attestations="a.yaml"))
    assert "a.yaml" in str(caught.value.place)


def test_another_address_does_not_get_demonstration_credentials() -> None:
    with pytest.raises(TargetError):
        wished(goal(identities=DEMO), Wishes(target="t", base_url="https://api.example.vn"))
