"""Headers that name the software behind."""

from __future__ import annotations

import re

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.text import Text

BANNERS = ("Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version", "X-Generator")
_VERSION = re.compile(r"[A-Za-z][\w.+-]*[/ ]v?\d|^\d+\.\d")


@law(catalogue="SEC-013", per="target", on="baseline")
def no_version_is_told(answer: Exchange) -> None:
    """No header tells the version of the software (ASVS 5.0, 13.4.6).

    A product name without a version is no finding.
    """
    for name in BANNERS:
        for value in answer.header_all(name):
            require(
                not _VERSION.search(value),
                expected=Text(
                    vi="không có phiên bản phần mềm trong tiêu đề",
                    en="no software version in a header",
                ),
                observed=f"{name}: {value}",
            )
