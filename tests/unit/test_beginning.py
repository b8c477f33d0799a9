"""The first target file: it can be read back at once, and holds no secret."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from making import SCHEMES, SECURED, answers, openapi

from conformance import shipped, target
from conformance.errors import ContractError, UsageError
from conformance.setup import beginning
from conformance.setup.beginning import Answers

LANGUAGES = pytest.mark.parametrize("lang", ["vi", "en"])


def asked(**more: Any) -> Answers:
    known: dict[str, Any] = {
        "contract": None,
        "base_url": "https://api.example.vn/v1",
        "system": "procedure-system",
        "profile": "procedure-system",
        "name": None,
    }
    return Answers(**known | more)


def made(folder: Path, document: dict[str, Any], **more: Any) -> dict[str, Any]:
    path = folder / "c.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    text = beginning.target_file(asked(contract=str(path), system=None, **more), "en")
    target.of(yaml.safe_load(text) | _days(text), place="target.yaml")
    return dict(yaml.safe_load(text))


def _days(text: str) -> dict[str, Any]:
    accepted = yaml.safe_load(text).get("accept_open")
    return {"accept_open": {**accepted, "until": str(accepted["until"])}} if accepted else {}


@LANGUAGES
@pytest.mark.parametrize("name", shipped.profile_ids())
def test_the_first_file_is_a_target_file(tmp_path: Path, lang: str, name: str) -> None:
    path = tmp_path / "target.yaml"
    path.write_text(beginning.target_file(asked(profile=name), lang), encoding="utf-8")
    read = target.read(path)
    assert read.id == "api.example.vn"
    assert read.system == "procedure-system"
    assert read.base_url == "https://api.example.vn/v1"
    assert (read.environment, read.data) == ("sandbox", "real")
    assert read.allow == {"read"}
    assert not read.permits("write")


def test_the_languages_differ_in_comments_only() -> None:
    vi, en = (beginning.target_file(asked(), lang) for lang in ("vi", "en"))
    assert vi != en
    assert yaml.safe_load(vi) == yaml.safe_load(en)
    assert "Bí mật không bao giờ nằm trong tệp này" in vi


def test_secrets_are_references() -> None:
    document = yaml.safe_load(beginning.target_file(asked(), "vi"))
    assert document["identities"] == {
        "citizen_a": {"bearer": "env:CITIZEN_A_TOKEN"},
        "citizen_b": {"bearer": "env:CITIZEN_B_TOKEN"},
    }


@pytest.mark.parametrize(
    ("scheme", "entry"),
    [
        ({"type": "http", "scheme": "bearer"}, {"bearer": "env:CITIZEN_A_TOKEN"}),
        ({"type": "oauth2", "flows": {}}, {"bearer": "env:CITIZEN_A_TOKEN"}),
        (
            {"type": "http", "scheme": "Basic"},
            {"basic": {"username": "…", "password": "env:CITIZEN_A_TOKEN"}},
        ),
        (
            {"type": "apiKey", "in": "header", "name": "X-Key"},
            {"api_key": {"in": "header", "name": "X-Key", "value": "env:CITIZEN_A_TOKEN"}},
        ),
        (
            {
                "type": "oauth2",
                "flows": {
                    "clientCredentials": {"tokenUrl": "https://id.example.vn/other"},
                    "authorizationCode": {"tokenUrl": "https://id.example.vn/token"},
                },
            },
            {
                "oauth2": {
                    "grant": "refresh_token",
                    "token_url": "https://id.example.vn/token",
                    "client_id": "…",
                    "refresh_token": "env:CITIZEN_A_REFRESH_TOKEN",
                }
            },
        ),
        (
            {"type": "openIdConnect", "openIdConnectUrl": "https://id.example.vn/x"},
            {
                "oauth2": {
                    "grant": "refresh_token",
                    "token_url": "https://…/token",
                    "client_id": "…",
                    "refresh_token": "env:CITIZEN_A_REFRESH_TOKEN",
                }
            },
        ),
        (
            {"type": "apiKey", "in": "cookie", "name": "sid"},
            {"api_key": {"in": "cookie", "name": "sid", "value": "env:CITIZEN_A_TOKEN"}},
        ),
    ],
)
def test_an_identity_has_the_form_of_the_contracts_scheme(
    tmp_path: Path, scheme: dict[str, Any], entry: dict[str, Any]
) -> None:
    document = openapi(
        {"/x": {"get": answers(security=SECURED)}},
        components={"securitySchemes": {"token": scheme}},
    )
    assert made(tmp_path, document)["identities"]["citizen_a"] == entry


def secured(scheme: dict[str, Any], **paths: Any) -> dict[str, Any]:
    own = {"/x": {"get": answers(security=SECURED)}, **paths}
    return openapi(own, components={"securitySchemes": {"token": scheme}})


def test_programs_have_secrets_of_their_own(tmp_path: Path) -> None:
    flow = {"tokenUrl": "/token"}
    document = secured({"type": "oauth2", "flows": {"clientCredentials": flow}})
    assert made(tmp_path, document)["identities"] == {
        f"service_{letter}": {
            "oauth2": {
                "grant": "client_credentials",
                "token_url": "/token",
                "client_id": "…",
                "client_secret": f"env:SERVICE_{letter.upper()}_SECRET",
            }
        }
        for letter in "ab"
    }


@pytest.mark.parametrize("path", ["/auth/login", "/dang-nhap", "/session", "/v1/signIn"])
def test_a_cookie_is_had_by_logging_in_where_the_contract_shows_how(
    tmp_path: Path, path: str
) -> None:
    cookie = {"type": "apiKey", "in": "cookie", "name": "sid"}
    document = secured(cookie, **{path: {"post": answers()}})
    login = made(tmp_path, document)["identities"]["citizen_b"]["login"]
    assert (login["path"], login["take"]) == (path, {"cookie": "sid"})
    assert login["body"]["password"] == "env:CITIZEN_B_PASSWORD"


PASSWORD = {"type": "string", "format": "password"}
WITH_PASSWORD = {
    "required": ["email", "password", "realm"],
    "properties": {
        "password": PASSWORD,
        "email": {"type": "string"},
        "realm": {"type": "string"},
        "provider": {"type": "string", "enum": ["db", "ldap"], "example": "db"},
        "mode": {"type": "string", "enum": ["json"], "default": "json", "example": "json"},
        "otp": {"type": "string"},
    },
}
GIVEN = {"properties": {"data": {"properties": {"access_token": {"type": "string"}}}}}


def logging_in(schema: dict[str, Any]) -> dict[str, Any]:
    return answers(GIVEN, requestBody={"content": {"application/json": {"schema": schema}}})


@pytest.mark.parametrize(
    ("scheme", "put"),
    [
        ({"type": "http", "scheme": "bearer"}, {"header": "Authorization", "prefix": "Bearer "}),
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, {"header": "X-Key"}),
    ],
)
@LANGUAGES
def test_a_log_in_is_proposed_beside_the_token(
    tmp_path: Path, scheme: dict[str, Any], put: dict[str, str], lang: str
) -> None:
    path = tmp_path / "c.json"
    document = secured(scheme, **{"/auth/login": {"post": logging_in(WITH_PASSWORD)}})
    path.write_text(json.dumps(document), encoding="utf-8")
    text = beginning.target_file(asked(contract=str(path), system=None), lang)
    assert "login" not in yaml.safe_load(text)["identities"]["citizen_a"]
    (line,) = [line for line in text.splitlines() if "{login:" in line]
    proposed = yaml.safe_load(line.replace("# ", ""))
    assert proposed["citizen_a"]["login"] == {
        "path": "/auth/login",
        "body": {
            "email": "…",
            "password": "env:CITIZEN_A_PASSWORD",
            "realm": "…",
            "provider": "db",
        },
        "take": {"member": "/data/access_token"},
        "put": put,
    }
    people = {"identities": proposed}
    target.of({"target": "x", "base_url": "https://x.example.vn", **people}, place="target.yaml")


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/auth/login", {"properties": {"email": {"type": "string"}}}),
        ("/users", WITH_PASSWORD),
        ("/users/{id}/login", WITH_PASSWORD),
    ],
)
def test_what_takes_no_password_is_no_log_in(
    tmp_path: Path, path: str, schema: dict[str, Any]
) -> None:
    document = secured({"type": "http", "scheme": "bearer"}, **{path: {"post": logging_in(schema)}})
    (tmp_path / "c.json").write_text(json.dumps(document), encoding="utf-8")
    contract = str(tmp_path / "c.json")
    assert "{login:" not in beginning.target_file(asked(contract=contract, system=None), "en")


def test_a_key_goes_into_an_address_only_where_nothing_else_goes(tmp_path: Path) -> None:
    query = {"type": "apiKey", "in": "query", "name": "access_token"}
    header = {"type": "apiKey", "in": "header", "name": "Authorization"}
    both = openapi(
        {"/x": {"get": answers(security=[{"a": []}, {"b": []}])}},
        components={"securitySchemes": {"a": query, "b": header}},
    )
    assert made(tmp_path, both)["identities"]["citizen_a"]["api_key"]["in"] == "header"
    assert made(tmp_path, secured(query))["identities"]["citizen_a"]["api_key"]["in"] == "query"


def array(**members: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "properties": members}}


def test_each_operation_that_looks_like_a_list_is_proposed(tmp_path: Path) -> None:
    entries = array(id={"type": "integer"}, name={"type": "string"})
    words = {"type": "array", "items": {"type": "string"}}
    number = {"type": "integer"}
    document = openapi(
        {
            "/plain": {"get": answers(entries)},
            "/framed": {
                "get": answers(
                    {
                        "properties": {
                            "count": number,
                            "columns": words,
                            "ids": words,
                            "rows": entries,
                        }
                    }
                )
            },
            "/deep": {"get": answers({"properties": {"data": {"properties": {"items": entries}}}})},
            "/one": {"get": answers({"properties": {"id": number, "steps": entries}})},
            "/words": {"get": answers(words)},
            "/found": {"post": answers(entries)},
        }
    )
    path = tmp_path / "c.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    lines = beginning.target_file(asked(contract=str(path), system=None), "en").splitlines()
    start = lines.index("# lists:")
    block = [line for line in lines[start + 1 :] if line.startswith("#   ")]
    assert yaml.safe_load("\n".join(line.removeprefix("#   ") for line in block)) == {
        "GET /plain": {"items": "", "id": "/id"},
        "GET /framed": {"items": "/rows", "id": "/id", "total": "/count"},
        "GET /deep": {"items": "/data/items", "id": "/id"},
    }


def test_certificates_are_declared_once_they_are_there(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps(secured({"type": "mutualTLS"})), encoding="utf-8")
    text = beginning.target_file(asked(contract=str(path), system=None), "en")
    assert "identities" not in yaml.safe_load(text)
    entry = "#   citizen_a: {mtls: {certificate: citizen_a.pem, key: file:citizen_a.key}}"
    assert entry in text.splitlines()


def test_what_nothing_resembles_is_asked_for_openly(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps(openapi({"/x": {"get": answers()}})), encoding="utf-8")
    text = beginning.target_file(asked(contract=str(path)), "vi")
    assert "#   dossier.read: …" in text.splitlines()
    assert "#   dossier.applicant_id: …" in text.splitlines()
    assert "# lists:" not in text


def test_where_nothing_is_secured_no_identity_is_asked_for(tmp_path: Path) -> None:
    assert "identities" not in made(tmp_path, openapi({"/x": {"get": answers()}}, **SCHEMES))


def test_values_that_the_contract_lacks_are_asked_for_in_comments(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    wanting = {"name": "id", "in": "path", "required": True}
    knowing = {"name": "q", "in": "query", "required": True, "example": "x"}
    body = {"required": True, "content": {"application/json": {}}}
    document = openapi(
        {
            "/x/{id}": {
                "post": answers(parameters=[wanting, knowing], requestBody=body, operationId="no")
            }
        }
    )
    path.write_text(json.dumps(document), encoding="utf-8")
    text = beginning.target_file(asked(contract=str(path)), "en")
    block = text.splitlines()
    block = block[block.index("# examples:") :][:2]
    filled = yaml.safe_load("\n".join(line.removeprefix("# ") for line in block))
    assert filled == {"examples": {"no": {"id": "…", "body": {"…": None}}}}


def test_what_the_plan_knows_to_stay_open_is_accepted_for_a_while() -> None:
    accepted = yaml.safe_load(beginning.target_file(asked(), "vi"))["accept_open"]
    assert "attestation" in accepted["reasons"]
    # What the owner can mend in this very file is not accepted beforehand.
    assert not {"no_credentials", "no_test_data"} & set(accepted["reasons"])
    until = date.fromisoformat(str(accepted["until"]))
    assert 0 < (until - date.today()).days <= 90  # noqa: DTZ011  # a legal date is the local one


def test_the_address_is_taken_from_the_contract(tmp_path: Path) -> None:
    servers = [{"url": "/relative"}, {"url": "https://{host}/"}, {"url": "https://h.example.vn/a/"}]
    document = openapi({"/x": {"get": answers()}}, servers=servers)
    found = made(tmp_path, document, base_url=None)
    assert found["base_url"] == "https://h.example.vn/a"
    assert found["target"] == "h.example.vn"


def test_without_any_address_the_option_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        made(tmp_path, openapi({"/x": {"get": answers()}}), base_url=None)
    assert caught.value.mend is not None
    assert "--base-url" in caught.value.mend.vi


def test_without_contract_and_system_nothing_is_written() -> None:
    with pytest.raises(ContractError):
        beginning.target_file(asked(system=None), "vi")


def test_a_name_that_somebody_chose_is_kept() -> None:
    assert (
        yaml.safe_load(beginning.target_file(asked(name="hue-tthc"), "vi"))["target"] == "hue-tthc"
    )


@pytest.mark.parametrize(
    "base_url",
    [
        "https://h.example.vn:8443/a",
        "http://10.0.0.1:8080",
        "http://[::1]:8080",
        "https://cổng.example.vn",
    ],
)
def test_every_address_gives_a_file_that_can_be_read(tmp_path: Path, base_url: str) -> None:
    path = tmp_path / "target.yaml"
    path.write_text(beginning.target_file(asked(base_url=base_url), "vi"), encoding="utf-8")
    assert target.read(path).base_url == base_url
