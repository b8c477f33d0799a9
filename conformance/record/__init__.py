"""The run on disk: inputs, exchanges as they happen, and the finished record with its digest.

    plan.json  inputs/  shards/  record.jsonl  evidence/  results.json

A record has a footer only when every planned unit is finished; the footer holds the digest of
every byte before it, and the header the digest of every input. Whoever changes one byte of either
is noticed by `read`. What an interrupted run left behind is read by `unfinished`.
"""

from conformance.record.lines import LONG_BODY, write_json
from conformance.record.reading import Record, read
from conformance.record.shards import MAIN, Unfinished, unfinished
from conformance.record.shelf import Shelf
from conformance.record.writing import SCHEMA, Writer, header_of, new_folder, now, portable, tidy

__all__ = [
    "LONG_BODY",
    "MAIN",
    "SCHEMA",
    "Record",
    "Shelf",
    "Unfinished",
    "Writer",
    "header_of",
    "new_folder",
    "now",
    "portable",
    "read",
    "tidy",
    "unfinished",
    "write_json",
]
