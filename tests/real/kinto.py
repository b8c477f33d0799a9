"""Kinto: a document store with accounts, permissions and preconditions, kept in memory."""

import contextlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import installation
import targetfile
from serving import Program, Running, answer, client, serving
from trouble import StartError

IDENTITIES = {
    "citizen_a": ("alice", "alice-demonstration"),
    "citizen_b": ("bob", "bob-demonstration"),
    "administrator": ("administrator", "administrator-demonstration"),
}
SPARE_ACCOUNT = ("spare", "spare-demonstration")

# What alice keeps, by path below the base URL, in the order in which it has to be created. The
# bucket `one-stop` is for reading; whatever an example deletes or rewrites has its own object, so
# that the examples hold in any order.
OWNED_BY_ALICE: dict[str, dict[str, Any]] = {
    "buckets/one-stop": {"title": "Bộ phận một cửa phường Bến Nghé"},
    "buckets/one-stop/groups/officials": {"members": ["account:alice"]},
    "buckets/one-stop/collections/dossiers": {"title": "Hồ sơ thủ tục hành chính"},
    "buckets/one-stop/collections/dossiers/records/d-0001": {
        "thủ_tục": "Đăng ký khai sinh",
        "người_nộp": "Nguyễn Thị Ánh Tuyết",
        "ngày_nộp": "2026-03-02",
        "trạng_thái": "Đang xử lý",
    },
    "buckets/one-stop/collections/dossiers/records/d-0002": {
        "thủ_tục": "Cấp bản sao trích lục hộ tịch",
        "người_nộp": "Trần Quốc Dũng",
        "ngày_nộp": "2026-03-03",
        "trạng_thái": "Đã trả kết quả",
    },
    "buckets/one-stop/collections/dossiers/records/d-0003": {
        "thủ_tục": "Đăng ký thường trú",
        "người_nộp": "Lê Phương Uyên",
        "ngày_nộp": "2026-03-04",
        "trạng_thái": "Chờ bổ sung giấy tờ",
    },
    "buckets/workshop": {"title": "Nơi thử nghiệm"},
    "buckets/workshop/groups/rewritten": {"members": []},
    "buckets/workshop/groups/deleted": {"members": []},
    "buckets/workshop/collections/rewritten": {"title": "Biểu mẫu"},
    "buckets/workshop/collections/deleted": {"title": "Danh mục đã bãi bỏ"},
    "buckets/workshop/collections/rewritten/records/rewritten": {"tên": "Tờ khai cũ"},
    "buckets/workshop/collections/rewritten/records/deleted": {"tên": "Tờ khai đã bãi bỏ"},
    "buckets/workshop/collections/emptied": {"title": "Hộp thư đến"},
    "buckets/workshop/collections/emptied/records/letter": {"tên": "Thư góp ý"},
    "buckets/emptied": {"title": "Kho lưu tạm"},
    "buckets/emptied/groups/guests": {"members": []},
    "buckets/emptied/collections/drafts": {"title": "Bản nháp"},
    "buckets/deleted": {"title": "Kho đã ngừng dùng"},
}
OWNED_BY_BOB: dict[str, dict[str, Any]] = {
    "buckets/emptied-by-bob": {"title": "Kho tạm của công dân thứ hai"},
}

PUBLIC = (
    "server_info",
    "get_openapi_spec",
    "contribute",
    "__version__",
    "__heartbeat__",
    "__lbheartbeat__",
    "batch",
    # Kinto's document says that these two need credentials. Its configuration lets anyone sign
    # up, and anyone may ask what anyone may do.
    "create_account",
    "get_permissionss",
)
PERSONAL = ("get_accounts", "get_account", "update_account", "patch_account")


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Running]:
    """Serve Kinto with accounts and Vietnamese records, keeping all it writes in `folder`.

    Raises:
        RealServerError: it could not be installed or started.
    """
    folder = folder.resolve()
    command = installation.environment("kinto") / "bin" / "kinto"
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "kinto.ini"
    shutil.copy(installation.HERE / settings.name, settings)
    (folder / "version.json").write_text(json.dumps(_version()), "ascii")
    server = Program(
        name="kinto",
        folder=folder,
        command=lambda port: [str(command), "start", "--ini", str(settings), "--port", str(port)],
        ready="/v1/__heartbeat__",
    )
    with serving(server) as (origin, pid):
        base_url = f"{origin}/v1"
        _fill(base_url)
        contract = _contract(base_url, folder)
        facts = targetfile.Facts(
            name="kinto",
            base_url=base_url,
            contract=contract,
            identities={
                identity: {"basic": {"username": name, "password": f"demo:{password}"}}
                for identity, (name, password) in IDENTITIES.items()
            },
            examples=_examples(),
            public=PUBLIC,
            personal=PERSONAL,
        )
        yield Running(base_url, targetfile.write(facts), contract, pid)


def _version() -> dict[str, str]:
    """Return what `/__version__` is to say: Kinto reads it from a file that a deployment writes."""
    pins = (installation.HERE / "kinto-requirements.txt").read_text("utf-8")
    pinned = re.search(r"^kinto==(\S+)$", pins, re.MULTILINE)
    if pinned is None:
        raise StartError("kinto-requirements.txt names no version of Kinto")
    return {"name": "kinto", "version": pinned[1], "source": "", "commit": ""}


def _fill(base_url: str) -> None:
    with client() as anonymous:
        for name, password in (*IDENTITIES.values(), SPARE_ACCOUNT):
            account = {"data": {"password": password}}
            answer(anonymous, "PUT", f"{base_url}/accounts/{name}", account)
    for identity, owned in (("citizen_a", OWNED_BY_ALICE), ("citizen_b", OWNED_BY_BOB)):
        with client() as owner:
            owner.auth = IDENTITIES[identity]
            for path, data in owned.items():
                answer(owner, "PUT", f"{base_url}/{path}", {"data": data})


def _contract(base_url: str, folder: Path) -> Path:
    """Store Kinto's own document, which is Swagger 2.0."""
    with client() as session:
        document = answer(session, "GET", f"{base_url}/__api__")
    contract = folder / "kinto-swagger.json"
    contract.write_bytes(document)
    return contract


def _examples() -> dict[str, dict[str, Any]]:
    """Return an example of each operation but one.

    `delete_accounts` has none: without its filter it would delete the accounts that ask.
    """
    return {
        **{name: {} for name in PUBLIC if name not in {"batch", "create_account"}},
        "batch": {"body": {"requests": [{"method": "GET", "path": "/v1/__heartbeat__"}]}},
        **_account_examples(),
        **_bucket_examples(),
        **_part_examples(
            "collection",
            read="dossiers",
            created={"title": "Biểu mẫu điện tử"},
            rewritten={"title": "Biểu mẫu đã rà soát"},
        ),
        **_part_examples(
            "group",
            read="officials",
            created={"members": ["account:alice"]},
            rewritten={"members": ["account:alice"]},
        ),
        **_record_examples(),
    }


def _account_examples() -> dict[str, dict[str, Any]]:
    alice, password = IDENTITIES["citizen_a"]
    spare, _ = SPARE_ACCOUNT
    newcomer = {"id": "newcomer", "password": "newcomer-demonstration"}
    return {
        "get_accounts": _alice(),
        "get_account": _alice(id=alice),
        # The same password again: an example must not lock out who gives it.
        "update_account": _alice(id=alice, body={"data": {"password": password}}),
        "patch_account": _alice(id=alice, body={"data": {"ghi_chú": "Nhận kết quả trực tuyến"}}),
        "create_account": {"body": {"data": newcomer}, "owner": "administrator"},
        "delete_account": {"id": _made_by("create_account"), "owner": "administrator"},
        "delete_user-data": {"principal": f"account:{spare}", "owner": "administrator"},
    }


def _bucket_examples() -> dict[str, dict[str, Any]]:
    return {
        "get_buckets": _alice(),
        "create_bucket": _alice(body={"data": {"id": "created", "title": "Kho mới"}}),
        # The filter keeps all but one; that bob owns nothing else keeps the rest if it is ignored.
        "delete_buckets": {"id": "emptied-by-bob", "owner": "citizen_b"},
        "get_bucket": _alice(id="one-stop"),
        "update_bucket": _alice(id="workshop", body={"data": {"title": "Nơi thử nghiệm mới"}}),
        "patch_bucket": _alice(id="workshop", body={"data": {"ghi_chú": "Đã rà soát"}}),
        "delete_bucket": _alice(id=_made_by("create_bucket")),
    }


def _part_examples(
    part: str, *, read: str, created: dict[str, Any], rewritten: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return the examples of collections or of groups, which a bucket holds alike."""
    new = {"data": {"id": "created", **created}}
    return {
        f"get_{part}s": _alice(bucket_id="one-stop"),
        f"create_{part}": _alice(bucket_id="workshop", body=new),
        f"delete_{part}s": _alice(bucket_id="emptied"),
        f"get_{part}": _alice(bucket_id="one-stop", id=read),
        f"update_{part}": _alice(bucket_id="workshop", id="rewritten", body={"data": rewritten}),
        f"patch_{part}": _alice(
            bucket_id="workshop", id="rewritten", body={"data": {"ghi_chú": "Đã rà soát"}}
        ),
        f"delete_{part}": _alice(bucket_id="workshop", id=_made_by(f"create_{part}")),
    }


def _record_examples() -> dict[str, dict[str, Any]]:
    read = {"bucket_id": "one-stop", "collection_id": "dossiers"}
    written = {"bucket_id": "workshop", "collection_id": "rewritten"}
    form = {"tên": "Tờ khai đề nghị cấp bản sao", "phiên_bản": 2}
    return {
        "get_records": _alice(**read),
        "create_record": _alice(**written, body={"data": form}),
        "delete_records": _alice(bucket_id="workshop", collection_id="emptied"),
        "get_record": _alice(**read, id="d-0001"),
        "update_record": _alice(**written, id="rewritten", body={"data": form}),
        "patch_record": _alice(**written, id="rewritten", body={"data": {"phiên_bản": 3}}),
        "delete_record": _alice(**written, id=_made_by("create_record")),
    }


def _made_by(operation: str) -> dict[str, str]:
    # Each deletion gets an object of its own, so that its control succeeds every time.
    return {"from": operation, "take": "/data/id"}


def _alice(**values: Any) -> dict[str, Any]:
    return {**values, "owner": "citizen_a"}
