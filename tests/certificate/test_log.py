"""The Merkle log: the vectors of Certificate Transparency, every small tree, and who takes away."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.certificate import merkle, status
from conformance.certificate.registry import log as logs
from conformance.certificate.registry import publication
from conformance.errors import CertificateError

# The entries and roots with which certificate-transparency tests its trees (RFC 6962, 2.1).
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    logs.create(tmp_path / "log.db")
    return tmp_path / "log.db"


def filled(log: logs.Log, entries: list[bytes]) -> None:
    for number, entry in enumerate(entries):
        assert log.append(entry, f"c{number}", "issued") == number


def test_the_vectors_of_certificate_transparency(path: Path) -> None:
    with logs.opened(path) as log:
        filled(log, ENTRIES)
        for size, root in enumerate(ROOTS):
            assert log.root(size).hex() == root


def test_every_proof_of_every_small_tree(path: Path) -> None:
    entries = [bytes([number]) * 3 for number in range(33)]
    with logs.opened(path) as log:
        filled(log, entries)
        for size in range(1, 34):
            root = log.root(size)
            for number in range(size):
                way = log.inclusion(number, size)
                assert merkle.includes(entries[number], number, size, way, root)
                assert not merkle.includes(b"x", number, size, way, root)
                assert not merkle.includes(entries[number], number + 1, size, way, root)
                assert not merkle.includes(entries[number], number, size, [*way, root], root)
                if way:
                    assert not merkle.includes(entries[number], number, size, way[:-1], root)
            for first in range(1, size + 1):
                steps = merkle.consistency(first, size, log.node)
                before = log.root(first)
                assert merkle.consistent(first, size, steps, before, root)
                assert merkle.consistent(first, size, steps, b"\0" * 32, root) is False
                assert merkle.consistent(first, size, [*steps, root], before, root) is False
                if first < size:
                    assert not merkle.consistent(first, size, steps, before, b"\0" * 32)
                    assert not merkle.consistent(first, size, [], before, root)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 4), (5, 4)])
def test_no_proof_of_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        merkle.inclusion(index, size, lambda _l, _p: b"")
    assert not merkle.includes(b"", index, size, [], b"")


@pytest.mark.parametrize("table", ["entries", "nodes", "places"])
def test_nothing_is_changed_or_taken_away(path: Path, table: str) -> None:
    with logs.opened(path) as log:
        filled(log, ENTRIES)
        assert log.append(b"a", "d1", "issued", 7) == log.size - 1
        assert not log.is_free(7)
        assert log.is_free(8)
        size = log.size
        for certificate, place in (("d2", 7), ("d1", 8)):
            with pytest.raises(LookupError):
                log.append(b"a", certificate, "issued", place)
        assert log.size == size
        assert log.root()
    database = sqlite3.connect(path)
    for words in (f"delete from {table}", f"update {table} set rowid = rowid"):  # noqa: S608  # our tables
        if table == "nodes" and words.startswith("update"):
            words = "update nodes set hash = x'00'"  # noqa: PLW2901  # it has no rowid
        with pytest.raises(sqlite3.DatabaseError, match="append-only"):
            database.execute(words)
    database.close()


def test_tiles_give_every_proof(path: Path, tmp_path: Path) -> None:
    public = tmp_path / "public"
    entries = [str(number).encode() for number in range(700)]
    with logs.opened(path) as log:
        filled(log, entries)
        publication.write_tiles(public, log)
        node = publication.nodes(publication.source(str(public)))
        for size in (1, 2, 255, 256, 257, 511, 512, 513, 700):
            assert merkle.root(size, node) == log.root(size)
            assert merkle.inclusion(size // 2, size, node) == log.inclusion(size // 2, size)
        for first, second in ((1, 700), (255, 700), (256, 512), (300, 513), (699, 700)):
            expected = merkle.consistency(first, second, log.node)
            assert merkle.consistency(first, second, node) == expected
    with pytest.raises(IndexError):
        node(0, 700)


def test_a_log_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match="does not open"), logs.opened(tmp_path / "x.db"):
        pass
    (tmp_path / "y.db").write_bytes(b"no database" * 100)
    with pytest.raises(CertificateError, match="does not open"), logs.opened(tmp_path / "y.db"):
        pass
    with pytest.raises(CertificateError, match="already"):
        logs.create(tmp_path / "y.db")


# --- status lists -------------------------------------------------------------------------------


@given(st.sets(st.integers(0, status.LENGTH - 1), max_size=20), st.integers(0, status.LENGTH - 1))
def test_a_bit_is_set_where_it_was_set(indexes: set[int], other: int) -> None:
    encoded = status.packed(indexes)
    assert encoded.startswith("u")
    assert all(status.is_set(encoded, index, "x") for index in indexes)
    assert status.is_set(encoded, other, "x") == (other in indexes)


def test_the_first_bit_is_the_leftmost() -> None:
    import base64  # noqa: PLC0415
    import gzip  # noqa: PLC0415

    text = status.packed([0])[1:]
    bits = gzip.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    assert bits[0] == 0b1000_0000
    assert len(bits) * 8 == status.LENGTH == 131_072


@pytest.mark.parametrize("index", [-1, status.LENGTH])
def test_no_bit_outside_the_list(index: int) -> None:
    with pytest.raises(IndexError):
        status.packed([index])
    with pytest.raises(CertificateError):
        status.is_set(status.packed([]), index, "x")


def test_a_list_that_unpacks_without_end_is_none() -> None:
    import base64  # noqa: PLC0415
    import gzip  # noqa: PLC0415

    for size in (0, 100, status.LENGTH // 8 - 1, status.LENGTH // 8 + 1, 50_000_000):
        squeezed = gzip.compress(b"\0" * size)
        encoded = "u" + base64.urlsafe_b64encode(squeezed).decode().rstrip("=")
        with pytest.raises(CertificateError, match="cannot be read"):
            status.is_set(encoded, 0, "x")
    for encoded in ("", "x", "u", "u***", "uAAAA"):
        with pytest.raises(CertificateError, match="cannot be read"):
            status.is_set(encoded, 0, "x")
