"""Waivers and attestations as acts: somebody's word, with their signature under it.

A run takes an unsigned one for what it is, somebody's word in a file. A certificate rests only on
acts that are signed by a person whom the trust file lets sign such, that are in time, no broader
than they have to be, and of the version of the system that was tested.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from conformance.certificate import canonical, chains, entries, envelope, signers, trust
from conformance.certificate.envelope import Envelope
from conformance.certificate.signers import Signer
from conformance.certificate.trust import Trust
from conformance.errors import CertificateError
from conformance.text import Text

WAIVER, ATTESTATION = "waiver", "attestation"
LONGEST = 366
# What a legal act says beyond what a run needs of it.
_SAID = {
    WAIVER: ("reason", "basis", "by", "ticket", "compensating", "version"),
    ATTESTATION: ("evidence_digest", "version"),
}


@dataclass(frozen=True)
class Act:
    """One waiver or attestation, as it stands in a file."""

    kind: str
    said: Mapping[str, Any]

    @property
    def requirement(self) -> str:
        """The requirement that it is about."""
        return str(self.said["requirement"])

    @property
    def by(self) -> str:
        """The name of who says so."""
        by = self.said["by"]
        return str(by if self.kind == WAIVER else by["name"])

    @property
    def until(self) -> date:
        """The last day on which it holds."""
        return date.fromisoformat(self.said["until"])

    @property
    def content(self) -> bytes:
        """What is signed: the act without the signature."""
        plain = {key: value for key, value in self.said.items() if key != "signed"}
        return canonical.written({"act": self.kind, **plain})


def signed(act: Act, signer: Signer) -> dict[str, Any]:
    """Return an act in the shape of its file, with a signature in it."""
    made = signers.signed(Envelope(envelope.ACT, act.content), signer)
    chain = [signer.certificate, *signer.chain]
    return {
        **{key: value for key, value in act.said.items() if key != "signed"},
        "signed": {
            "envelope": made.as_json(),
            "certificates": [base64.b64encode(each.dump()).decode() for each in chain],
        },
    }


def flaws(act: Act, trusted: Trust, version: str | None, now: datetime) -> Iterator[Text]:
    """Yield why no certificate may rest on an act.

    Args:
        act: the waiver or attestation.
        trusted: who may sign such.
        version: the version of the system that was tested.
        now: the day is judged as of this moment.
    """
    name = f"{act.kind} {act.requirement}"
    missing = [key for key in _SAID[act.kind] if key not in act.said]
    if act.kind == ATTESTATION and "function" not in act.said["by"]:
        missing.append("by.function")
    if missing:
        yield Text(
            vi=f"{name}: thiếu {', '.join(missing)}", en=f"{name}: lacks {', '.join(missing)}"
        )
    begin = date.fromisoformat(act.said["date"])
    if not begin <= now.date() <= act.until:
        yield Text(vi=f"{name}: hết hạn hoặc chưa có hiệu lực", en=f"{name}: expired, or not begun")
    if (act.until - begin).days > LONGEST:
        yield Text(vi=f"{name}: dài hơn 12 tháng", en=f"{name}: longer than twelve months")
    if act.kind == WAIVER and not act.said.get("units"):
        yield Text(
            vi=f"{name}: quá rộng, không nêu phạm vi (`units`)",
            en=f"{name}: too broad, it names no units (`units`)",
        )
    if act.said.get("version", version) != version:
        yield Text(
            vi=f"{name}: cho phiên bản khác ({act.said['version']})",
            en=f"{name}: of another version ({act.said['version']})",
        )
    unsigned = _unsigned(act, trusted, now)
    if unsigned is not None:
        yield Text(vi=f"{name}: {unsigned.vi}", en=f"{name}: {unsigned.en}")


def _unsigned(act: Act, trusted: Trust, now: datetime) -> Text | None:
    """Return why the signature of an act does not count, or None."""
    if "signed" not in act.said:
        return Text(vi="chưa được ký", en="not signed")
    place = f"{act.kind} {act.requirement}"
    try:
        made = envelope.of(act.said["signed"]["envelope"], envelope.ACT, place)
        chain = entries.loaded(act.said["signed"]["certificates"], place)
    except CertificateError as error:
        return error.what
    certificate = entries.signed_by(made, chain)
    if certificate is None or made.payload != act.content:
        return Text(
            vi="chữ ký không khớp với nội dung", en="the signature is not over what it says"
        )
    for issuer in trusted.issuers.values():
        person = issuer.person(trust.subject(certificate))
        if person is None or act.kind not in person.functions or person.name != act.by:
            continue
        if _of_an_auditor(act) and issuer.role != trust.BODY:
            continue
        standing = chains.standing(certificate, chain, issuer.roots, trusted.crls, now)
        if standing == chains.Standing.GOOD:
            return None
        return Text(
            vi=f"chứng thư của người ký: {standing}", en=f"the signer's certificate: {standing}"
        )
    return Text(vi="người ký không có quyền làm việc này", en="who signed may not sign such an act")


def _of_an_auditor(act: Act) -> bool:
    return act.kind == ATTESTATION and act.said["by"]["role"] == "auditor"
