"""The one truth of a certificate: an in-toto statement with our predicate, in canonical JSON.

What it is about stands among its subjects by digest: the bundle, each run's record, the profiles.
The fields are those that certificates and declarations of conformity have to tell (ISO/IEC 17065,
7.7; ISO/IEC 17050-1, 6; as the trade summarises them). PDF, proof and pages are views of it.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from conformance import documents
from conformance.certificate import canonical, trust
from conformance.certificate.acts import WAIVER, Act
from conformance.certificate.outcome import Outcome
from conformance.errors import CertificateError
from conformance.moments import read as moment
from conformance.moments import told
from conformance.text import Text

TYPE = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:vnda-conformance:conformity:1"
CERTIFICATE, DECLARATION = "certificate", "declaration"
BUNDLE = "bundle.tar"
LONGEST_ID = 200
LONGEST_LIFE = 366
TITLES = {
    CERTIFICATE: Text(vi="Giấy chứng nhận sự phù hợp", en="Certificate of conformity"),
    DECLARATION: Text(vi="Bản tự công bố sự phù hợp", en="Supplier's declaration of conformity"),
}
LIMITATIONS = (
    Text(
        vi="Kết quả chỉ liên quan đến đối tượng đã thử, đúng phiên bản và môi trường nêu trên.",
        en="The results relate only to the item tested, in the version and environments named.",
    ),
    Text(
        vi="Không sao chép một phần nếu không được bên cấp đồng ý bằng văn bản.",
        en="Not to be reproduced except in full, unless the issuer agrees in writing.",
    ),
)
DECISION_RULE = Text(
    vi="Đạt khi mọi yêu cầu bắt buộc đều có kết luận và không yêu cầu nào không đạt; mọi kết luận"
    " tính lại được từ gói bằng chứng.",
    en="Conformant if every MUST is decided and none fails; every verdict can be recomputed from"
    " the bundle.",
)


@dataclass(frozen=True)
class Said:
    """What the issuer says of a certificate, beyond what the runs show.

    Attributes:
        issuer: the issuer file's content: id, name, address, role, accreditation.
        evaluators: who evaluated, by name.
        decided_by: who decided, by name.
        function: of who decided.
        issued: when.
        days: how long it is to hold, unless an act ends earlier.
        origin: the registry that it enters; None for a declaration that enters none.
        on_paper: whether there is a PDF.
        supersedes: the id of the certificate that it replaces, and why; None for a first.
    """

    issuer: Mapping[str, Any]
    evaluators: tuple[str, ...]
    decided_by: str
    function: str
    issued: datetime
    days: int
    origin: str | None
    on_paper: bool = True
    supersedes: tuple[str, str] | None = None

    @property
    def kind(self) -> str:
        """What an issuer of this role may issue: only a body issues certificates."""
        return CERTIFICATE if self.issuer["role"] == trust.BODY else DECLARATION


def new_id(issuer: str, issued: datetime) -> str:
    """Return a new id: issuer, year, and digits that tell nothing of how many there are."""
    return f"{issuer}-{issued.year}-{secrets.randbelow(10**8):08d}"


def made(  # noqa: PLR0913  # what there is to say
    certificate: str,
    outcome: Outcome,
    acts: Sequence[Act],
    said: Said,
    *,
    bundle: str,
    place: int | None,
) -> dict[str, Any]:
    """Return the statement.

    Args:
        certificate: its id.
        outcome: what the runs came to.
        acts: the waivers and attestations that it rests on.
        said: what the issuer says.
        bundle: the digest of the bundle, `sha256:…`.
        place: its place in the status lists of the registry; None without one.
    """
    first = outcome.runs[0].results
    until = min([said.issued.date() + timedelta(days=said.days), *(act.until for act in acts)])
    predicate = {
        "id": certificate,
        "kind": said.kind,
        "title": TITLES[said.kind].as_json(),
        "scheme": {"id": "vnda-conformance", "type": "ISO/IEC 17067 type 6"},
        "issuer": dict(said.issuer),
        "item": _item(outcome),
        "profiles": first["profiles"],
        "norms": _norms(outcome),
        "method": {
            "decision_rule": DECISION_RULE.as_json(),
            "as_of": first["as_of"],
            "depth": first["depth"],
            "tool": first["tool"],
        },
        "performance": [_performance(run.results) for run in outcome.runs],
        "results": {
            "verdict": outcome.verdict,
            "counts": outcome.counts,
            "requirements": [
                {key: entry[key] for key in ("id", "level", "verdict", "mode")}
                for entry in outcome.entries
            ],
        },
        "waivers": [shown(act) for act in acts if act.kind == WAIVER],
        "attestations": [shown(act) for act in acts if act.kind != WAIVER],
        "on_paper": said.on_paper,
        "limitations": [each.as_json() for each in LIMITATIONS],
        "decision": {
            "by": said.decided_by,
            "function": said.function,
            "at": told(said.issued),
            "evaluators": list(said.evaluators),
        },
        "valid_from": said.issued.date().isoformat(),
        "valid_until": until.isoformat(),
        "status": None if place is None else {"origin": said.origin, "place": place},
        "supersedes": {"id": said.supersedes[0], "because": said.supersedes[1]}
        if said.supersedes
        else None,
    }
    statement = {
        "_type": TYPE,
        "subject": [_subject(BUNDLE, bundle)]
        + [
            _subject(f"runs/{number}/record.jsonl", run.sha256)
            for number, run in enumerate(outcome.runs, 1)
        ]
        + [_subject(f"profile/{p['id']}", p["digest"]) for p in first["profiles"]],
        "predicateType": PREDICATE,
        "predicate": predicate,
    }
    found: dict[str, Any] = _normal(statement)
    return found


def read(content: bytes, place: str) -> Mapping[str, Any]:
    """Return a statement from its bytes.

    Raises:
        CertificateError: it is none, or not in its one byte form.
    """
    return shaped(canonical.read(content, place), place)


def shaped(statement: Any, place: str) -> Mapping[str, Any]:
    """Return a statement, if it is one.

    Raises:
        CertificateError: it has another shape.
    """
    if not documents.validator("certificate").is_valid(_shortened(statement)):
        raise CertificateError(
            Text(vi="không đúng khuôn dạng của chứng nhận", en="not of the shape of a certificate"),
            mend=Text(vi="dùng tệp gốc do bên cấp phát hành", en="use the file as it was issued"),
            place=place,
        )
    found: Mapping[str, Any] = statement
    return found


def _shortened(statement: Any) -> Any:
    """Return a statement with one requirement of each sort: they are many, and look alike.

    Requirements are alike whose members differ in the text of their id alone.
    """
    try:
        listed = statement["predicate"]["results"]["requirements"]
        sorts = {
            (*sorted(each.items() - {("id", each["id"])}), type(each["id"]), each["id"] == ""): each
            for each in listed
        }
    except (TypeError, KeyError, AttributeError):
        return statement
    if not all(len(str(each["id"])) <= LONGEST_ID for each in listed):
        return statement
    predicate = statement["predicate"]
    results = {**predicate["results"], "requirements": list(sorts.values())}
    return {**statement, "predicate": {**predicate, "results": results}}


def said_by(statement: Mapping[str, Any]) -> Said:
    """Return what the issuer of a statement said, as if it were to be issued again."""
    words = statement["predicate"]
    decision, status, replaced = words["decision"], words["status"], words["supersedes"]
    return Said(
        words["issuer"],
        tuple(decision["evaluators"]),
        decision["by"],
        decision["function"],
        moment(decision["at"]),
        LONGEST_LIFE,
        status and status["origin"],
        words["on_paper"],
        replaced and (replaced["id"], replaced["because"]),
    )


# What follows from the runs, and what the issuer cannot say otherwise; the rest is the issuer's.
_OF_THE_RUNS = ("item", "profiles", "norms", "performance", "results", "waivers", "attestations")


def difference(
    statement: Mapping[str, Any], outcome: Outcome, acts: Sequence[Act], bundle: str
) -> str | None:
    """Return the first part of a statement that does not follow from the runs; None for none."""
    said, status = said_by(statement), statement["predicate"]["status"]
    place = status and status["place"]
    words = statement["predicate"]
    again = made(words["id"], outcome, acts, said, bundle=bundle, place=place)
    for key in _OF_THE_RUNS:
        if again["predicate"][key] != words[key]:
            return key
    for key in ("as_of", "depth", "tool"):
        if again["predicate"]["method"][key] != words["method"][key]:
            return key
    if again["subject"] != statement["subject"]:
        return "subject"
    within = words["valid_from"] == again["predicate"]["valid_from"] <= words["valid_until"]
    return None if within and words["valid_until"] <= again["predicate"]["valid_until"] else "valid"


def subjects(statement: Mapping[str, Any]) -> dict[str, str]:
    """Return the digests of what a statement is about, `sha256:…`, by name."""
    return {each["name"]: f"sha256:{each['digest']['sha256']}" for each in statement["subject"]}


def shown(act: Act) -> dict[str, Any]:
    """Return what a statement shows of a waiver or attestation: all but the signature."""
    return {key: value for key, value in act.said.items() if key != "signed"}


def _subject(name: str, digest: str) -> dict[str, Any]:
    return {"name": name, "digest": {"sha256": digest.removeprefix("sha256:")}}


def _item(outcome: Outcome) -> dict[str, Any]:
    target = outcome.runs[0].plan.target
    return {
        "name": target.id,
        "system": target.system,
        "version": target.document.get("version"),
        "endpoints": [
            {key: run.results["target"][key] for key in ("environment", "base_url")}
            for run in outcome.runs
        ],
        "contract": sorted({run.results["contract"]["digest"] for run in outcome.runs}),
    }


def _norms(outcome: Outcome) -> list[str]:
    return sorted({str(entry["norm"]["document"]) for entry in outcome.entries})


def _performance(results: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "environment": results["target"]["environment"],
        "from": results["started"],
        "to": results["finished"],
        "requests": results["traffic"]["requests"],
        "seed": str(results["seed"]),
    }


def _normal(node: Any) -> Any:
    """Return a document with its texts in NFC: a contract may hold others."""
    if isinstance(node, str):
        return unicodedata.normalize("NFC", node)
    if isinstance(node, Mapping):
        return {str(key): _normal(value) for key, value in node.items()}
    return [_normal(each) for each in node] if isinstance(node, list) else node
