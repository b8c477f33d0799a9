"""National formats: made and missed values by the hundred thousand, two libraries, and the speed.

    python bench/formats.py [FORMAT ...]

Every value is asked of the plain function, of `jsonschema` and of `jsonschema_rs`, which have to
say the same; tax codes are asked of python-stdnum as well.
"""

from __future__ import annotations

import sys
import time
from random import Random
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker
from stdnum.vn import mst

from conformance.formats import national
from conformance.formats.format import ArrayFormat, Format

COUNT = 100_000
SEED = 20_250_701
_PERSONAL = 12


def main() -> int:
    """Measure and print; return 1 where a value is judged wrongly or the libraries differ."""
    wanted = sys.argv[1:] or national.EVERY
    print(f"{COUNT} made and {COUNT} missed of each; microseconds a value of each library")
    print(f"{'format':28} {'wrong':>6} {'differ':>6} {'plain':>8} {'jsonschema':>11} {'-rs':>8}")
    return int(sum(_measured(national.EVERY[name]) for name in wanted) > 0)


def _measured(each: Format | ArrayFormat) -> bool:
    random = Random(SEED)  # noqa: S311  # texts to test with, no secrets
    made: list[Any] = [each.make(random) for _ in range(COUNT)]
    missed: list[Any] = [each.miss(random) for _ in range(COUNT)]
    texts = isinstance(each, Format)
    schema = {"type": "string" if texts else "array", "format": each.name}
    checker = national.register(FormatChecker(()))
    slow = Draft202012Validator(schema, format_checker=checker)
    # It asks a format of texts only.
    taught = (
        {"formats": national.predicates(), "validate_formats": True}
        if texts
        else {"keywords": national.keywords()}
    )
    quick = jsonschema_rs.validator_for(schema, **taught)
    holds: Any = each.holds
    plain_time, plain = _asked(holds, made + missed)
    slow_time, slowly = _asked(slow.is_valid, made + missed)
    quick_time, quickly = _asked(quick.is_valid, made + missed)
    wrong = plain[:COUNT].count(False) + plain[COUNT:].count(True)
    differ = sum(len({*answers}) > 1 for answers in zip(plain, slowly, quickly, strict=True))
    if each.name == "vn-tax-code":
        differ += sum(_stdnum(text) is not holds(text) for text in made + missed if _known(text))
    times = f"{plain_time:8.2f} {slow_time:11.2f} {quick_time:8.2f}"
    print(f"{each.name:28} {wrong:6} {differ:6} {times}")
    return bool(wrong or differ)


def _asked(ask: Any, values: list[Any]) -> tuple[float, list[bool]]:
    began = time.process_time()
    answers = [ask(value) for value in values]
    return 1e6 * (time.process_time() - began) / len(values), answers


def _known(text: str) -> bool:
    """Whether python-stdnum means the same: it takes spaces out, and knows no personal numbers."""
    return text.isascii() and not any(sign in text for sign in " .\n\t") and len(text) != _PERSONAL


def _stdnum(text: str) -> bool:
    return bool(mst.is_valid(text))


if __name__ == "__main__":
    sys.exit(main())
