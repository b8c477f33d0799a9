"""The examples that the contract gives."""

from __future__ import annotations

from conformance.check import check, require_none
from conformance.contract import Contract, examples
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason


@check(catalogue="DOC-009", per="target", requests=0, contract=True)
def examples_match_their_schemas(contract: Contract) -> None:
    """Every example is what its schema describes.

    Examples of parameters, headers, JSON bodies and schemas are held against their schema, formats
    included (OpenAPI 3.1, Media Type Object and Schema Object). A request's example may lack what
    is `readOnly`, an answer's what is `writeOnly`; examples that lie elsewhere
    (`externalValue`) are not fetched.
    """
    count, wrong, open_ = examples.offences(contract)
    if not count:
        raise NotApplicable(Text(vi="đặc tả không có ví dụ", en="the contract has no example"))
    require_none(
        wrong,
        expected=Text(vi="ví dụ đúng lược đồ", en="examples that match their schemas"),
    )
    if open_:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{len(open_)} ví dụ có lược đồ không đọc được",
                en=f"{len(open_)} examples have a schema that cannot be read",
            ),
        )
