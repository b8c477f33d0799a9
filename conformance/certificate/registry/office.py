"""The registry at work: it looks at each event before it takes it, and signs what it holds."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from conformance import documents
from conformance.certificate import (
    canonical,
    chains,
    entries,
    envelope,
    events,
    proof,
    signers,
    status,
    trust,
)
from conformance.certificate.envelope import Envelope
from conformance.certificate.events import Kind
from conformance.certificate.registry import log, publication
from conformance.certificate.registry.log import Log
from conformance.certificate.signers import Signer
from conformance.certificate.trust import Issuer, Trust
from conformance.errors import CertificateError, DocumentError, UsageError
from conformance.moments import told
from conformance.text import Text

if TYPE_CHECKING:
    from asn1crypto import x509

# Seconds: nobody needs a registry for longer than it takes to sign something.
_PATIENCE = 30
_SETTINGS, _LOG, _PUBLIC, _LOCK = "registry.yaml", "log.db", "public", ".lock"


@dataclass(frozen=True)
class Registry:
    """An open registry: its name, its log, whom it trusts, who signs for it."""

    folder: Path
    origin: str
    life: timedelta
    trust: Trust
    log: Log
    signer: Signer

    def place(self, certificate: str) -> int:
        """Return a free place in the status lists, drawn so that it tells nothing.

        It is the certificate's once its first event is taken: nobody else is here meanwhile.
        """
        for _ in range(1000):
            place = secrets.randbelow(status.LENGTH)
            if self.log.is_free(place):
                return place
        raise _refused(
            Text(
                vi="danh sách trạng thái đã đầy",
                en="the status lists are full",
            ),
            certificate,
        )

    def take(self, event: Envelope, chain: Sequence[x509.Certificate], now: datetime) -> int:
        """Append a signed event and return its number.

        Raises:
            CertificateError: whoever signed it may not, or it cannot follow what was before.
        """
        said = entries.event_of(event, self.folder.name)
        issuer = self._may(said, event, chain, now)
        kind = Kind(said["kind"])
        self.may(kind, said["id"], said["issuer"])
        self._fits(kind, said, issuer, now)
        entry, place = entries.written(event, chain), said.get("place")
        try:
            return self.log.append(entry, said["id"], str(kind), place)
        except LookupError as error:
            raise _refused(
                Text(
                    vi="vị trí trạng thái là của chứng nhận khác",
                    en="the place in the status lists is another's",
                ),
                said["id"],
            ) from error

    def proof(self, certificate: str, now: datetime) -> bytes:
        """Return the proof that a certificate is in the log as it is (`proof.json`).

        Raises:
            UsageError: it is not.
        """
        first = next(iter(self.log.entries(certificate)), None)
        if first is None:
            raise UsageError(
                Text(vi="mã này không có trong sổ", en="this id is not in the log"),
                mend=Text(
                    vi="xem các mã: `conformance registry show DIR`",
                    en="see which there are: `conformance registry show DIR`",
                ),
                place=certificate,
            )
        number, entry = first
        return proof.written(number, entry, self.log.inclusion(number), self.checkpoint(now))

    def checkpoint(self, now: datetime) -> Envelope:
        """Return the log's size and root as they are, signed by the registry."""
        content = {
            "schema": publication.CHECKPOINT,
            "origin": self.origin,
            "size": self.log.size,
            "root": self.log.root().hex(),
            "at": told(now),
            "until": told(now + self.life),
        }
        return self._signed(envelope.CHECKPOINT, content)

    def publish(self, now: datetime) -> Path:
        """Write what any web server can hold, and return the folder.

        A checkpoint is written last: who reads it finds everything that it speaks of.
        """
        public = self.folder / _PUBLIC
        for purpose in status.PURPOSES:
            kinds = [str(kind) for kind, of in events.SETS.items() if of == purpose]
            content = {
                "schema": publication.STATUS,
                "origin": self.origin,
                "purpose": purpose,
                "encoded": status.packed(self.log.places(kinds)),
                "at": told(now),
                "until": told(now + self.life),
            }
            signed = self._signed(envelope.STATUS, content)
            publication.write(public, f"status/{purpose}.json", signed.as_bytes())
        publication.write_tiles(public, self.log)
        publication.write_histories(public, self.log)
        publication.write(public, publication.CURRENT, self.checkpoint(now).as_bytes())
        return public

    def _signed(self, kind: str, content: Mapping[str, Any]) -> Envelope:
        return signers.signed(Envelope(kind, canonical.written(content)), self.signer)

    def _may(
        self,
        said: Mapping[str, Any],
        event: Envelope,
        chain: Sequence[x509.Certificate],
        now: datetime,
    ) -> Issuer:
        """Return the issuer of an event, if who signed it decides there, as things are now."""
        issuer = self.trust.issuers.get(said["issuer"])
        certificate = entries.signed_by(event, chain)
        if issuer is None or certificate is None:
            raise _refused(
                Text(vi="bên cấp không được tin cậy", en="the issuer is not trusted"), said["id"]
            )
        person = issuer.person(trust.subject(certificate))
        if person is None or trust.DECISION not in person.functions or person.name != said["by"]:
            raise _refused(
                Text(
                    vi="người ký không có quyền quyết định của bên cấp này",
                    en="who signed does not decide for this issuer",
                ),
                said["id"],
            )
        standing = chains.standing(certificate, chain, issuer.roots, self.trust.crls, now)
        if standing != chains.Standing.GOOD:
            raise _refused(
                Text(
                    vi=f"chứng thư của người ký: {standing}",
                    en=f"the signer's certificate: {standing}",
                ),
                said["id"],
            )
        return issuer

    def _fits(self, kind: Kind, said: Mapping[str, Any], issuer: Issuer, now: datetime) -> None:
        """Do nothing if an event is its own issuer's, of now, and of something there is."""
        if abs(now - datetime.fromisoformat(said["at"])) > timedelta(minutes=5):
            raise _refused(
                Text(vi="thời điểm của sự kiện không phải bây giờ", en="the event is not of now"),
                said["id"],
            )
        if kind == Kind.ISSUED:
            if said["document"] == "certificate" and issuer.role != trust.BODY:
                raise _refused(
                    Text(
                        vi="chỉ tổ chức chứng nhận được cấp giấy chứng nhận",
                        en="only a body issues certificates",
                    ),
                    said["id"],
                )
            return
        if kind == Kind.SUPERSEDED:
            self._own(said["replaced_by"], said["issuer"])

    def may(self, kind: Kind, certificate: str, issuer: str) -> None:
        """Do nothing if an issuer may make something become of a certificate now.

        Raises:
            CertificateError: it cannot follow what was before, or the certificate is another's.
        """
        before = [Kind(each) for each in self.log.kinds(certificate)]
        if kind != Kind.ISSUED:
            self._own(certificate, issuer)
        events.may_follow(kind, before, certificate)

    def _own(self, certificate: str, issuer: str) -> None:
        if self.issuer_of(certificate) != issuer:
            raise _refused(
                Text(
                    vi="không có chứng nhận này, hoặc của bên cấp khác",
                    en="no such certificate, or another issuer's",
                ),
                certificate,
            )

    def issuer_of(self, certificate: str) -> str | None:
        """Return who issued a certificate; None for one that is not in the log."""
        first = next((body for _, body in self.log.entries(certificate)), None)
        if first is None:
            return None
        return str(entries.read(first, self.origin).event["issuer"])


def create(folder: Path, origin: str, signer: str, trusted: str, life_hours: int) -> None:
    """Make an empty registry.

    Args:
        folder: where.
        origin: its name, told in every checkpoint.
        signer: the signer file, as seen from the folder.
        trusted: the trust file, as seen from the folder.
        life_hours: how long what it signs about the present may be believed.

    Raises:
        CertificateError: there is one.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            Text(vi="không lập được thư mục", en="the folder cannot be made"),
            mend=Text(vi="chọn thư mục khác", en="choose another folder"),
            place=str(folder),
        ) from error
    log.create(folder / _LOG)
    content = {
        "schema": "conformance-registry/1",
        "origin": origin,
        "signer": signer,
        "trust": trusted,
        "life_hours": life_hours,
    }
    (folder / _SETTINGS).write_bytes(canonical.written(content) + b"\n")


@contextmanager
def opened(folder: Path) -> Iterator[Registry]:
    """Open a registry, for this process alone, until the block is left.

    Raises:
        DocumentError: its settings, or the files that they name, do not hold together.
        CertificateError: there is no log, or its signer does not open.
    """
    path = folder / _SETTINGS
    said = documents.read(path)
    documents.conform(said, "registry", place=str(path), error=DocumentError)
    with (
        _alone(folder),
        log.opened(folder / _LOG) as opened_log,
        signers.opened(folder / said["signer"]) as signer,
    ):
        life = timedelta(hours=said["life_hours"])
        trusted = trust.read(folder / said["trust"])
        yield Registry(folder, said["origin"], life, trusted, opened_log, signer)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the registry until the block is left.

    Raises:
        UsageError: another process has held it for a while.
    """
    try:
        with FileLock(folder / _LOCK, timeout=_PATIENCE):
            yield
    except Timeout as error:
        raise UsageError(
            Text(vi="một tiến trình khác đang giữ sổ", en="another process holds the registry"),
            mend=Text(vi="đợi nó xong rồi thử lại", en="wait for its end, then go again"),
            place=str(folder),
        ) from error


def _refused(what: Text, certificate: str) -> CertificateError:
    return CertificateError(
        Text(vi=f"sổ đăng ký từ chối: {what.vi}", en=f"the registry refuses: {what.en}"),
        mend=Text(
            vi="kiểm tra bên cấp, người ký và tệp tin cậy của sổ",
            en="look at the issuer, the signer and the trust file of the registry",
        ),
        place=certificate,
    )
