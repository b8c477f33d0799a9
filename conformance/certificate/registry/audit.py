"""Looking a whole log through: every hash, every signature, the order of every life."""

from __future__ import annotations

from pathlib import Path

from conformance.certificate import chains, entries, envelope, events, merkle, proof, trust
from conformance.certificate.events import Kind
from conformance.certificate.registry.office import Registry
from conformance.errors import CertificateError
from conformance.text import Text


def wrong(registry: Registry, since: Path | None = None) -> list[Text]:
    """Return what is wrong with a log; nothing for one that is whole.

    Args:
        registry: the open registry.
        since: a checkpoint of earlier, with which the log has to be consistent.
    """
    found: list[Text] = []
    leaves: list[bytes] = []
    lives: dict[str, list[Kind]] = {}
    for number, body in registry.log.entries():
        leaves.append(merkle.leaf_hash(body))
        problem = _entry(registry, body, lives)
        if problem is not None:
            found.append(Text(vi=f"mục {number}: {problem.vi}", en=f"entry {number}: {problem.en}"))
    if _root(leaves) != registry.log.root():
        found.append(Text(vi="cây băm không khớp", en="the tree is not that of the entries"))
    if since is not None:
        found += _since(registry, leaves, since)
    return found


def _entry(registry: Registry, body: bytes, lives: dict[str, list[Kind]]) -> Text | None:
    try:
        entry = entries.read(body, registry.origin)
        name, kind = entry.event["id"], Kind(entry.event["kind"])
        events.may_follow(kind, lives.get(name, ()), name)
    except CertificateError as error:
        return error.what
    lives.setdefault(name, []).append(kind)
    issuer = registry.trust.issuers.get(entry.event["issuer"])
    certificate = entries.signed_by(entry.signed, entry.chain)
    if issuer is None or certificate is None:
        return Text(vi="chữ ký không đúng", en="the signature does not verify")
    if issuer.person(trust.subject(certificate)) is None:
        return Text(vi="người ký không thuộc bên cấp", en="signed by somebody else")
    return None


def _since(registry: Registry, leaves: list[bytes], path: Path) -> list[Text]:
    signed = envelope.read(path.read_bytes(), envelope.CHECKPOINT, str(path))
    said = proof.signed_words(signed, "checkpoint", str(path))
    keys = registry.trust.registries.get(registry.origin, {})
    if not any(
        each.keyid in keys and chains.key_verifies(keys[each.keyid], each.value, signed.signed)
        for each in signed.signatures
    ):
        return [Text(vi="checkpoint không do sổ ký", en="the registry did not sign the checkpoint")]
    if said["size"] > len(leaves) or _root(leaves[: said["size"]]).hex() != said["root"]:
        return [Text(vi="sổ đã bị viết lại", en="the log was written anew since the checkpoint")]
    return []


def _root(leaves: list[bytes]) -> bytes:
    """Return the root of a tree, computed from its leaves alone (RFC 9162, section 2.1.1)."""
    if not leaves:
        return merkle.root(0, lambda _level, _place: b"")
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return merkle.node_hash(_root(leaves[:half]), _root(leaves[half:]))
