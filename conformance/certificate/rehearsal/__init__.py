"""Everything that issuing takes, made up on this machine: to practise with, and to test us with.

    REHEARSAL/authority/      root and issuing authority, with their revocation lists
              body/           issuer.yaml, decision.yaml and evaluation.yaml: two who sign
              agency/         issuer.yaml, decision.yaml: an agency, which declares about itself
              acts/           attestation.yaml, waiver.yaml: who attests, and who waives
              registry/       an empty registry, its signer
              trust.yaml      who trusts all of them

Nobody else trusts these keys, and every name says that it is a rehearsal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from conformance.certificate.registry import create
from conformance.certificate.rehearsal.pki import Authority, Certified
from conformance.errors import UsageError
from conformance.text import Text

ORIGIN = "rehearsal"
# Who plays which part: the folder, the name of the signer file, the person, and what they do.
_PARTS: Mapping[str, tuple[tuple[str, str, Sequence[str]], ...]] = {
    "body": (
        ("decision", "Trần Thị Diễn Tập", ("decision",)),
        ("evaluation", "Lê Văn Diễn Tập", ("evaluation", "attestation")),
        ("waiver", "Phạm Thị Diễn Tập", ("waiver",)),
    ),
    "agency": (("decision", "Nguyễn Văn Diễn Tập", ("decision", "attestation")),),
}
_NAMES = {
    "body": Text(vi="Tổ chức chứng nhận diễn tập", en="Rehearsal certification body"),
    "agency": Text(vi="Cơ quan diễn tập", en="Rehearsal agency"),
}
_ADDRESS = Text(vi="Chỉ để diễn tập, không có giá trị", en="For rehearsal only, of no value")


def make(folder: Path, authority: Authority | None = None) -> Authority:
    """Make everything in a new folder, and return the authority behind it.

    Raises:
        UsageError: the folder is there already.
    """
    if folder.exists():
        raise UsageError(
            Text(vi="thư mục này đã có", en="this folder is there already"),
            mend=Text(vi="chọn thư mục khác", en="choose another folder"),
            place=str(folder),
        )
    authority = authority or Authority.new("Rehearsal")
    try:
        authority.write(folder / "authority")
    except OSError as error:
        raise UsageError(
            Text(vi="không ghi được ở đây", en="nothing can be written here"),
            mend=Text(vi="chọn thư mục khác", en="choose another folder"),
            place=str(folder),
        ) from error
    issuers = [_issuer(folder, role, authority) for role in _PARTS]
    registry = folder / "registry"
    _write_signer(registry, "signer", authority.person("Rehearsal Registry"))
    _write(
        folder / "trust.yaml",
        {
            "schema": "conformance-trust/1",
            "issuers": issuers,
            "registries": [{"origin": ORIGIN, "keys": ["registry/signer.pem"]}],
            "timestamping": {"roots": ["authority/root.pem"]},
            "revocation": ["authority/root.crl", "authority/issuing.crl"],
        },
    )
    create(registry, ORIGIN, "signer.yaml", "../trust.yaml", 48)
    return authority


def _issuer(folder: Path, role: str, authority: Authority) -> dict[str, Any]:
    """Write an issuer and its people, and return how the trust file tells of them."""
    people = []
    for name, person, functions in _PARTS[role]:
        certified = authority.person(person)
        _write_signer(folder / role, name, certified)
        subject = f"CN={person},C=VN"
        people.append({"name": person, "functions": list(functions), "subject": subject})
    said = {"id": f"rehearsal-{role}", "role": role, "name": _NAMES[role].as_json()}
    _write(folder / role / "issuer.yaml", {**said, "address": _ADDRESS.as_json()})
    return {**said, "roots": ["authority/root.pem"], "people": people}


def _write_signer(folder: Path, name: str, certified: Certified) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.pem").write_bytes(certified.pem)
    key = folder / f"{name}.key"
    key.touch(mode=0o600)
    key.write_bytes(certified.key_pem)
    said = {"kind": "file", "key": f"{name}.key", "certificate": f"{name}.pem"}
    _write(folder / f"{name}.yaml", {**said, "chain": ["../authority/issuing.pem"]})


def _write(path: Path, document: Any) -> None:
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8", newline="\n")
