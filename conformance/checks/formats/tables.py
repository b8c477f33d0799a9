"""Tables: CSV that every program reads alike."""

from __future__ import annotations

import csv
import io
from typing import Any

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.formats.encoding import is_utf8
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

CSV = "text/csv"
_MARK = b"\xef\xbb\xbf"
_OTHER_SEPARATORS = (";", "\t", "|")


def _is_told(_: Any, operation: Operation | None) -> bool:
    return operation is not None and tells_tables(operation)


@check(catalogue="FMT-026", per="operation", requests=1, methods=["GET"], applies=_is_told)
def tables_are_regular(probe: Probe, operation: Operation) -> None:
    """A table in CSV is read alike by every program.

    Asks for `text/csv` where the contract names it beside the successes of a read, unless that is
    what is answered anyway: quotation marks are opened, doubled and closed, every record has as
    many fields as the first, and what stands between them is a comma (RFC 4180, section 2, rules 4
    to 7; that fields are as many is a `should` there). A byte order mark, either kind of line
    break, line breaks within quotes, a first record that is no header and empty lines are legal.
    That the bytes are UTF-8 is judged by `formats.text.text_is_utf8`.
    """
    rows = read(table(probe, operation))
    first = len(rows[0][1])
    if first == 1 and len(rows) > 1:
        for sign in _OTHER_SEPARATORS:
            widths = {",".join(row).count(sign) for _, row in rows}
            require(
                widths == {0} or len(widths) > 1,
                expected=_REGULAR,
                observed=Text(
                    vi=f"các ô cách nhau bằng {sign!r}", en=f"fields separated by {sign!r}"
                ),
            )
    for line, row in rows:
        require(
            len(row) == first,
            expected=_REGULAR,
            observed=Text(
                vi=f"dòng {line} có {len(row)} ô, dòng đầu có {first}",
                en=f"line {line} has {len(row)} fields, the first one {first}",
            ),
        )


def tells_tables(operation: Operation) -> bool:
    """Whether the contract of a read names CSV beside its successes."""
    return any(
        status[:1] == "2" and any(name.partition(";")[0].strip().lower() == CSV for name in types)
        for status, types in operation.responses.items()
    )


def table(probe: Probe, operation: Operation) -> Exchange:
    """Return the answer of an operation in CSV.

    Raises:
        NotTested: it did not succeed, or is something else.
    """
    answer = probe.baseline(operation)
    if answer.media_type != CSV:
        answer = fresh_table(probe, operation)
    return answer


def fresh_table(probe: Probe, operation: Operation) -> Exchange:
    """Return the same, asked for now.

    Raises:
        NotTested: it did not succeed, or is something else.
    """
    answer = probe.call(operation, headers=(("Accept", CSV),))
    if not operation.succeeded(answer):
        raise probe.why_no_success(operation, answer)
    if answer.media_type != CSV:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"hỏi {CSV}, nhận {answer.media_type or '∅'}",
                en=f"asked for {CSV}, got {answer.media_type or '∅'}",
            ),
        )
    return answer


def read(answer: Exchange) -> list[tuple[int, list[str]]]:
    """Return the records of a table, each with the number of the line that it ends on.

    Raises:
        Violation: quotation marks are not as RFC 4180 has them.
        NotApplicable: there is no record.
        NotTested: values are hidden, or a field is larger than anybody reads.
    """
    body = answer.body.removeprefix(_MARK)
    # That it is no UTF-8 is another law's finding; separators are ASCII either way.
    text = body.decode("utf-8" if is_utf8(body) else "latin-1")
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = []
    try:
        rows += [(lines.line_num, row) for row in lines if row]
    except csv.Error as error:
        if "limit" in str(error):
            raise NotTested(Reason.INCONCLUSIVE, Text(vi=str(error), en=str(error))) from None
        observed = Text(vi=f"dòng {lines.line_num}: {error}", en=f"line {lines.line_num}: {error}")
        require(condition=False, expected=_REGULAR, observed=observed)
    if not rows:
        raise NotApplicable(Text(vi="bảng rỗng", en="an empty table"))
    return rows


_REGULAR = Text(
    vi="bảng CSV đúng RFC 4180: dấu phẩy ngăn ô, dòng nào cũng đủ ô, dấu nháy đóng mở đúng",
    en="CSV as RFC 4180 has it: commas, as many fields in each line, quotes that close",
)
