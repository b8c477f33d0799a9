"""The correct agency, through its socket."""

import json
import socket
import unicodedata
from urllib.parse import urlsplit

import pytest
import requests
from sandbox_process import Running

from conformance.sandbox import contract, demonstration

SUBMISSION = demonstration.submission()
PAPERS = {"noiDung": "Bổ sung", "giayTo": [{"tenGiayTo": "Giấy tờ", "soLuong": 1}]}
STEP = {"trangThai": "2", "nguoiXuLy": "Trần Văn Minh", "noiDung": "Tiếp nhận"}
JSON = {"Content-Type": "application/json"}


def created(sandbox: Running) -> str:
    answer = sandbox.ask("POST", "/dossiers", "citizen_a", json=SUBMISSION)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/dossiers/{answer.json()['maHoSo']}"
    return str(answer.json()["maHoSo"])


def assert_problem(answer: requests.Response, status: int) -> None:
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["status"] == status
    assert unicodedata.is_normalized("NFC", answer.text)


def test_every_operation_succeeds_again_and_again(sandbox: Running) -> None:
    document = contract.read("procedure-system")
    resolved = contract._resolve(document.document, document.document)
    examples = sandbox.target()["examples"]
    for _ in range(2):
        code = created(sandbox)
        # What is read or deleted has to be put before.
        order = ["PUT", "GET", "POST", "DELETE"]
        for operation in sorted(document.operations, key=lambda o: order.index(o.method)):
            example = examples.get(operation.id, {})
            path = operation.template.replace("{maHoSo}", code).replace("{maThuTuc}", "1.004222")
            body = {"json": example["body"]} if "body" in example else {}
            for _ in range(2):
                owner = example.get("owner", "").replace("session_a", "citizen_a")
                answer = sandbox.ask(operation.method, path, owner, **body)
                assert answer.ok, (operation.id, answer.text)
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                stored = answer.headers["Cache-Control"]
                kept = operation.method == "GET" and not operation.personal
                assert stored == ("public, max-age=300" if kept else "no-store")
                if answer.status_code == 204:
                    continue
                responses = resolved["paths"][operation.template][operation.method.lower()]
                found = responses["responses"]
                response = found.get(str(answer.status_code)) or found["2XX"]
                schema = response["content"][answer.headers["Content-Type"]]["schema"]
                assert contract.problems(schema, answer.json()) == []


def test_citizens_see_their_own_dossiers_only(sandbox: Running) -> None:
    code = created(sandbox)
    assert sandbox.ask("GET", f"/dossiers/{code}", "citizen_a").ok
    assert sandbox.ask("GET", f"/dossiers/{code}", "official").ok
    assert_problem(sandbox.ask("GET", f"/dossiers/{code}", "citizen_b"), 404)
    seen = sandbox.ask("GET", "/dossiers?size=100", "citizen_b").json()["items"]
    assert seen
    assert code not in {item["maHoSo"] for item in seen}


def test_citizens_act_for_themselves_only(sandbox: Running) -> None:
    code = created(sandbox)
    assert_problem(sandbox.ask("POST", "/dossiers", "citizen_b", json=SUBMISSION), 403)
    assert sandbox.ask("POST", "/dossiers", "official", json=SUBMISSION).status_code == 201
    assert_problem(sandbox.ask("POST", f"/dossiers/{code}/progress", "citizen_a", json=STEP), 403)
    place = f"/dossiers/{code}/withdrawal"
    assert_problem(sandbox.ask("POST", place, "official", json={"lyDo": "x"}), 403)


def test_a_dossier_moves_as_the_states_allow(sandbox: Running) -> None:
    code = created(sandbox)
    place = f"/dossiers/{code}/progress"

    def step(state: str) -> requests.Response:
        return sandbox.ask("POST", place, "official", json={**STEP, "trangThai": state})

    assert_problem(step("4"), 409)
    assert [step(state).status_code for state in ("2", "4", "5")] == [201] * 3
    answer = sandbox.ask("POST", f"/dossiers/{code}/supplements", "citizen_a", json=PAPERS)
    assert answer.json()["trangThai"] == "4"
    assert [step(state).status_code for state in ("9", "10")] == [201] * 2
    assert_problem(step("10"), 409)
    ended = {"lyDo": "Không còn nhu cầu"}
    assert_problem(
        sandbox.ask("POST", f"/dossiers/{code}/withdrawal", "citizen_a", json=ended), 409
    )
    record = sandbox.ask("GET", f"/dossiers/{code}", "citizen_a").json()
    assert record["ngayTra"].endswith("+07:00")
    assert record["ngayKetThucXuLy"].endswith("+07:00")


@pytest.mark.parametrize(
    ("fields", "challenge"),
    [
        ({}, 'Bearer realm="procedure-system"'),
        (
            {"Authorization": "Bearer canary"},
            'Bearer realm="procedure-system", error="invalid_token"',
        ),
        ({"Authorization": "Basic Y2FuYXJ5"}, None),
        ({"Authorization": "Bearer"}, None),
    ],
)
def test_who_is_not_known_is_refused(
    sandbox: Running, fields: dict[str, str], challenge: str | None
) -> None:
    answer = sandbox.ask("GET", "/dossiers", headers=fields)
    assert_problem(answer, 401)
    assert challenge in (None, answer.headers["WWW-Authenticate"])


def test_what_is_not_in_the_contract_is_refused(sandbox: Running) -> None:
    assert_problem(sandbox.ask("GET", "/khong-co"), 404)
    assert_problem(sandbox.ask("GET", "/procedures/"), 404)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "VNCT"):
        answer = sandbox.ask(method, "/procedures")
        assert_problem(answer, 405)
        assert answer.headers["Allow"] == "GET, HEAD"
    assert sandbox.ask("GET", "/dossiers/x/withdrawal").headers["Allow"] == "POST"


@pytest.mark.parametrize(
    "path", ["/procedures", "/procedures/1.004222", "/dossiers", "/dossiers/x"]
)
def test_head_mirrors_get(sandbox: Running, path: str) -> None:
    get = sandbox.ask("GET", path, "citizen_a")
    head = sandbox.ask("HEAD", path, "citizen_a")
    assert head.status_code == get.status_code
    assert head.content == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control"):
        assert head.headers.get(name) == get.headers.get(name)


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/json;q=0.5, */*;q=0.1", 200),
        ("application/*", 200),
        ("text/html, application/json;q=0, */*", 406),
        ("application/vnct", 406),
        ("nonsense", 200),
        ("", 200),
    ],
)
def test_accept_is_understood(sandbox: Running, accept: str, status: int) -> None:
    assert sandbox.ask("GET", "/procedures", headers={"Accept": accept}).status_code == status


def test_public_answers_can_be_revalidated(sandbox: Running) -> None:
    first = sandbox.ask("GET", "/procedures")
    tag = first.headers["ETag"]
    again = sandbox.ask("GET", "/procedures", headers={"If-None-Match": f'"x", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")


def test_pages_are_counted(sandbox: Running) -> None:
    page = sandbox.ask("GET", "/procedures?page=2&size=2").json()
    assert (page["page"], page["size"], page["total"], len(page["items"])) == (2, 2, 24, 2)
    some = sandbox.ask("GET", "/procedures?maLinhVuc=G05-BT01").json()
    assert [item["tenThuTuc"] for item in some["items"]] == [
        "Trợ cấp xã hội hằng tháng",
        "Hỗ trợ chi phí mai táng",
        "Xác định mức độ khuyết tật",
    ]


def test_lists_are_sorted_and_searched(sandbox: Running) -> None:
    dear = sandbox.ask("GET", "/procedures?sort=-lePhi&size=2").json()
    assert [item["lePhi"] for item in dear["items"]] == [150000, 120000]
    words = {"tuKhoa": unicodedata.normalize("NFD", "TẠM TRÚ")}
    found = sandbox.ask("GET", "/procedures", params=words).json()
    assert [item["tenThuTuc"] for item in found["items"]] == ["Đăng ký tạm trú"]


def test_a_subscription_is_replaced_by_version(sandbox: Running) -> None:
    place = f"/dossiers/{created(sandbox)}/subscription"

    def put(**fields: str) -> requests.Response:
        body = {"kenhThongBao": ["email"]}
        return sandbox.ask("PUT", place, "citizen_a", json=body, headers=fields)

    assert_problem(sandbox.ask("GET", place, "citizen_a"), 404)
    first = put()
    assert (first.status_code, first.headers["ETag"]) == (201, '"1"')
    assert put(**{"If-Match": '"1"'}).headers["ETag"] == '"2"'
    assert_problem(put(**{"If-Match": '"1"'}), 412)
    assert_problem(put(**{"If-Match": 'W/"2"'}), 412)
    assert_problem(sandbox.ask("DELETE", place, "official"), 403)
    for _ in range(2):
        gone = sandbox.ask("DELETE", place, "citizen_a")
        assert (gone.status_code, gone.content) == (204, b"")
    assert_problem(put(**{"If-Match": "*"}), 412)


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=", "size=101", "page=1e3", "maLinhVuc=%00", "page=%0A1"]
)
def test_parameters_are_checked(sandbox: Running, query: str) -> None:
    assert_problem(sandbox.ask("GET", f"/procedures?{query}"), 400)


HOSTILE = [
    (b"", 400),
    (b"{", 400),
    (b"[]", 400),
    (b"null", 400),
    (b"NaN", 400),
    (b"\xff", 400),
    (b"\xef\xbb\xbf{}", 400),
    (b'{"a": 1, "a": 2}', 400),
    (b'{"lyDo": "\\ud800"}', 400),
    (b"[" * 60000, 400),
    (b"1" * 5000, 400),
    (b'{"lyDo": ' + b"9" * 5000 + b"}", 400),
    (b'{"lyDo": 1e999}', 400),
    (b'{"' + b"x" * 60000 + b'": 1}', 400),
    (b'"' + b"x" * 70000 + b'"', 413),
]


@pytest.mark.parametrize(("body", "status"), HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("place", ["", "/supplements", "/progress", "/withdrawal"])
def test_hostile_bodies_are_refused(sandbox: Running, body: bytes, status: int, place: str) -> None:
    who = "official" if place == "/progress" else "citizen_a"
    path = f"/dossiers/{created(sandbox)}{place}" if place else "/dossiers"
    assert_problem(sandbox.ask("POST", path, who, data=body, headers=JSON), status)


@pytest.mark.parametrize(
    "fields",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {},
    ],
)
def test_bodies_of_other_types_are_refused(sandbox: Running, fields: dict[str, str]) -> None:
    data = json.dumps(SUBMISSION).encode()
    assert_problem(sandbox.ask("POST", "/dossiers", "citizen_a", data=data, headers=fields), 415)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("maThuTuc", "1.999999"),
        ("maThuTuc", "1.004222\n"),
        ("maXa", "00004"),
        ("maTinh", "79"),
        ("kenhTiepNhan", "9"),
        ("trangThai", "9"),
        ("chuHoSo", {**SUBMISSION["chuHoSo"], "ngaySinh": "1990-02-30"}),
        ("chuHoSo", {**SUBMISSION["chuHoSo"], "quyen": "quản trị"}),
    ],
)
def test_submissions_are_checked(sandbox: Running, member: str, value: object) -> None:
    body = {**SUBMISSION, member: value}
    assert_problem(sandbox.ask("POST", "/dossiers", "citizen_a", json=body), 400)


def test_texts_are_kept_composed(sandbox: Running) -> None:
    body = {**SUBMISSION, "trichYeu": unicodedata.normalize("NFD", SUBMISSION["trichYeu"])}
    answer = sandbox.ask("POST", "/dossiers", "citizen_a", json=body)
    assert answer.json()["trichYeu"] == SUBMISSION["trichYeu"]


@pytest.mark.parametrize(
    "target",
    [
        "/%ff",
        "/procedures/%00",
        "/procedures/%E1%BA",
        "/procedures/..%2f..%2fetc",
        "//",
        "/?%",
        "/procedures?" + "&".join(f"a{i}=1" for i in range(2000)),
        "/dossiers/" + "9" * 5000,
        "/~fault/khong-co/target.yaml",
        "*",
    ],
)
def test_hostile_targets_never_break_it(sandbox: Running, target: str) -> None:
    at = urlsplit(sandbox.base_url)
    with socket.create_connection((at.hostname, at.port), timeout=10) as raw:
        line = f"GET {target} HTTP/1.1\r\nHost: {at.netloc}\r\nConnection: close\r\n\r\n"
        raw.sendall(line.encode("latin-1"))
        answer = b""
        while part := raw.recv(65536):
            answer += part
    assert answer.split(b" ")[1][:1] in (b"2", b"4"), answer[:200]
