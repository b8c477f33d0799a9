"""Clickjacking: who may put what is answered into a frame of a page."""

from __future__ import annotations

from conformance.check import ABSENT, law, require
from conformance.evidence import Exchange
from conformance.formats import policies
from conformance.text import Text
from conformance.verdict import NotApplicable

OLDER = "X-Frame-Options"
_KNOWN = frozenset({"deny", "sameorigin", "allowall"})


@law(catalogue="SEC-014", per="target", on="baseline", methods=["GET"])
def foreign_pages_cannot_frame(answer: Exchange) -> None:
    """An answer tells browsers which pages may show it in a frame (clickjacking).

    `frame-ancestors` of a Content-Security-Policy field names nobody, the own origin or some
    hosts; several policies are all enforced, and `default-src` does not stand for it. Only where
    no policy speaks of frames browsers read X-Frame-Options, which has to be DENY or SAMEORIGIN
    (ASVS 5.0, 3.4.6; HTML, the `X-Frame-Options` header). Nothing is asked of what browsers do
    not show: redirections, answers without content and downloads.
    """
    if not answer.is_a_page:
        raise NotApplicable(Text(vi="trình duyệt không hiển thị", en="browsers do not show it"))
    named = policies.frames(policies.read(answer.header_all(policies.FIELD)))
    older = {v.strip().lower() for v in ",".join(answer.header_all(OLDER)).split(",")} - {""}
    if named:
        guarded, observed = any(map(policies.is_closed, named)), " ".join(named[0])
    else:
        # Several values that contradict each other are taken for DENY.
        guarded = bool(older & {"deny", "sameorigin"}) if len(older) == 1 else bool(older & _KNOWN)
        observed = ", ".join(sorted(older))
    require(
        guarded,
        expected=Text(
            vi="frame-ancestors giới hạn, hoặc X-Frame-Options: DENY",
            en="frame-ancestors that restricts, or X-Frame-Options: DENY",
        ),
        observed=observed or ABSENT,
    )
