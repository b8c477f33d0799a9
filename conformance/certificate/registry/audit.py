"""Looking a whole log through: every hash, every signature, the order of every life."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from conformance.certificate import chains, entries, envelope, events, merkle, proof, trust
from conformance.certificate.entries import Entry
from conformance.certificate.events import Kind
from conformance.certificate.registry.office import Registry
from conformance.errors import CertificateError, UsageError
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
    for number, certificate, kind, body in registry.log.rows():
        leaves.append(merkle.leaf_hash(body))
        whole = [registry.log.node(level, at) == told for level, at, told in _completed(leaves)]
        problem = _entry(registry, body, lives, (certificate, kind))
        if not all(whole):
            problem = problem or Text(vi="cây băm không khớp", en="the tree is not of the entries")
        if problem is not None:
            found.append(Text(vi=f"mục {number}: {problem.vi}", en=f"entry {number}: {problem.en}"))
    if registry.log.leaves != len(leaves):
        found.append(Text(vi="có mục đã bị xoá", en="an entry was taken away"))
    elif _root(leaves) != registry.log.root():
        found.append(Text(vi="cây băm không khớp", en="the tree is not that of the entries"))
    if since is not None:
        found += _since(registry, leaves, since)
    return found


def _completed(leaves: list[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Yield the subtrees that the last leaf completes, computed from the leaves alone."""
    size, level = len(leaves), 0
    while size % (1 << level) == 0:
        yield level, (size >> level) - 1, _root(leaves[size - (1 << level) :])
        level += 1


def _entry(
    registry: Registry, body: bytes, lives: dict[str, list[Kind]], told: tuple[str, str]
) -> Text | None:
    """Return what is wrong with an entry, of which the file tells a certificate and a kind."""
    try:
        entry = entries.read(body, registry.origin)
        name, kind = entry.event["id"], Kind(entry.event["kind"])
        events.may_follow(kind, lives.get(name, ()), name)
    except CertificateError as error:
        return error.what
    if told != (name, kind):
        return Text(vi="cột không khớp với mục đã ký", en="the columns are not those of the event")
    before = lives.setdefault(name, [])
    if not before and registry.log.place_of(name) != entry.event["place"]:
        return Text(vi="vị trí trạng thái khác", en="another place in the status lists")
    before.append(kind)
    return _signed_wrongly(registry, entry)


def _signed_wrongly(registry: Registry, entry: Entry) -> Text | None:
    """Return why somebody signed an entry who may not, or None."""
    issuer = registry.trust.issuers.get(entry.event["issuer"])
    certificate = entries.signed_by(entry.signed, entry.chain)
    if issuer is None or certificate is None:
        return Text(vi="chữ ký không đúng", en="the signature does not verify")
    person = issuer.person(trust.subject(certificate))
    if person is None or trust.DECISION not in person.functions:
        return Text(vi="người ký không có quyền quyết định", en="signed by who does not decide")
    if registry.issuer_of(entry.event["id"]) != entry.event["issuer"]:
        return Text(vi="của bên cấp khác", en="another issuer's certificate")
    return None


def _since(registry: Registry, leaves: list[bytes], path: Path) -> list[Text]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            Text(vi="không đọc được checkpoint", en="the checkpoint cannot be read"),
            mend=Text(vi="nêu tệp checkpoint.json cũ", en="name an earlier checkpoint.json"),
            place=str(path),
        ) from error
    signed = envelope.read(content, envelope.CHECKPOINT, str(path))
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
