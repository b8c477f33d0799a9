"""What the first answers say of the address and of the identities, before anything is judged."""

from __future__ import annotations

from conformance.contract.operations import Operation
from conformance.door.turns import is_stopped
from conformance.errors import UnreachableError
from conformance.evidence import Exchange
from conformance.plan import Plan
from conformance.target import Target
from conformance.text import Text


def not_stopped(target: Target) -> None:
    """Refuse to begin while there is a stop file."""
    if is_stopped(target.pace):
        raise UnreachableError(
            Text(
                vi="có tệp dừng: không lượt chạy nào được bắt đầu",
                en="there is a stop file: no run may begin",
            ),
            mend=Text(
                vi="hỏi người vận hành, rồi xoá tệp này", en="ask the operator, then remove it"
            ),
            place=target.pace.stop_file,
        )


def right_address(plan: Plan, answers: list[tuple[Operation, Exchange]]) -> None:
    """Say "wrong base URL" once, rather than report every operation as missing."""
    if len(answers) < 2 or any(answer.status != 404 for _, answer in answers):  # noqa: PLR2004  # one 404 is no proof
        return
    declared = [path for path in plan.scene.contract.server_paths() if path]
    hint = f" ({', '.join(declared)})" if declared else ""
    raise UnreachableError(
        Text(
            vi=f"mọi thao tác đều trả lời 404: `base_url` có lẽ thiếu đường dẫn gốc{hint}",
            en=f"every operation answers 404: `base_url` probably lacks its base path{hint}",
        ),
        mend=Text(
            vi="đặt `base_url` đúng như `servers` của đặc tả giao diện, hoặc dùng --base-url",
            en="set `base_url` as the contract's `servers` say, or use --base-url",
        ),
        place=plan.target.base_url,
    )


def accepted_identities(answers: list[tuple[Operation, Exchange]]) -> None:
    """Refuse to go on with credentials that nobody accepts."""
    by_identity: dict[str, list[int]] = {}
    for operation, answer in answers:
        if answer.identity is not None and operation.secured:
            by_identity.setdefault(answer.identity, []).append(answer.status)
    for name, statuses in by_identity.items():
        if all(status == 401 for status in statuses):  # noqa: PLR2004  # RFC 9110, 15.5.2
            raise UnreachableError(
                Text(
                    vi=f"đích từ chối danh tính {name} (401) ở mọi thao tác",
                    en=f"the target refuses the identity {name} (401) on every operation",
                ),
                mend=Text(
                    vi=f"kiểm tra mã thông báo của `identities.{name}`: sai, hết hạn, hay của"
                    " môi trường khác?",
                    en=f"look at the credential of `identities.{name}`: wrong, expired, or of"
                    " another environment?",
                ),
                place=f"identities.{name}",
            )
