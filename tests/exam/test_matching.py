"""Findings count for the defects that they point to, and for nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from exam.asking import Asking, asking
from exam.defects import BY_ID, Symptom
from exam.matching import Asked, Finding, Matched, match
from exam.proofs import PROOFS, dossier, payment

BASE = "http://127.0.0.1:1"


def finding(kind: Symptom, method: str, target: str, body: Any = None, **more: Any) -> Finding:
    content = b"" if body is None else json.dumps(body).encode()
    return Finding("", kind, method, BASE + target, body=content, **more)


def matched(ask: Asking, folder: Path, *findings: Finding) -> Matched:
    log = folder / "log"
    log.write_text(ask.agency.log.getvalue(), "utf-8")  # type: ignore[union-attr]  # kept in memory
    return match(findings, log)


def test_a_finding_counts_where_its_request_met_the_defect(tmp_path: Path) -> None:
    with asking(*BY_ID) as ask:
        assert PROOFS["page-zero"](ask)
        assert PROOFS["search-quote"](ask)
        found = matched(
            ask, tmp_path, finding(Symptom.SERVER_ERROR, "GET", "/dossiers?page=0", status=500)
        )
    assert list(found.found) == ["page-zero"]
    assert found.met == {"page-zero", "search-quote"}
    assert found.requests == 2
    assert found.alarms == ()
    assert "search-quote" in found.missed


def test_the_way_in_which_an_address_is_written_does_not_matter(tmp_path: Path) -> None:
    with asking("search-quote") as ask:
        assert PROOFS["search-quote"](ask)  # asked as d%27An
        found = matched(ask, tmp_path, finding(Symptom.STATUS, "GET", "/dossiers?q=d'An"))
    assert list(found.found) == ["search-quote"]


def test_another_symptom_is_no_finding_of_the_defect(tmp_path: Path) -> None:
    with asking("title-cut") as ask:
        assert PROOFS["title-cut"](ask)
        sent = dossier(title="đ" * 300)
        wrong = finding(Symptom.SERVER_ERROR, "POST", "/dossiers", sent, status=201)
        right = finding(Symptom.CHANGED, "POST", "/dossiers", sent, status=201)
        found = matched(ask, tmp_path, wrong, right)
    assert found.found == {"title-cut": right}
    assert found.alarms == (wrong,)


def test_another_status_or_request_is_no_finding_of_the_defect(tmp_path: Path) -> None:
    with asking("december") as ask:
        assert PROOFS["december"](ask)
        assert ask.ask("GET", "/reports/2026/11").status == 200
        said = [
            finding(Symptom.SERVER_ERROR, "GET", "/reports/2026/12", status=502),
            finding(Symptom.SERVER_ERROR, "GET", "/reports/2026/11", status=500),
            finding(Symptom.SERVER_ERROR, "GET", "/never/asked", status=500),
        ]
        found = matched(ask, tmp_path, *said)
    assert found.found == {}
    assert list(found.alarms) == said


def test_one_finding_counts_for_one_defect_and_a_repeated_one_once(tmp_path: Path) -> None:
    with asking("key-optional", "amount-as-text", "check-digit") as ask:
        both = payment("150000", "0100233480")
        assert ask.ask("POST", "/payments", both).status == 201
        alone = payment("150000")
        assert ask.ask("POST", "/payments", alone, Idempotency_Key="12345678").status == 201
        several = finding(Symptom.ACCEPTED, "POST", "/payments", both, status=201)
        one = finding(Symptom.ACCEPTED, "POST", "/payments", alone, status=201)
        assert len(matched(ask, tmp_path, several, several).found) == 1
        found = matched(ask, tmp_path, several, one).found
    assert len(found) == 2
    assert found["amount-as-text"] == one


def test_a_sequence_may_name_its_other_requests(tmp_path: Path) -> None:
    with asking("note-lost") as ask:
        assert PROOFS["note-lost"](ask)
        code = list(ask.agency.store.dossiers)[-1]
        path, other = f"/dossiers/{code}", dossier(note="Gọi trước")
        read = finding(Symptom.CHANGED, "GET", path, status=200)
        written = finding(Symptom.CHANGED, "PUT", path, other, status=200)
        away = finding(Symptom.CHANGED, "GET", "/dossiers", others=(Asked("GET", f"{BASE}{path}"),))
        for said in (read, written, away):
            assert matched(ask, tmp_path, said).found == {"note-lost": said}


def test_a_finding_does_not_point_everywhere() -> None:
    with pytest.raises(ValueError, match="12 requests at most"):
        finding(Symptom.CHANGED, "GET", "/", others=(Asked("GET", "/"),) * 12)


@pytest.mark.parametrize("name", BY_ID)
def test_every_defect_can_be_found(name: str, tmp_path: Path) -> None:
    """The requests that prove a defect are enough to find it, by each of its symptoms."""
    with asking(name) as ask:
        sent: list[Asked] = []
        plain = ask.agency.act

        def kept(request: Any) -> Any:
            sent.append(Asked(request.method, BASE + request.target, request.body))
            return plain(request)

        ask.server.act = kept
        assert PROOFS[name](ask)
        for kind in BY_ID[name].symptoms:
            said = [Finding("", kind, one.method, one.url, body=one.body) for one in sent]
            assert list(matched(ask, tmp_path, *said).found) == [name]
