"""What is one and the same, and what is not: keys, what a result is, what depends on the case."""

from __future__ import annotations

from collections import Counter

from conformance import paging
from conformance.check import check, law, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange, canonical
from conformance.fields import plain, records, values
from conformance.mapping import Mapped
from conformance.privacy.hidden import Hidden
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable


@law(catalogue="DAT-004", per="target", on="2xx")
def keys_are_unique(answer: Exchange, mapping: Mapped, *, field: str = "") -> None:
    """No two records of an answer have the same key (which is one, the requirement's norm says)."""
    found = values(answer, mapping, field)
    if len(found) == 1:
        raise NotApplicable(Text(vi="chỉ có một bản ghi", en="there is one record only"))
    met = Counter(v.token.encode() if isinstance(v, Hidden) else canonical(v) for _, v in found)
    twice = [key for key, count in met.items() if count > 1]
    require(
        not twice,
        expected=Text(vi=f"mỗi bản ghi một {field}", en=f"a {field} of its own for each record"),
        observed=Text(
            vi=f"{len(twice)} giá trị lặp lại trong {len(found)} bản ghi",
            en=f"{len(twice)} values repeated in {len(found)} records",
        ),
    )


@law(catalogue="DAT-004", per="target", on="2xx")
def results_are_no_submissions(
    answer: Exchange, mapping: Mapped, *, key: str = "", result: str = "", submitted: str = ""
) -> None:
    """What was decided is not the very file that was handed in.

    Looks at records that tell the addresses of both: none of the results is one of the files
    submitted. `key` is the field that every record has; without it the result tells records
    apart (the requirement's norm says what a result is).
    """
    looked_at = False
    for held in records(answer, mapping, *filter(None, (key,)), result, submitted):
        results = {plain(value) for value in held.values[result] if value}
        sent = {plain(value) for value in held.values[submitted] if value}
        looked_at = looked_at or bool(results and sent)
        require(
            not results & sent,
            expected=Text(
                vi="tệp kết quả khác tệp người dân đã nộp",
                en="a result other than the file that was submitted",
            ),
            observed=f"{held.place}: {', '.join(sorted(results & sent))}",
        )
    if not looked_at:
        raise NotApplicable(
            Text(
                vi=f"không có bản ghi nào có cả {result} và {submitted}",
                en=f"no record has both {result} and {submitted}",
            )
        )


@check(catalogue="DAT-004", per="operation", requests=1, listing=True)
def values_differ_between_records(  # noqa: PLR0913  # what is looked at, and from how many on
    probe: Probe,
    operation: Operation,
    mapping: Mapped,
    *,
    key: str = "",
    field: str = "",
    least: int = 10,
) -> None:
    """What depends on the case is not the same in every record.

    Asks for a page as long as the contract allows, with no filter. Where `least` records or more
    have the field, not all of them have the same values in it: what is the same everywhere was
    written into the program instead of being told. `key` is the field that every record has (what
    varies is said by the requirement's norm; QCVN 120:2019/BTTTT has such fields).
    """
    size, longest = paging.declared(operation).size, paging.largest_size(operation)
    page = paging.page(probe, operation, {size: str(longest)} if size and longest else {})
    told = [
        sorted(plain(value) for value in held.values[field] if value not in (None, ""))
        for held in mapping.records(page.exchange, [key, field])
    ]
    having = [several for several in told if several]
    if len(having) < least:
        raise NotApplicable(
            Text(
                vi=f"chỉ {len(having)} bản ghi có {field}, cần {least}",
                en=f"only {len(having)} records have {field}; it takes {least}",
            )
        )
    require(
        any(several != having[0] for several in having),
        expected=Text(
            vi=f"{field} tùy theo từng bản ghi", en=f"a {field} that depends on the record"
        ),
        observed=Text(
            vi=f"cả {len(having)} bản ghi: {', '.join(having[0])}",
            en=f"all {len(having)} records: {', '.join(having[0])}",
        ),
    )
