"""Certificates that can be checked: issue on runs that can be judged again, sign, register, verify.

    outcome      what runs of one version of a system come to together
    eligibility  why nothing may be issued on them, if so
    statement    what is said, in canonical JSON; `paper` shows it to people
    issuing      bundle, signatures, registry, in that order
    registry     the append-only log, and what it publishes
    verification every step, from files alone

Only this package signs.
"""

import logging

# What these libraries find they also raise; their log would quote hostile files on the console.
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)
