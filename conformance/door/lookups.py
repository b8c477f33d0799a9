"""Names looked up in the DNS, told in full and judged by nobody here (RFC 1034).

With dnspython, an extra: without it nothing is looked up. Whom to ask stands in the target file
(`network.resolver`), else in the settings of this machine.
"""

from __future__ import annotations

from typing import Any

from conformance.probe.questions import Lookup

try:
    import dns.exception
    import dns.nameserver
    import dns.resolver
except ImportError:
    AVAILABLE = False
else:
    AVAILABLE = True

# What came of a lookup; the words of `facts.dns.outcome`.
FOUND, NO_RECORD, NO_NAME, FAILED, SILENT = "found", "no_record", "no_name", "failed", "silent"


def look_up(
    lookup: Lookup, resolver: tuple[str, int] | None, patience: float
) -> tuple[dict[str, Any], str]:
    """Look a name up; return everything that was said, and what went wrong.

    Args:
        lookup: the name, and which records of it.
        resolver: whom to ask; None for whoever this machine asks.
        patience: after how many seconds no answer is expected any more.
    """
    facts: dict[str, Any] = {"asked": lookup.as_json(), "records": []}
    try:
        asking = dns.resolver.Resolver(configure=resolver is None)
        if resolver is not None:
            asking.nameservers = [dns.nameserver.Do53Nameserver(*resolver)]
        asking.cache = None
        answer = asking.resolve(
            lookup.name + ".",
            lookup.kind,
            raise_on_no_answer=False,
            search=False,
            lifetime=patience,
        )
    except dns.resolver.NXDOMAIN:
        return {**facts, "outcome": NO_NAME}, ""
    except dns.exception.Timeout as error:
        return {**facts, "outcome": SILENT}, str(error)
    except (dns.exception.DNSException, OSError, ValueError) as error:
        return {**facts, "outcome": FAILED}, str(error) or type(error).__name__
    # What an alias leads to belongs to another name: who asks has to know.
    facts["named"] = answer.canonical_name.to_text(omit_final_dot=True).lower()
    facts["records"] = sorted(record.to_text() for record in answer.rrset or ())
    return {**facts, "outcome": FOUND if facts["records"] else NO_RECORD}, ""
