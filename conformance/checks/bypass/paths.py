"""Other spellings of a path."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.check import check
from conformance.checks.bypass.refusals import Refusal
from conformance.probe import Probe
from conformance.text import Text

_SPELLINGS = 8


@check(catalogue="SEC-010", per="target", requests=2 * (_SPELLINGS + 4))
def other_spellings_open_nothing(probe: Probe) -> None:
    """A path that is spelled in another way discloses nothing that the path itself refuses.

    Takes one read operation for each way of securing, which a stranger is refused and somebody
    who may is answered. Asks as a stranger, over a bare connection that rewrites nothing, for
    its path with a slash at the end, an empty segment, a dot segment, a path parameter, an
    encoded slash, capitals, `.json` and a null byte, one at a time. A success counts only where
    it brings what the control alone was told, so that a page for everything is no alarm
    (OWASP API5:2023; ASVS 5.0, 8.3.1).
    """
    for operation in probe.secured_reads():
        refusal = Refusal.of(probe, operation)
        base = probe.target.base_url
        path, mark, query = refusal.url.removeprefix(base).partition("?")
        refusal.holds(
            (
                (spelling, refusal.question(url=f"{base}{spelling}{mark}{query}", raw=True))
                for spelling in spellings(path, operation.path)
            ),
            expected=Text(
                vi="mọi cách viết khác của đường dẫn đều không trả dữ liệu cho người lạ",
                en="no other spelling of the path to give a stranger data",
            ),
        )


def spellings(path: str, template: str) -> Iterator[str]:
    """Return the other spellings of a path; capitals leave the values of its variables alone."""
    parent, _, last = path.rpartition("/")
    yield f"{path}/"
    yield f"{parent}//{last}"
    yield f"{parent}/./{last}"
    yield f"{path};x=1"
    yield f"{path}%2f"
    yield f"{path}.json"
    yield f"{path}%00"
    parts = zip(template.split("/"), path.split("/"), strict=True)
    capitals = "/".join(part if "{" in name else part.upper() for name, part in parts)
    if capitals != path:
        yield capitals
