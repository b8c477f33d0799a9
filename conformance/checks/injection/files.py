"""Input that names a file."""

from __future__ import annotations

import re
from functools import partial

from conformance.check import check, require
from conformance.checks.injection.parameters import Place, each, places
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason

# As they are to stand in the URL: nothing between here and the wire may tidy them up.
CLIMBS = (
    "../../../../../../etc/passwd",
    "..%2f" * 6 + "etc%2fpasswd",
    "..%252f" * 6 + "etc%252fpasswd",
    "....//" * 6 + "etc/passwd",
    "..\\" * 6 + "windows\\win.ini",
    "/etc/passwd",
)
_CONTENT = re.compile(
    rb"\broot:[^:\n]{0,100}:0:0:|^\[extensions\]|for 16-bit app support", re.MULTILINE
)
_SPEAKS_OF_FILES = re.compile(
    r"(?i)file|path|folder|tep|tap_?tin|dinh_?kem|attach|download|template"
)


@check(catalogue="INJ-004", per="target", requests=len(CLIMBS) + 1, times="max_params")
def parameters_name_no_files(probe: Probe, *, max_params: int = 1) -> None:
    """A caller cannot climb out of a folder and read the server's files.

    Takes `max_params` text parameters of GET operations: first those whose names speak of files,
    then those in the path, words for versions last; none of an operation that turns away its own
    example or answers the contract itself, while there are others. Writes into the URL, over a bare
    connection that tidies nothing up, steps upwards to /etc/passwd and win.ini: plain, encoded once
    and twice, doubled, with backslashes, and an absolute path. Broken where the answer has the
    content of such a file (OWASP ASVS 5.0, 5.3.2; CWE-22).
    """
    each(places(probe, _likely, max_params), partial(_reads_no_file, probe))


def _reads_no_file(probe: Probe, place: Place) -> None:
    control = probe.control(place.operation)
    if _CONTENT.search(control.body):
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="trả lời thường cũng có nội dung đặc trưng ấy",
                en="the ordinary answer has that content, too",
            ),
        )
    for climb in CLIMBS:
        try:
            answer = place.ask_literally(probe, place.written(climb))
        except NotTested as outcome:
            if outcome.reason is Reason.BLOCKED:  # stopped in front of it, so not read either
                continue
            raise
        require(
            not _CONTENT.search(answer.body),
            expected=Text(
                vi="không đọc được tệp của máy chủ qua tham số",
                en="no file of the server to be read through a parameter",
            ),
            observed=f"{place.name}: {climb}",
        )


def _likely(place: Place) -> tuple[bool, bool, bool]:
    named = bool(_SPEAKS_OF_FILES.search(place.parameter.name))
    spoken = place.is_a_version and not named
    return not named, spoken, place.parameter.place != "path"
