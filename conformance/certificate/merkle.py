"""The Merkle tree of an append-only log: roots, inclusion and consistency (RFC 9162, section 2.1).

A tree is told by its leaves' hashes alone. `node(level, index)` gives the hash of a full subtree of
2^level leaves, which a log keeps, so that proofs of large logs read some dozens of hashes only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

Node = Callable[[int, int], bytes]
HASH = 32


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry (section 2.1.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees (section 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grown(leaf: bytes, index: int, node: Node) -> list[tuple[int, int, bytes]]:
    """Return the full subtrees that a leaf completes, as (level, index, hash), its own first.

    Args:
        leaf: the hash of the new leaf.
        index: its index, which is the size of the tree before it.
        node: finds the subtrees that were full before.
    """
    level, found, hashed = 0, [(0, index, leaf)], leaf
    while index & 1:
        hashed = node_hash(node(level, index - 1), hashed)
        level, index = level + 1, index >> 1
        found.append((level, index, hashed))
    return found


def root(size: int, node: Node) -> bytes:
    """Return the root hash of the first `size` leaves (section 2.1.1)."""
    return _range(0, size, node) if size else hashlib.sha256().digest()


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """Return the proof that a leaf is in the tree of `size` leaves (section 2.1.3.1)."""
    if not 0 <= index < size:
        message = f"no leaf {index} in a tree of {size}"
        raise IndexError(message)
    return _path(index, 0, size, node)


def consistency(first: int, second: int, node: Node) -> list[bytes]:
    """Return the proof that one tree begins with the other (section 2.1.4.1)."""
    if not 0 < first <= second:
        message = f"no proof from {first} to {second}"
        raise IndexError(message)
    return [] if first == second else _subproof(first, 0, second, node, whole=True)


def includes(entry: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> bool:
    """Whether a proof shows an entry at an index of a tree (section 2.1.3.2)."""
    if not 0 <= index < size or any(len(step) != HASH for step in proof):
        return False
    fn, sn, hashed = index, size - 1, leaf_hash(entry)
    for step in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            hashed = node_hash(step, hashed)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            hashed = node_hash(hashed, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and hashed == root_hash


def consistent(
    first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> bool:
    """Whether a proof shows that the second tree begins with the first (section 2.1.4.2)."""
    if first == second:
        return not proof and first_root == second_root
    if not 0 < first < second or any(len(step) != HASH for step in proof):
        return False
    steps = list(proof)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    if not steps:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            before, after = node_hash(step, before), node_hash(step, after)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            after = node_hash(after, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and before == first_root and after == second_root


def _range(begin: int, end: int, node: Node) -> bytes:
    """Return the hash of the leaves from `begin` up to `end`, as the tree divides itself."""
    size = end - begin
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, begin >> level)
    half = begin + _split(size)
    return node_hash(_range(begin, half, node), _range(half, end, node))


def _path(index: int, begin: int, end: int, node: Node) -> list[bytes]:
    if end - begin == 1:
        return []
    half = begin + _split(end - begin)
    if index < half:
        return [*_path(index, begin, half, node), _range(half, end, node)]
    return [*_path(index, half, end, node), _range(begin, half, node)]


def _subproof(first: int, begin: int, end: int, node: Node, *, whole: bool) -> list[bytes]:
    if first == end:
        return [] if whole else [_range(begin, end, node)]
    half = begin + _split(end - begin)
    if first <= half:
        return [
            *_subproof(first, begin, half, node, whole=whole),
            _range(half, end, node),
        ]
    return [
        *_subproof(first, half, end, node, whole=False),
        _range(begin, half, node),
    ]


def _split(size: int) -> int:
    """Return the largest power of two below a size of two or more."""
    return 1 << (size - 1).bit_length() - 1
