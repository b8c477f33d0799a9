"""LoopBack's example of a to-do list: a small interface without authentication."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import installation
import targetfile
from serving import Program, Running, answer, client, serving

# The last one is there to be deleted, so that no other example depends on it.
TODOS: tuple[dict[str, Any], ...] = (
    {
        "title": "Kiểm tra hồ sơ đăng ký khai sinh",
        "desc": "Đối chiếu giấy chứng sinh với bản điện tử",
        "isComplete": False,
    },
    {"title": "Trả kết quả cho người dân tại bộ phận một cửa", "isComplete": False},
    {"title": "Công bố danh mục dữ liệu mở quý này", "desc": "Định dạng CSV và JSON"},
    {"title": "Rà soát lịch họp cũ", "isComplete": True},
)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Running]:
    """Serve the to-do list with a few entries, keeping everything it writes in `folder`.

    Raises:
        RealServerError: it could not be installed or started.
    """
    folder = folder.resolve()
    program = installation.node_modules() / "@loopback" / "example-todo"
    data = folder / "data" / "db.json"
    data.parent.mkdir(parents=True, exist_ok=True)
    # The program keeps its entries in this file, relative to where it runs: it starts empty.
    data.write_text(json.dumps({"ids": {}, "models": {}}), "ascii")
    server = Program(
        name="loopback",
        folder=folder,
        command=lambda _: [installation.node(), str(program)],
        ready="/openapi.json",
        environment=lambda port: {
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "NODE_ENV": "production",
        },
    )
    with serving(server) as (origin, pid), client() as session:
        ids = [json.loads(answer(session, "POST", f"{origin}/todos", todo))["id"] for todo in TODOS]
        contract = folder / "loopback-openapi.json"
        contract.write_bytes(answer(session, "GET", f"{origin}/openapi.json"))
        facts = targetfile.Facts(
            name="loopback",
            base_url=origin,
            contract=contract,
            examples=_examples(ids),
            public=tuple(_examples(ids)),
        )
        yield Running(origin, targetfile.write(facts), contract, pid)


def _examples(ids: list[int]) -> dict[str, dict[str, Any]]:
    first, second, third, spare = ids
    return {
        "TodoController.find": {},
        "TodoController.count": {},
        "TodoController.findById": {"id": first},
        "TodoController.create": {"body": {"title": "Gửi báo cáo tháng", "isComplete": False}},
        "TodoController.replaceById": {
            "id": second,
            "body": {"id": second, "title": "Trả kết quả qua bưu chính", "isComplete": True},
        },
        "TodoController.updateById": {"id": third, "body": {"isComplete": True}},
        "TodoController.updateAll": {"body": {"desc": "Đã rà soát"}},
        "TodoController.deleteById": {"id": spare},
    }
