"""One engine for every front door: settle what a plan needs, judge it, write it down, rejudge it.

plan = engine.prepare(...)                  # profiles, target and contract hold together
session = engine.open_session(plan, ...)    # inputs written, target reached
engine.run_all(session, workers=4)          # each item: settled, then judged
    session.settle(item)                    # traffic, memoised; reproduction before belief
    session.judge(item)                     # pure: the same code as in a rejudgement
session.finish()                            # record, results.json
"""

from conformance.engine.preparing import load_contract, national, prepare
from conformance.engine.rejudging import Rejudgement, complete, rejudge, summary_differences
from conformance.engine.session import Session, new_seed, open_session
from conformance.engine.settling import run_all

__all__ = [
    "Rejudgement",
    "Session",
    "complete",
    "load_contract",
    "national",
    "new_seed",
    "open_session",
    "prepare",
    "rejudge",
    "run_all",
    "summary_differences",
]
