"""Issuing: judge the runs again, say so in a statement, sign it, give it to the registry.

    certificate.json         the statement
    certificate.dsse.json    the statement, signed
    material.json            chains, revocation lists and timestamp of the signatures
    certificate.pdf          the statement for people, signed, the same bytes attached
    bundle.tar               the runs
    proof.json               the registry's proof

Nothing is written into the registry before every signature exists, and nothing into the folder
before the registry has it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.certificate import (
    bundle,
    canonical,
    chains,
    eligibility,
    envelope,
    events,
    lives,
    material,
    outcome,
    paper,
    signers,
    statement,
    timestamps,
    trust,
)
from conformance.certificate.acts import Act
from conformance.certificate.envelope import Envelope
from conformance.certificate.events import Kind
from conformance.certificate.outcome import Outcome
from conformance.certificate.registry import Registry
from conformance.certificate.signers import Signer
from conformance.certificate.statement import Said
from conformance.certificate.trust import Trust
from conformance.errors import CertificateError, ConformanceError, ExitCode, UsageError
from conformance.moments import told
from conformance.text import Text

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

STATEMENT, ENVELOPE, MATERIAL = "certificate.json", "certificate.dsse.json", "material.json"
PAPER, PROOF = "certificate.pdf", "proof.json"
FILES = (STATEMENT, ENVELOPE, MATERIAL, PAPER, PROOF, statement.BUNDLE)


class NotEligibleError(CertificateError):
    """Nothing may be issued on these runs; the reasons are in the message."""

    exit_code = ExitCode.NOT_CONFORMANT


@dataclass(frozen=True)
class Commission:
    """What is to be issued, by whom and with what.

    Attributes:
        runs: run directories.
        said: what the issuer says.
        signers: one or two; the first is the decision-maker's.
        later: attestations and waivers made after the runs, by those two words.
        trusted: who may sign acts.
        revocation: lists of the signers' authorities, in DER.
        authority: the timestamping authority and its address; None without one.
    """

    runs: tuple[Path, ...]
    said: Said
    signers: tuple[Signer, ...]
    later: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    trusted: Trust | None = None
    revocation: tuple[bytes, ...] = ()
    authority: tuple[TimeStamper, str] | None = None


def examined(wanted: Commission) -> tuple[Outcome, list[Act]]:
    """Return what the runs come to, and the acts that it rests on.

    Raises:
        RecordError: a record is not as it was written.
        NotEligibleError: nothing may be issued; says every reason.
    """
    found = outcome.judged(wanted.runs, wanted.later)
    rests_on = eligibility.needed(found)
    against = list(eligibility.hindrances(found, rests_on, wanted.said, wanted.trusted))
    against += _signers_doubtful(wanted)
    if against:
        raise NotEligibleError(
            Text(
                vi="không cấp được:\n" + "\n".join(f"  - {each.vi}" for each in against),
                en="nothing may be issued:\n" + "\n".join(f"  - {each.en}" for each in against),
            ),
            mend=Text(
                vi="xem báo cáo của lượt chạy; miễn trừ và xác nhận phải được ký"
                " (`conformance attest`)",
                en="see the report of the run; waivers and attestations have to be signed"
                " (`conformance attest`)",
            ),
        )
    return found, rests_on


def _signers_doubtful(wanted: Commission) -> Iterator[Text]:
    """Yield what a verifier would have against those who are to sign.

    Signing software has to look at certificates before it signs (TT 15/2025/TT-BKHCN, as
    reported): nobody signs with what was taken back.
    """
    if len({signer.keyid for signer in wanted.signers}) < len(wanted.signers):
        yield Text(vi="một người ký hai lần", en="one signer is named twice")
    if wanted.trusted is None:
        return
    said = wanted.said
    issuer = wanted.trusted.issuers.get(said.issuer["id"])
    if issuer is None:
        yield Text(
            vi="tệp tin cậy không biết bên cấp", en="the trust file does not know the issuer"
        )
        return
    if (said.issuer["role"], said.issuer["name"]) != (issuer.role, issuer.name.as_json()):
        yield Text(
            vi="vai trò hoặc tên của bên cấp khác với tệp tin cậy",
            en="the issuer's role or name is not that of the trust file",
        )
    crls = (*wanted.revocation, *wanted.trusted.crls)
    deciding = []
    for signer in wanted.signers:
        subject = trust.subject(signer.certificate)
        person = issuer.person(subject)
        if person is None:
            yield Text(
                vi=f"{subject} không ký cho bên cấp này",
                en=f"{subject} does not sign for the issuer",
            )
            continue
        if trust.DECISION in person.functions:
            deciding.append(person.name)
        between, roots = signer.chain, issuer.roots
        found = chains.standing(signer.certificate, between, roots, crls, said.issued)
        if found != chains.Standing.GOOD:
            yield Text(
                vi=f"chứng thư của người ký {subject}: {found}",
                en=f"the certificate of a signer, {subject}: {found}",
            )
    if said.decided_by not in deciding:
        yield Text(
            vi=f"{said.decided_by} quyết định nhưng không ký",
            en=f"{said.decided_by} decides, and does not sign",
        )


def issue(wanted: Commission, certificate: str, out: Path, registry: Registry | None) -> Path:
    """Issue what was commissioned into a new folder, and return it.

    Args:
        wanted: what, by whom and with what.
        certificate: the id.
        out: the folder, which must not exist.
        registry: where it is entered; None for a declaration that is not.

    Raises:
        UsageError: the folder is there already.
        NotEligibleError: nothing may be issued.
        CertificateError: a signature, or the registry, refuses.
        UnreachableError: the timestamping authority does not answer.
    """
    found, rests_on = examined(wanted)
    replaced, issuer = wanted.said.supersedes, wanted.said.issuer["id"]
    if registry is not None and replaced is not None:
        # Before anything is written: it has to be there, to stand, and to be the issuer's own.
        registry.may(Kind.SUPERSEDED, replaced[0], issuer)
    with _new_folder(out) as folder:
        given = {name: canonical.written(list(listed)) for name, listed in wanted.later.items()}
        made = statement.made(
            certificate,
            found,
            rests_on,
            wanted.said,
            bundle=bundle.write(
                folder / statement.BUNDLE,
                wanted.runs,
                {f"{name}.json": content for name, content in given.items()},
                max(run.results["finished"] for run in found.runs)[:10],
            ),
            place=registry.place(certificate) if registry else None,
        )
        statement.shaped(made, STATEMENT)
        _sign(folder, canonical.written(made), wanted)
    if registry is not None:
        try:
            _enter(out, made, wanted, registry)
        except ConformanceError:
            # The registry does not have it: it is none.
            shutil.rmtree(out, ignore_errors=True)
            raise
        if replaced is not None:
            signer, at = wanted.signers[0], wanted.said.issued
            words = {"replaced_by": certificate}
            lives.happen(registry, Kind.SUPERSEDED, replaced[0], signer, at, **words)
    return out


def _sign(folder: Path, content: bytes, wanted: Commission) -> None:
    """Write the statement, its envelope, what vouches for the signatures, and the paper."""
    signed = signers.signed(Envelope(envelope.STATEMENT, content), *wanted.signers).as_bytes()
    stamp = wanted.authority and timestamps.stamp(signed, *wanted.authority)
    vouching = [each for signer in wanted.signers for each in (signer.certificate, *signer.chain)]
    (folder / STATEMENT).write_bytes(content)
    (folder / ENVELOPE).write_bytes(signed)
    (folder / MATERIAL).write_bytes(material.written(vouching, wanted.revocation, stamp))
    if wanted.said.on_paper:
        drawn = paper.drawn(content)
        authority = wanted.authority[0] if wanted.authority else None
        signer, lists, roots = wanted.signers[0], wanted.revocation, wanted.trusted
        (folder / PAPER).write_bytes(paper.signed(drawn, signer, authority, lists, roots))


def _enter(folder: Path, made: Mapping[str, Any], wanted: Commission, registry: Registry) -> None:
    """Have the registry take what a statement says, and write its proof.

    Everything but the proof lies in its place already: whatever ends this process between the two
    steps, the proof can be had again from the registry (`conformance registry prove`).
    """
    said, signer, words = wanted.said, wanted.signers[0], made["predicate"]
    files = [file for file in sorted(folder.iterdir()) if file.name != statement.BUNDLE]
    packed = statement.subjects(made)[statement.BUNDLE]
    event = events.of_life(
        Kind.ISSUED,
        words["id"],
        said.issuer["id"],
        told(said.issued),
        said.decided_by,
        document=said.kind,
        place=words["status"]["place"],
        valid_until=words["valid_until"],
        files={**{file.name: bundle.digest(file) for file in files}, statement.BUNDLE: packed},
    )
    signed = signers.signed(Envelope(envelope.EVENT, canonical.written(event)), signer)
    registry.take(signed, (signer.certificate, *signer.chain), said.issued)
    (folder / PROOF).write_bytes(registry.proof(words["id"], said.issued))


@contextmanager
def _new_folder(out: Path) -> Iterator[Path]:
    """Give a folder that takes the place of `out` when the block is left without an error."""
    if out.exists():
        raise UsageError(
            Text(vi="thư mục này đã có", en="this folder is there already"),
            mend=Text(vi="chọn thư mục khác bằng --out", en="choose another with --out"),
            place=str(out),
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".certificate-", dir=out.parent))
    except OSError as error:
        raise UsageError(
            Text(vi="không ghi được ở đây", en="nothing can be written here"),
            mend=Text(vi="chọn thư mục khác bằng --out", en="choose another with --out"),
            place=str(out),
        ) from error
    folder.chmod(0o755)
    try:
        yield folder
        folder.replace(out)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
