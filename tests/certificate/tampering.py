"""Ten thousand ways to spoil a certificate: each a folder of files, and what was done to it."""

from __future__ import annotations

import base64
import io
import json
import random
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from scene import Office

from conformance.certificate import canonical, envelope, issuing, signers, statement
from conformance.certificate.envelope import Envelope, Signature

# What is looked at: the files of the certificate, and what its registry shows.
OWN = (
    issuing.STATEMENT,
    issuing.ENVELOPE,
    issuing.MATERIAL,
    issuing.PROOF,
    issuing.PAPER,
    statement.BUNDLE,
)
SHOWN = ("checkpoint.json", "status/revocation.json", "status/suspension.json")


@dataclass(frozen=True)
class Spoilt:
    """One mutation: what was done, and the files that differ, by `own/NAME` or `shown/NAME`.

    None stands for a file that was taken away.
    """

    what: str
    files: dict[str, bytes | None]


def _flipped(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    at = chance.randrange(len(content))
    return f"flip {at}", (
        content[:at] + bytes([content[at] ^ chance.randrange(1, 256)]) + content[at + 1 :]
    )


def _cut(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    at = chance.randrange(len(content))
    return f"truncate at {at}", content[:at]


def _dropped(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    at = chance.randrange(len(content))
    size = chance.randrange(1, 40)
    return f"drop {size} at {at}", content[:at] + content[at + size :]


def _added(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    at = chance.randrange(len(content) + 1)
    return f"insert at {at}", content[:at] + chance.randbytes(chance.randrange(1, 20)) + content[
        at:
    ]


def _repeated(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    begin = chance.randrange(len(content))
    size = chance.randrange(1, 200)
    part = content[begin : begin + size]
    return f"repeat {size} at {begin}", content[:begin] + part + content[begin:]


_REGIONS: tuple[Callable[[bytes, random.Random], tuple[str, bytes]], ...] = (
    _flipped,
    _flipped,
    _flipped,
    _cut,
    _dropped,
    _added,
    _repeated,
)


def regions(files: dict[str, bytes], count: int, seed: int) -> Iterator[Spoilt]:
    """Yield mutations of byte regions, evenly over the files."""
    chance = random.Random(seed)  # noqa: S311  # which bytes, not a secret
    names = sorted(files)
    made = 0
    while made < count:
        name = names[made % len(names)]
        bend = chance.choice(_REGIONS)
        what, content = bend(files[name], chance)
        if content == files[name]:
            continue
        made += 1
        yield Spoilt(f"{name}: {what}", {name: content})


def respelt(files: dict[str, bytes]) -> Iterator[Spoilt]:
    """Yield other spellings of the same JSON: what it says is the same, the bytes are not."""
    for name, content in files.items():
        if not name.endswith(".json"):
            continue
        document = json.loads(content)
        spellings = {
            "a space at the end": content + b" ",
            "a line end": content + b"\n",
            "a byte order mark": b"\xef\xbb\xbf" + content,
            "indented": json.dumps(document, indent=1, ensure_ascii=False).encode(),
            "escaped": canonical.written(document).replace(b"/", b"\\/", 1),
            "UTF-16": content.decode().encode("utf-16"),
        }
        if isinstance(document, dict):
            first = next(iter(document))
            spellings["a key twice"] = b"{" + json.dumps(first).encode() + b":null," + content[1:]
            spellings["a key more"] = canonical.written({**document, "zz": 1})
            for key in document:
                less = {name_: value for name_, value in document.items() if name_ != key}
                spellings[f"without {key}"] = canonical.written(less)
                spellings[f"{key} is null"] = canonical.written({**document, key: None})
                spellings[f"{key} is a list"] = canonical.written({**document, key: []})
        yield from (
            Spoilt(f"{name}: {what}", {name: made})
            for what, made in spellings.items()
            if made != content
        )


def swapped(files: dict[str, bytes], others: dict[str, bytes]) -> Iterator[Spoilt]:
    """Yield every file, and every pair of files, of another true certificate in its place."""
    # One signer, one chain: what vouches for the one may be what vouches for the other.
    names = [n for n in files if n.startswith("own/") and others.get(n) not in {None, files[n]}]
    for name in names:
        yield Spoilt(f"{name} of another", {name: others[name]})
        for second in names:
            if second > name:
                yield Spoilt(
                    f"{name} and {second} of another",
                    {name: others[name], second: others[second]},
                )
    yield from (Spoilt(f"{name} gone", {name: None}) for name in files)
    for name in names:
        rest = {each: others[each] for each in names if each != name}
        yield Spoilt(f"all but {name} of another", rest)


def said_otherwise(files: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield statements that say something else, in canonical form."""
    content = files[f"own/{issuing.STATEMENT}"]

    def changed(what: str, change: Callable[[dict[str, Any]], None]) -> tuple[str, bytes]:
        document = json.loads(content)
        change(document)
        return what, canonical.canonical(document)

    def at(*keys: Any, value: Any) -> Callable[[dict[str, Any]], None]:
        def change(document: dict[str, Any]) -> None:
            node: Any = document
            for key in keys[:-1]:
                node = node[key]
            node[keys[-1]] = value

        return change

    name = json.loads(content)["predicate"]["id"]
    yield changed("valid for ever", at("predicate", "valid_until", value="2099-12-31"))
    yield changed("another version", at("predicate", "item", "version", value="2.0"))
    yield changed("another item", at("predicate", "item", "name", value="x"))
    yield changed("nobody evaluated", at("predicate", "decision", "evaluators", value=[]))
    yield changed("no status", at("predicate", "status", value=None))
    yield changed("another place", at("predicate", "status", "place", value=5))
    yield changed("another registry", at("predicate", "status", "origin", value="x"))
    yield changed("a declaration", at("predicate", "kind", value="declaration"))
    yield changed("another bundle", at("subject", 0, "digest", "sha256", value="0" * 64))
    yield changed("another depth", at("predicate", "method", "depth", value="deep"))
    yield changed(
        "a verdict turned", at("predicate", "results", "requirements", 0, "verdict", value="waived")
    )
    for letter, twin in {"a": "а", "e": "е", "o": "о", "-": "‐", "r": "r\u200b", "h": "ｈ"}.items():
        if letter in name:
            spelt = name.replace(letter, twin, 1)
            yield changed(
                f"an id that looks the same ({twin!r})", at("predicate", "id", value=spelt)
            )
    yield changed("an id in NFD", at("predicate", "id", value=name + "e\u0301"))
    yield changed("an id in capitals", at("predicate", "id", value=name.upper()))
    yield changed(
        "a name in NFD", at("predicate", "item", "name", value="Ha\u0300 No\u0323\u0302i")
    )
    yield changed("an id that goes up", at("predicate", "id", value="../" + name))


def forged(files: dict[str, bytes], office: Office, stranger: Office) -> Iterator[Spoilt]:
    """Yield statements that say something else, signed by everybody who might try."""
    own = f"own/{issuing.ENVELOPE}"
    signed = envelope.read(files[own], envelope.STATEMENT, own)
    people = {
        "nobody": None,
        "a stranger of the same name": stranger.folder / "body" / "decision.yaml",
        "the agency": office.folder / "agency" / "decision.yaml",
        "who only evaluates": office.folder / "body" / "evaluation.yaml",
        "the issuer, past the registry": office.folder / "body" / "decision.yaml",
    }
    statements = [("the same", signed.payload), *said_otherwise(files)]
    for who, path in people.items():
        for what, content in statements:
            made = Envelope(envelope.STATEMENT, content)
            if path is None:
                made = Envelope(envelope.STATEMENT, content, signed.signatures)
                if what == "the same":
                    continue
            else:
                with signers.opened(path) as signer:
                    made = signers.signed(made, signer)
            yield Spoilt(
                f"{what}, signed by {who}",
                {own: made.as_bytes(), f"own/{issuing.STATEMENT}": content},
            )


def resigned(files: dict[str, bytes]) -> Iterator[Spoilt]:
    """Yield envelopes whose signatures were tampered with as such."""
    own = f"own/{issuing.ENVELOPE}"
    signed = envelope.read(files[own], envelope.STATEMENT, own)
    first = signed.signatures[0]
    from cryptography.hazmat.primitives.asymmetric.utils import (  # noqa: PLC0415
        decode_dss_signature,
        encode_dss_signature,
    )

    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    r, s = decode_dss_signature(first.value)
    other = Signature(first.keyid, encode_dss_signature(r, order - s))
    sets = {
        "none": (),
        "twice the same": (first, first),
        "the other s": (other,),
        "both s": (first, other),
        "an unknown keyid": (Signature("sha256:" + "0" * 64, first.value),),
        "an empty keyid": (Signature("", first.value),),
        "an empty value": (Signature(first.keyid, b""),),
        "a second of nobody": (first, Signature("x", first.value)),
    }
    for what, several in sets.items():
        made = Envelope(signed.payload_type, signed.payload, several)
        yield Spoilt(f"signatures: {what}", {own: made.as_bytes()})
    for kind in ("application/json", envelope.EVENT, "", envelope.STATEMENT + " "):
        made = Envelope(kind, signed.payload, signed.signatures)
        yield Spoilt(f"payload type {kind!r}", {own: made.as_bytes()})


def rebundled(files: dict[str, bytes]) -> Iterator[Spoilt]:
    """Yield bundles whose manifests are right: records cut, turned round, with new footers."""
    own = f"own/{statement.BUNDLE}"
    with tarfile.open(fileobj=io.BytesIO(files[own])) as archive:
        content = {
            entry.name: archive.extractfile(entry).read()  # type: ignore[union-attr]
            for entry in archive
        }
    record = next(name for name in content if name.endswith("record.jsonl"))
    lines = content[record].splitlines(keepends=True)
    middle = [number for number, line in enumerate(lines) if line.startswith(b'{"exchange"')]

    def with_footer(kept: list[bytes]) -> bytes:
        body = b"".join(kept[:-1])
        footer = {"lines": len(kept) - 1, "sha256": sha256(body).hexdigest()}
        return body + json.dumps({"footer": footer}, separators=(",", ":")).encode() + b"\n"

    records = {
        "without its footer": b"".join(lines[:-1]),
        "without an exchange, a new footer": with_footer(
            [line for number, line in enumerate(lines) if number != middle[-1]]
        ),
        "turned round, a new footer": with_footer(
            [*lines[: middle[0]], *(lines[n] for n in reversed(middle)), *lines[middle[-1] + 1 :]]
        ),
        "its results turned, a new footer": with_footer(
            [line.replace(b'"verdict":"fail"', b'"verdict":"pass"') for line in lines] + []
        ),
        "an exchange twice, a new footer": with_footer([*lines[:2], lines[middle[0]], *lines[2:]]),
        "a forged footer": b"".join(lines[:-1])
        + b'{"footer":{"lines":1,"sha256":"'
        + b"0" * 64
        + b'"}}\n',
    }
    for what, made in records.items():
        if made == content[record]:
            continue
        yield Spoilt(f"the record {what}", {own: _packed({**content, record: made})})
    results = record.replace("record.jsonl", "results.json")
    yield Spoilt("no results", {own: _packed({k: v for k, v in content.items() if k != results})})
    yield Spoilt("a file more", {own: _packed({**content, "bundle/data/acts/x.json": b"[]"})})
    yield Spoilt("a way out", {own: _packed({**content, "bundle/../../x": b"x"})})


def _packed(content: dict[str, bytes]) -> bytes:
    """Return an archive with right manifests."""
    payload = {
        name.removeprefix("bundle/"): each
        for name, each in content.items()
        if name.startswith(("bundle/data/", "bundle/../"))
    }
    manifest = "".join(f"{sha256(payload[n]).hexdigest()}  {n}\n" for n in sorted(payload))
    tags = {
        "bagit.txt": content["bundle/bagit.txt"],
        "bag-info.txt": content["bundle/bag-info.txt"],
        "manifest-sha256.txt": manifest.encode(),
    }
    tag_manifest = "".join(f"{sha256(tags[n]).hexdigest()}  {n}\n" for n in sorted(tags))
    tags["tagmanifest-sha256.txt"] = tag_manifest.encode()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, each in sorted([*tags.items(), *payload.items()]):
            entry = tarfile.TarInfo(f"bundle/{name}")
            entry.size, entry.mode = len(each), 0o644
            archive.addfile(entry, io.BytesIO(each))
    return out.getvalue()


def disproved(files: dict[str, bytes], other: dict[str, bytes]) -> Iterator[Spoilt]:
    """Yield proofs that are bent as proofs."""
    own = f"own/{issuing.PROOF}"
    proof = json.loads(files[own])
    elsewhere = json.loads(other[own])
    entry = json.loads(base64.b64decode(proof["entry"]))
    bent = {
        "another number": {"number": proof["number"] + 1},
        "number 0": {"number": 0},
        "an empty way": {"inclusion": []},
        "a longer way": {"inclusion": [*proof["inclusion"], "00" * 32]},
        "the other's checkpoint": {"checkpoint": elsewhere["checkpoint"]},
        "the other's entry": {"entry": elsewhere["entry"]},
        "the other's way": {"inclusion": elsewhere["inclusion"]},
        "an entry without certificates": {
            "entry": base64.b64encode(canonical.written({**entry, "certificates": []})).decode()
        },
    }
    for what, change in bent.items():
        made = canonical.written({**proof, **change})
        if made != files[own]:
            yield Spoilt(f"proof: {what}", {own: made})


def files_of(folder: Path, public: Path) -> dict[str, bytes]:
    """Return what a verifier is given."""
    own = {f"own/{name}": (folder / name).read_bytes() for name in OWN if (folder / name).is_file()}
    return own | {f"shown/{name}": (public / name).read_bytes() for name in SHOWN}
