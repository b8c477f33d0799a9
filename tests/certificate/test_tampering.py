"""No spoilt certificate is accepted; each is told with a reason, and the true one passes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import scene
import tampering
from scene import Office
from tampering import Spoilt

from conformance.certificate import canonical, eligibility, envelope, signers, statement
from conformance.certificate.envelope import Envelope
from conformance.certificate.events import Kind
from conformance.certificate.registry import publication
from conformance.certificate.trust import Trust
from conformance.certificate.verification import Answer, Question, overall, verify
from conformance.moments import now

SEED = 20261123


@dataclass
class Bench:
    """A true certificate, laid out once; each mutation is put in place and taken away again."""

    folder: Path
    public: Path
    files: dict[str, bytes]
    others: dict[str, bytes]
    trusted: Trust
    office: Office
    stranger: Office

    def place(self, name: str) -> Path:
        kind, _, rest = name.partition("/")
        return (self.folder if kind == "own" else self.public) / rest

    def accepted(self, spoilt: Spoilt, *, rejudge: bool = False) -> bool:
        """Whether a verifier takes what was spoilt; told reasons are asserted."""
        for name, content in spoilt.files.items():
            if content is None:
                self.place(name).unlink()
            else:
                self.place(name).write_bytes(content)
        try:
            return self.true(rejudge=rejudge)
        finally:
            for name in spoilt.files:
                self.place(name).write_bytes(self.files[name])

    def true(self, *, rejudge: bool = False) -> bool:
        asked = Question(
            self.folder,
            self.trusted,
            now(),
            publication.source(str(self.public)),
            rejudge=rejudge,
        )
        steps = verify(asked)
        refused = [step for step in steps if step.answer is not Answer.VALID]
        assert all(step.because.vi and step.because.en for step in refused)
        return overall(steps) is Answer.VALID


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, run: Path) -> Bench:
    folder = tmp_path_factory.mktemp("tampering")
    office, stranger = Office.new(folder / "office"), Office.new(folder / "stranger")
    # Others before and after it: the way to the root is not empty.
    other = office.issue(run, on_paper=True)
    certificate = office.issue(run, on_paper=True)
    office.issue(run)
    public = Path(shutil.copytree(office.public, folder / "public"))
    return Bench(
        certificate,
        public,
        tampering.files_of(certificate, public),
        tampering.files_of(other, public),
        office.trusted,
        office,
        stranger,
    )


def refused(bench: Bench, several: Iterator[Spoilt]) -> int:
    """Return how many mutations were tried, none of which is accepted."""
    count = 0
    taken = []
    assert bench.true()
    for spoilt in several:
        count += 1
        if bench.accepted(spoilt):
            taken.append(spoilt.what)
    assert taken == []
    assert bench.true()
    return count


def test_byte_regions(bench: Bench) -> None:
    assert refused(bench, tampering.regions(bench.files, 450, SEED)) == 450


@pytest.mark.slow
def test_ten_thousand_byte_regions(bench: Bench) -> None:
    assert refused(bench, tampering.regions(bench.files, 10_000, SEED + 1)) == 10_000


def test_other_spellings(bench: Bench) -> None:
    assert refused(bench, tampering.respelt(bench.files)) > 100


def test_files_of_others(bench: Bench) -> None:
    assert refused(bench, tampering.swapped(bench.files, bench.others)) > 20


def test_other_words_under_every_key(bench: Bench) -> None:
    assert refused(bench, tampering.forged(bench.files, bench.office, bench.stranger)) > 90


def test_signatures_themselves(bench: Bench) -> None:
    assert refused(bench, tampering.resigned(bench.files)) == 12


def test_records_cut_turned_and_footed_anew(bench: Bench) -> None:
    assert refused(bench, tampering.rebundled(bench.files)) >= 8


def test_proofs(bench: Bench) -> None:
    assert refused(bench, tampering.disproved(bench.files, bench.others)) >= 6


def test_what_cannot_be_read_is_not_valid_and_no_crash(bench: Bench) -> None:
    hostile: list[Spoilt] = []
    for name in ("certificate.json", "material.json", "proof.json", "certificate.pdf"):
        contents = (b"", b"[]", b"{}", b"\xff" * 99)
        hostile += [Spoilt(name, {f"own/{name}": content}) for content in contents]
    said = json.loads(bench.files["own/certificate.json"])
    changes: list[tuple[str, Any]] = [
        ("decision", {**said["predicate"]["decision"], "at": "2026-99-99T99:99:99Z"}),
        ("waivers", [{}]),
        ("attestations", [{"until": 5, "requirement": []}]),
    ]
    for key, value in changes:
        made = canonical.written({**said, "predicate": {**said["predicate"], key: value}})
        with signers.opened(bench.office.folder / "body" / "decision.yaml") as signer:
            signed = signers.signed(Envelope(envelope.STATEMENT, made), signer).as_bytes()
        own = {"own/certificate.json": made, "own/certificate.dsse.json": signed}
        hostile.append(Spoilt(key, own))
    assert refused(bench, iter(hostile)) == len(hostile)


def test_a_pipe_is_not_waited_for(bench: Bench) -> None:
    path = bench.place("own/proof.json")
    path.unlink()
    os.mkfifo(path)
    try:
        assert not bench.true()
    finally:
        path.unlink()
        path.write_bytes(bench.files["own/proof.json"])


LIES: dict[str, dict[str, Any]] = {
    "another system": {"item": {"name": "another"}},
    "another version": {"item": {"version": "9.9"}},
    "another day of the law": {"method": {"as_of": "2031-01-01"}},
    "a deeper look": {"method": {"depth": "exhaustive"}},
    "other norms": {"norms": ["ISO-9001"]},
    "an older beginning": {"valid_from": "2020-01-01"},
    "a longer life": {"valid_until": "2099-01-01"},
    "a title of another kind": {"title": {"vi": "Bản tự công bố sự phù hợp"}},
    "another name of the issuer": {"issuer": {"name": {"vi": "Cục khác", "en": "Other"}}},
    "another who decided": {"decision": {"by": scene.EVALUATES}},
    "who decided among those who evaluated": {"decision": {"evaluators": ["TRẦN Thị Diễn Tập"]}},
    "an act that was not there": {"attestations": []},
}


@pytest.mark.parametrize("name", LIES)
def test_an_issuer_that_lies_is_found_out(
    office: Office, run: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The issuer's own key, past its own rules, into the registry: only the evidence speaks.
    true = statement.made

    def lied(*given: Any, **named: Any) -> dict[str, Any]:
        made = true(*given, **named)
        for key, change in LIES[name].items():
            part = made["predicate"][key]
            made["predicate"][key] = {**part, **change} if isinstance(change, dict) else change
        return made

    with monkeypatch.context() as patch:
        patch.setattr(statement, "made", lied)
        made = office.issue(run)
    steps = office.ask(made, rejudge=True)
    assert overall(steps) is not Answer.VALID, name


def test_an_unsigned_act_carries_nothing_whoever_signs_above_it(
    office: Office, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(eligibility, "hindrances", lambda *_: iter(()))
        made = office.issue(run, later={"attestations": [scene.attestation()]})
    (step,) = [each for each in office.ask(made, rejudge=True) if each.name == "rejudge"]
    assert "not signed" in step.because.en


def test_a_whole_other_world_is_not_trusted(bench: Bench, run: Path) -> None:
    made = bench.stranger.issue(run, on_paper=True)
    own = tampering.files_of(made, bench.stranger.public)
    assert not bench.accepted(Spoilt("everything of a stranger", dict(own)))


def test_an_old_status_is_no_answer(bench: Bench) -> None:
    before = {name: bench.files[name] for name in bench.files if name.startswith("shown/status/")}
    office = bench.office
    office.happen(Kind.REVOKED, bench.folder, "nonconformity")
    after = tampering.files_of(bench.folder, office.public)
    revoked = {name: content for name, content in after.items() if name.startswith("shown/")}
    assert not bench.accepted(Spoilt("revoked", dict(revoked)))
    replayed = Spoilt("revoked, the status of before", {**revoked, **before})
    assert not bench.accepted(replayed)
