"""The question of monitoring: are you well."""

from __future__ import annotations

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.mapping import Mapped
from conformance.privacy import revelations
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

ROLE = "health"
PATHS = ("/health", "/status")


@check(catalogue="OPS-001", per="target", requests=len(PATHS))
def health_is_told_and_nothing_else(
    probe: Probe, mapping: Mapped, *, paths: tuple[str, ...] = PATHS
) -> None:
    """A monitor is told in JSON that the system is well, and nothing of what is inside.

    Asks the operation that plays the role `health`, else the given paths below the base URL, as a
    stranger: an answer 2xx is a JSON object, and names no address of a database or of a private
    network, and no product with its version. The version of the interface itself is none of that.
    Where nobody said which operation it is, only an object with a `status` counts as found, so
    that a page for everything is no alarm, and nothing found leaves the question open: no norm
    gives the path, and it may be kept from outside by design. A system that says it is unwell
    (503) leaves it open as well (ASVS 5.0, 13.4.5 and 13.4.6).
    """
    operation = _named(probe, mapping)
    if operation is not None:
        answer = probe.call(operation)
        if not operation.succeeded(answer):
            raise probe.why_no_success(operation, answer)
        require(
            answer.is_json and isinstance(answer.json(), dict),
            expected=Text(vi="một đối tượng JSON", en="a JSON object"),
            observed=answer.media_type or Text(vi="không có kiểu nội dung", en="no media type"),
        )
    else:
        answer = _found(probe, paths)
    inside = revelations.internals(answer)
    require(
        not inside,
        expected=Text(
            vi="không lộ máy chủ, sản phẩm và phiên bản bên trong",
            en="nothing of machines, products and versions inside",
        ),
        # The kinds are told, never what stands there.
        observed=", ".join(inside),
        by=answer,
    )


def _named(probe: Probe, mapping: Mapped) -> Operation | None:
    """Return the operation that plays the role, if somebody said which.

    Raises:
        NotApplicable: the owner says that there is none.
    """
    if ROLE not in mapping.roles:
        return None
    unit = mapping.roles[ROLE]
    if unit is None:
        raise NotApplicable(
            Text(
                vi="tệp đích nói hệ thống không có thao tác này",
                en="the target file says that there is no such operation",
            )
        )
    return probe.scene.operation(unit)


def _found(probe: Probe, paths: tuple[str, ...]) -> Exchange:
    """Return the first answer that says how the system is.

    Raises:
        NotTested: there is none.
    """
    for path in paths:
        answer = probe.get(path)
        value = answer.json() if answer.succeeded and answer.is_json else None
        if isinstance(value, dict) and "status" in value:
            return answer
    tried = ", ".join(paths)
    raise NotTested(
        Reason.NO_MAPPING,
        Text(
            vi=f"không thấy điểm kiểm tra tình trạng ở {tried}: thêm vào tệp đích"
            " `roles: {health: operationId}`, hoặc `none` nếu không mở ra ngoài",
            en=f"no health endpoint was found at {tried}: add to the target file"
            " `roles: {health: operationId}`, or `none` where it is not open to outsiders",
        ),
    )
