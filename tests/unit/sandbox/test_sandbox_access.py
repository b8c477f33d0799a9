"""Who is let in by what: tokens, cookies, certificates, and what each may do."""

import base64
import contextlib
import json
import ssl
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from sandbox_process import Running
from test_sandbox_agency import SUBMISSION, assert_problem, created

from conformance.sandbox import authorisation, contract, target, tls, tokens
from conformance.sandbox.agency import Agency
from conformance.sandbox.authorisation import Server
from conformance.sandbox.certified import Certified
from conformance.sandbox.demonstration import ADMINISTRATOR, CITIZEN_A, OFFICIAL, PEOPLE, Person
from conformance.sandbox.messages import Call, Refusal
from conformance.sandbox.tokens import InvalidTokenError, Keys

HERE = "http://127.0.0.1:1"
AGENCY = Agency(contract=contract.read("procedure-system"))


@pytest.fixture(scope="module")
def server() -> Server:
    return Server(Keys(), (HERE,))


def claims(**changed: Any) -> dict[str, Any]:
    made = {**tokens.claims_of(CITIZEN_A, "cong-dich-vu-cong", HERE, "procedure-system"), **changed}
    return {name: value for name, value in made.items() if value is not None}


def signed(server: Server, algorithm: str = "RS256", kind: str = "at+jwt", **changed: Any) -> str:
    return tokens.signed(claims(**changed), server.keys, algorithm, kind=kind)


def is_accepted(token: str, server: Server, agency: Agency = AGENCY) -> bool:
    try:
        tokens.verified(token, agency, server.trust)
    except InvalidTokenError:
        return False
    return True


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_good_token_is_accepted(server: Server) -> None:
    assert is_accepted(signed(server), server)
    assert is_accepted(signed(server, kind="application/at+JWT"), server)
    assert is_accepted(signed(server, aud=["other", "procedure-system"]), server)
    assert is_accepted(signed(server, nbf=None), server)


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": f"{HERE}/tenants/other"},
        {"iss": None},
        {"aud": "procedure-system-statistics"},
        {"aud": ["other"]},
        {"aud": []},
        {"aud": None},
        {"aud": 5},
        {"exp": 1},
        {"exp": None},
        {"exp": "tomorrow"},
        {"nbf": 2**40},
        {"sub": None},
        {"client_id": None},
        {"iat": None},
        {"jti": None},
        {"jti": ["list"]},
    ],
)
def test_claims_are_looked_at(server: Server, changed: dict[str, Any]) -> None:
    assert not is_accepted(signed(server, **changed), server)


def test_clocks_may_differ_a_little(server: Server) -> None:
    now = claims()["iat"]
    assert is_accepted(signed(server, exp=now - 15), server)
    assert not is_accepted(signed(server, exp=now - 45), server)
    assert is_accepted(signed(server, nbf=now + 15), server)
    assert not is_accepted(signed(server, nbf=now + 45), server)


def test_other_kinds_of_tokens_are_refused(server: Server) -> None:
    assert not is_accepted(signed(server, kind="JWT"), server)


@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "", "HS256", "PS256", "RS999", 5, None])
def test_only_the_announced_algorithm_is_taken(server: Server, alg: Any) -> None:
    head, body, signature = signed(server).split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "=="))
    changed = encoded({**header, "alg": alg})
    assert not is_accepted(f"{changed}.{body}.", server)
    assert not is_accepted(f"{changed}.{body}.{signature}", server)


def test_another_algorithm_of_the_same_server_is_refused_until_it_is_announced(
    server: Server,
) -> None:
    token = signed(server, "ES256")
    assert not is_accepted(token, server)
    assert is_accepted(token, server, AGENCY.with_(algorithms=("RS256", "ES256")))


def test_signatures_are_looked_at(server: Server) -> None:
    head, body, signature = signed(server).split(".")
    raw = bytearray(base64.urlsafe_b64decode(signature + "=="))
    raw[128] ^= 1
    bent = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
    assert not is_accepted(f"{head}.{body}.{bent}", server)
    assert not is_accepted(f"{head}.{body}.", server)
    assert not is_accepted(f"{head}.{body}", server)
    other = encoded(claims(sub=OFFICIAL.subject))
    assert not is_accepted(f"{head}.{other}.{signature}", server)


def test_keys_of_others_are_refused(server: Server) -> None:
    theirs = Server(Keys(), (HERE,))
    assert not is_accepted(signed(theirs), server)
    # Signed by them under the name of our key.
    key, ours = theirs.keys.signing("RS256"), server.keys.signing("RS256")
    for header in (
        {"kid": ours.kid},
        {"kid": ours.kid, "jwk": key.as_dict(private=False)},
        {"jwk": key.as_dict(private=False)},
        {"kid": ours.kid, "jku": f"{HERE}/keys", "x5u": f"{HERE}/chain"},
        {},
    ):
        made = tokens.jwt.encode({"alg": "RS256", "typ": "at+jwt", **header}, claims(), key)
        assert not is_accepted(made, server)


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é.b.c", "e30.e30.", "bnVsbA.bnVsbA.x"])
def test_what_is_no_token_is_refused(server: Server, token: str) -> None:
    assert not is_accepted(token, server)


def test_claims_that_are_no_object_are_refused(server: Server) -> None:
    key = server.keys.signing("RS256")
    header = {"alg": "RS256", "typ": "at+jwt", "kid": str(key.kid)}
    for payload in ("[]", "null", "[" * 20000):
        made = tokens.jws.serialize_compact(header, payload, key, ["RS256"])
        assert not is_accepted(made, server)


# --- what a target file says --------------------------------------------------------------------


@pytest.mark.parametrize("who", ["expired", "premature", "foreign"])
def test_tokens_that_were_issued_and_are_not_good(sandbox: Running, who: str) -> None:
    assert_problem(sandbox.ask("GET", "/dossiers", who), 401)


def test_each_person_is_let_in(sandbox: Running) -> None:
    names = [person.name for person in PEOPLE]
    assert set(names) < set(sandbox.target()["identities"])
    assert [sandbox.ask("GET", "/dossiers", who).status_code for who in names] == [200] * 4


def test_identities_can_log_in_with_oauth2(server: Server) -> None:
    made = target.identities(AGENCY, server, HERE, style="oauth2")
    assert made["service"]["oauth2"]["client_secret"].startswith("demo:")
    assert made["citizen_b"]["oauth2"] == {
        "grant": "refresh_token",
        "token_url": HERE + authorisation.TOKEN,
        "client_id": "cong-dich-vu-cong",
        "refresh_token": made["citizen_b"]["oauth2"]["refresh_token"],
    }
    assert set(made["administrator"]) == {"bearer"}


def test_identities_can_log_in_with_a_cookie(server: Server) -> None:
    for base, cookie in ((HERE, "phien"), ("https://localhost:1", "__Host-phien")):
        made = target.identities(AGENCY, server, base, style="login")
        login = made["official"]["login"]
        assert login["path"] == "/session"
        assert login["take"] == {"cookie": cookie}
        assert login["body"]["username"] == OFFICIAL.username


def test_an_identity_can_have_a_certificate(server: Server) -> None:
    made = target.identities(
        AGENCY, server, HERE, certificate=lambda name: (f"PEM of {name}", "key")
    )
    certificate = {"certificate": f"PEM of {OFFICIAL.username}", "key": "demo:key"}
    assert made["official_certified"] == {"mtls": certificate}
    assert "official_certified" not in target.identities(AGENCY, server, HERE)


def test_operations_can_demand_a_certificate() -> None:
    demanding = Certified(frozenset({"listDossiers"}), with_token=True)
    described = demanding.published(AGENCY.contract.described("https://localhost:1"))
    assert described["components"]["securitySchemes"]["chungThu"]["type"] == "mutualTLS"
    assert described["paths"]["/dossiers"]["get"]["security"] == [{"chungThu": [], "bearer": []}]
    assert "security" not in described["paths"]["/dossiers"]["post"]
    assert demanding.owned({"listDossiers": {"size": 5, "owner": "citizen_a"}}) == {
        "listDossiers": {"size": 5, "owner": "official_certified"}
    }


@pytest.mark.parametrize(
    ("peer", "vouched", "status"),
    [(None, False, 496), ("nobody", True, 495), (OFFICIAL.username, False, 495)],
    ids=["none", "unknown", "not-ours"],
)
def test_only_a_certificate_of_ours_lets_in(
    peer: str | None,
    vouched: bool,  # noqa: FBT001 - a parameter of the test
    status: int,
) -> None:
    demanding = Certified(frozenset({"listDossiers"}), missing=496, unknown=495)
    good = Call("GET", "/dossiers", peer=OFFICIAL.username)
    assert demanding.holder(good, PEOPLE) is OFFICIAL
    with pytest.raises(Refusal) as refused:
        demanding.holder(replace(good, peer=peer, vouched=vouched), PEOPLE)
    assert refused.value.status == status


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_listener_can_believe_whatever_is_shown(newest: ssl.TLSVersion, tmp_path: Path) -> None:
    shop = tls.Shop()
    believing = shop.context(tls.Tls(newest=newest, asks=True, believes=True))
    for certificate, key, ours in (
        (*tls.Shop().client("one"), False),
        (*shop.client("one"), True),
        (*tls.Shop().client("one"), False),
    ):
        (tmp_path / "pair").write_text(key + certificate)
        client = ssl.create_default_context(cadata=shop.pem)
        client.load_cert_chain(tmp_path / "pair")
        server = shaken(believing, client)
        assert (tls.common_name(server), shop.vouches(server)) == ("one", ours)
    assert not shop.vouches(None)


def shaken(server: ssl.SSLContext, client: ssl.SSLContext) -> ssl.SSLObject:
    """Return the server's side of a handshake in memory."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [
        server.wrap_bio(there, back, server_side=True),
        client.wrap_bio(back, there, server_hostname="localhost"),
    ]
    for _ in range(4):
        for side in reversed(sides):
            with contextlib.suppress(ssl.SSLWantReadError):
                side.do_handshake()
    return sides[0]


# --- cookies ------------------------------------------------------------------------------------


def logged_in(sandbox: Running, person: Person, **more: Any) -> requests.Response:
    body = {"username": person.username, "password": person.password}
    sending = {"json": body} if not more else {**more, "data": body}
    sandbox.session.cookies.clear()
    answer = sandbox.ask("POST", "/session", **sending)
    sandbox.session.cookies.clear()
    return answer


@pytest.mark.parametrize("form", [False, True])
def test_logging_in_sets_a_cookie_that_lets_in_until_logging_out(
    sandbox: Running,
    form: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    answer = logged_in(sandbox, CITIZEN_A, **({"headers": {}} if form else {}))
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    said = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(said.split("; "))
    assert "Secure" not in said
    fields = {"Cookie": f"other=1; {said.partition(';')[0]}"}
    assert sandbox.ask("GET", "/dossiers", headers=fields).status_code == 200
    code = created(sandbox)
    assert sandbox.ask("GET", f"/dossiers/{code}", headers=fields).status_code == 200
    gone = sandbox.ask("DELETE", "/session", headers=fields)
    assert (gone.status_code, gone.content) == (204, b"")
    assert "Max-Age=0" in gone.headers["Set-Cookie"]
    assert_problem(sandbox.ask("GET", "/dossiers", headers=fields), 401)
    assert_problem(sandbox.ask("DELETE", "/session", headers=fields), 401)


def test_logging_out_leaves_other_sessions_and_tokens_alone(sandbox: Running) -> None:
    first, second = (
        {"Cookie": logged_in(sandbox, CITIZEN_A).headers["Set-Cookie"].partition(";")[0]}
        for _ in range(2)
    )
    assert first != second
    assert sandbox.ask("DELETE", "/session", headers=first).status_code == 204
    assert sandbox.ask("GET", "/dossiers", headers=second).status_code == 200
    assert sandbox.ask("DELETE", "/session", "citizen_a").status_code == 204
    assert sandbox.ask("GET", "/dossiers", "citizen_a").status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"username": "cong-dan-a", "password": "wrong-password"}, 401),
        ({"username": "nobody", "password": CITIZEN_A.password}, 401),
        ({"username": OFFICIAL.username, "password": CITIZEN_A.password}, 401),
        ({"username": "cong-dan-a"}, 400),
        ({"username": "cong-dan-a", "password": CITIZEN_A.password, "role": "x"}, 400),
    ],
)
@pytest.mark.parametrize("way", ["json", "data"])
def test_wrong_log_ins_set_no_cookie(
    sandbox: Running, body: dict[str, str], status: int, way: str
) -> None:
    answer = sandbox.ask("POST", "/session", **{way: body})
    assert_problem(answer, status)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("data", [b"username=a&username=b&password=c", b"\xff", b"&" * 5000])
def test_strange_forms_are_refused(sandbox: Running, data: bytes) -> None:
    fields = {"Content-Type": "application/x-www-form-urlencoded"}
    assert_problem(sandbox.ask("POST", "/session", data=data, headers=fields), 400)


def test_forms_are_taken_where_the_contract_has_them_only(sandbox: Running) -> None:
    assert_problem(sandbox.ask("POST", "/dossiers", "citizen_a", data={"a": "b"}), 415)


@pytest.mark.parametrize(
    "cookie", ["phien=made-up", "phien=", 'phien="', "phien", ";;", "=", "a b"]
)
def test_strange_cookies_let_nobody_in(sandbox: Running, cookie: str) -> None:
    assert_problem(sandbox.ask("GET", "/dossiers", headers={"Cookie": cookie}), 401)


def test_a_bad_token_is_not_made_good_by_a_cookie(sandbox: Running) -> None:
    cookie = logged_in(sandbox, CITIZEN_A).headers["Set-Cookie"].partition(";")[0]
    fields = {"Cookie": cookie, "Authorization": "Bearer made-up"}
    assert_problem(sandbox.ask("GET", "/dossiers", headers=fields), 401)


# --- certificates -------------------------------------------------------------------------------


def over_tls(sandbox: Running, folder: Path) -> tuple[str, str]:
    document = yaml.safe_load(sandbox.ask("GET", "/~https/target.yaml").content)
    authority = folder / "ca.pem"
    authority.write_text(document["network"]["extra_ca"])
    return document["base_url"], str(authority)


def test_over_tls_the_cookie_belongs_to_the_host(sandbox: Running, tmp_path: Path) -> None:
    url, authority = over_tls(sandbox, tmp_path)
    body = {"username": CITIZEN_A.username, "password": CITIZEN_A.password}
    answer = sandbox.ask("POST", f"{url}/session", json=body, verify=authority)
    sandbox.session.cookies.clear()
    said = answer.headers["Set-Cookie"]
    assert said.startswith("__Host-phien=")
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(said.split("; "))
    fields = {"Cookie": said.partition(";")[0]}
    answer = sandbox.ask("GET", f"{url}/dossiers", headers=fields, verify=authority)
    assert answer.status_code == 200


def test_a_certificate_of_our_authority_names_its_owner() -> None:
    shop = tls.Shop()
    certificate, key = shop.client(OFFICIAL.username)
    assert "BEGIN CERTIFICATE" in certificate
    assert "PRIVATE KEY" in key
    assert shop.context(tls.Tls(asks=True)).verify_mode is ssl.CERT_OPTIONAL
    assert shop.context(tls.Tls()).verify_mode is ssl.CERT_NONE
    assert tls.common_name(None) is None


@pytest.fixture
def certified(sandbox: Running, tmp_path: Path) -> tuple[str, dict[str, Any]]:
    """Where officials show a certificate, and how to connect with one."""
    document = yaml.safe_load(sandbox.ask("GET", "/~https/target.yaml").content)
    shown = document["identities"]["official_certified"]["mtls"]
    files = {
        "ca": document["network"]["extra_ca"],
        "certificate": shown["certificate"],
        "key": shown["key"].removeprefix("demo:"),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    pair = (str(tmp_path / "certificate"), str(tmp_path / "key"))
    return document["base_url"], {"verify": str(tmp_path / "ca"), "cert": pair}


def test_a_certificate_lets_in(certified: tuple[str, dict[str, Any]]) -> None:
    url, connecting = certified
    answer = requests.get(f"{url}/dossiers?size=100", timeout=10, **connecting)
    # What only an official sees: the dossiers of several people.
    assert len({item["tenChuHoSo"] for item in answer.json()["items"]}) == 2
    without = requests.get(f"{url}/dossiers", timeout=10, verify=connecting["verify"])
    assert without.status_code == 401
    refused = requests.get(f"{url}/administration/accounts", timeout=10, **connecting)
    assert refused.status_code == 403


def test_a_certificate_of_another_authority_does_not_connect(
    certified: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    url, connecting = certified
    certificate, key = tls.Shop().client(OFFICIAL.username)
    (tmp_path / "theirs").write_text(key + certificate)
    with pytest.raises(requests.ConnectionError):
        requests.get(
            f"{url}/dossiers",
            timeout=10,
            verify=connecting["verify"],
            cert=str(tmp_path / "theirs"),
        )


# --- what one may do ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/administration/accounts", "/administration/audit-events"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_administration_is_for_administrators(sandbox: Running, path: str, method: str) -> None:
    assert sandbox.ask(method, path, "administrator").status_code == 200
    for who in ("citizen_a", "citizen_b", "official"):
        assert sandbox.ask(method, path, who).status_code == 403
    assert sandbox.ask(method, path).status_code == 401


def test_administrators_handle_no_dossiers(sandbox: Running) -> None:
    code = created(sandbox)
    assert_problem(sandbox.ask("GET", f"/dossiers/{code}", "administrator"), 404)
    assert_problem(sandbox.ask("POST", "/dossiers", "administrator", json=SUBMISSION), 403)
    assert sandbox.ask("GET", "/dossiers", "administrator").json()["total"] == 0


def test_the_log_tells_who_did_what_and_nothing_more(sandbox: Running) -> None:
    created(sandbox)
    assert logged_in(sandbox, ADMINISTRATOR).status_code == 201
    events = sandbox.ask("GET", "/administration/audit-events", "administrator").json()["items"]
    assert [event["hanhDong"] for event in events[:2]] == ["createSession", "createDossier"]
    assert [event["tenDangNhap"] for event in events[:2]] == ["quan-tri", "cong-dan-a"]
    assert all(set(event) == {"thoiDiem", "tenDangNhap", "hanhDong"} for event in events)


def test_accounts_are_filtered_by_role(sandbox: Running) -> None:
    place = "/administration/accounts?vaiTro=citizen"
    items = sandbox.ask("GET", place, "administrator").json()["items"]
    assert [item["tenDangNhap"] for item in items] == ["cong-dan-a", "cong-dan-b"]


@pytest.mark.parametrize("member", ["trangThai", "donViXuLy", "ngayHenTra", "maHoSo", "owner"])
def test_members_that_are_not_the_callers_to_set_are_refused(sandbox: Running, member: str) -> None:
    body = {**SUBMISSION, member: "9"}
    assert_problem(sandbox.ask("POST", "/dossiers", "citizen_a", json=body), 400)


# --- lists --------------------------------------------------------------------------------------


def units(sandbox: Running, query: str) -> list[dict[str, str]]:
    answer = sandbox.ask("GET", f"/administrative-units?{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def test_units_come_in_pages_that_cover_all(sandbox: Running) -> None:
    pages = [units(sandbox, f"size=12&page={number}") for number in (1, 2, 3, 4, 5)]
    assert [len(page) for page in pages] == [12, 12, 12, 4, 0]
    codes = [unit["maXa"] for page in pages for unit in page]
    assert codes == sorted(set(codes))


def test_units_are_filtered(sandbox: Running) -> None:
    assert {unit["loai"] for unit in units(sandbox, "loai=Xã")} == {"Xã"}
    assert [unit["tenXa"] for unit in units(sandbox, "maXa=19789")] == ["Phường Thuận Hóa"]
    assert_problem(sandbox.ask("GET", "/administrative-units?loai=xa"), 400)


def test_units_are_sorted_as_dictionaries_do(sandbox: Running) -> None:
    names = [unit["tenXa"] for unit in units(sandbox, "sort=tenXa&size=100&loai=Xã")]
    assert names.index("Xã Đan Điền") < names.index("Xã Hưng Lộc")
    assert names == list(
        reversed([unit["tenXa"] for unit in units(sandbox, "sort=-tenXa&size=100&loai=Xã")])
    )
    assert_problem(sandbox.ask("GET", "/administrative-units?sort=loai"), 400)
