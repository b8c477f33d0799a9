"""Caches on the way, and addresses that look like files to them."""

from __future__ import annotations

from dataclasses import replace

from conformance.check import check, require
from conformance.checks.bypass.refusals import Refusal
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.questions import Question
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_INVENTED = ("/{}.css", ";{}.css", "%2f{}.js")


@check(catalogue="PRV-007", per="target", requests=2 * len(_INVENTED) + 6)
def invented_files_disclose_nothing(probe: Probe) -> None:
    """What one person was shown at the address of an invented file is not shown to a stranger.

    Takes a read that a stranger is refused, personal ones before others. Asks as somebody who may
    for its address with the name of an invented style sheet or script behind it, in three
    spellings, as a link in a foreign page would make a browser ask; where that brings the data, the
    same address is asked as a stranger. Broken where the stranger gets them too: a cache on the way
    took them for a file (web cache deception; ASVS 5.0, 14.2.5). Who answers that there is no such
    file, or is not cached, is safe.
    """
    for operation in probe.secured_reads()[:1]:
        refusal = Refusal.of(probe, operation)
        formed = probe.form(operation, identity=probe.allowed(operation))
        address, mark, query = formed.url.partition("?")
        for written in _INVENTED:
            url = f"{address}{written.format(probe.canary())}{mark}{query}"
            question = replace(formed, url=url, wellformed=False)
            mine = _asked(probe, question)
            if mine is None or not _is_disclosed(refusal, mine):
                continue
            stranger = _asked(probe, replace(question, identity=None))
            require(
                stranger is None or not _is_disclosed(refusal, stranger),
                expected=Text(
                    vi="người lạ không nhận được dữ liệu đã trả cho người khác ở cùng địa chỉ",
                    en="a stranger not to get what somebody else was answered at that address",
                ),
                observed=Text(
                    vi=f"{operation.path}{written.format('…')} trả dữ liệu cho người lạ",
                    en=f"{operation.path}{written.format('…')} gives a stranger the data",
                ),
            )


def _asked(probe: Probe, question: Question) -> Exchange | None:
    """Return what came; None where a firewall stopped it."""
    try:
        return probe.send(question)
    except NotTested as outcome:
        if outcome.reason is Reason.BLOCKED:
            return None
        raise


def _is_disclosed(refusal: Refusal, answer: Exchange) -> bool:
    return answer.succeeded and refusal.discloses(answer, records=False)
