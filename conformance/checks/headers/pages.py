"""Pages in HTML: which scripts run in them."""

from __future__ import annotations

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.formats import pages, policies
from conformance.text import Text
from conformance.verdict import NotApplicable


@law(catalogue="SEC-015", per="target", on="all")
def pages_run_trusted_scripts_only(answer: Exchange) -> None:
    """A page in HTML tells browsers to run only scripts that its owner named.

    A Content-Security-Policy names where scripts come from (`script-src`, else `default-src`): by
    hosts, numbers used once or digests, not by `*`, a whole scheme or `'unsafe-inline'` alone,
    which a number or a digest beside it cancels; `object-src` and `base-uri` are `'none'`, or
    `'self'` (ASVS 5.0, 3.4.3; Content Security Policy Level 3). Policies that are only reported
    enforce nothing; one in a `<meta>` element counts. Where `sandbox` or `'none'` stops all
    scripts, no more is asked. Looks at every page that is answered, errors included; JSON is none.
    """
    if answer.media_type not in pages.MEDIA_TYPES or not answer.is_a_page:
        raise NotApplicable(Text(vi="không phải trang HTML", en="no page in HTML"))
    told = policies.read(answer.header_all(policies.FIELD))
    missing = policies.lacking(told)
    if missing:
        told += policies.read(pages.read(answer.body).policies)
        missing = policies.lacking(told)
    require(
        not missing,
        expected=Text(
            vi="CSP giới hạn nguồn mã kịch bản, object-src và base-uri",
            en="a CSP that restricts the sources of scripts, object-src and base-uri",
        ),
        observed=Text(
            vi=f"thiếu hoặc quá rộng: {', '.join(missing)}",
            en=f"missing or too wide: {', '.join(missing)}",
        ),
    )
