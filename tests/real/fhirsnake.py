"""fhirsnake: health records (FHIR) from files, with a contract that knows no schema."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import installation
import targetfile
from serving import Program, Running, answer, client, serving

PATIENTS: tuple[dict[str, Any], ...] = (
    {
        "resourceType": "Patient",
        "id": "bn-0001",
        "name": [{"text": "Nguyễn Thị Ánh Tuyết", "family": "Nguyễn", "given": ["Ánh Tuyết"]}],
        "gender": "female",
        "birthDate": "1987-09-05",
        "address": [{"text": "12 Lê Lợi, phường Bến Nghé", "country": "VN"}],
    },
    {
        "resourceType": "Patient",
        "id": "bn-0002",
        "name": [{"text": "Trần Quốc Dũng", "family": "Trần", "given": ["Quốc Dũng"]}],
        "gender": "male",
        "birthDate": "1990-01-31",
    },
)
PATIENT = {"resource_type": "Patient", "id": "bn-0001"}


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Running]:
    """Serve two made-up patients, keeping everything in `folder`.

    Raises:
        RealServerError: it could not be installed or started.
    """
    folder = folder.resolve()
    environment = installation.environment("fhirsnake")
    (source,) = environment.glob("lib/python3*/site-packages/fhirsnake")
    kept = folder / "resources" / "Patient"
    kept.mkdir(parents=True, exist_ok=True)
    for patient in PATIENTS:
        written = json.dumps(patient, ensure_ascii=False)
        (kept / f"{patient['id']}.json").write_text(written, "utf-8")
    server = Program(
        name="fhirsnake",
        folder=folder,
        # The package imports its own modules as if it stood in its folder.
        command=lambda port: [
            *(str(environment / "bin" / "uvicorn"), "main:app", "--app-dir", str(source)),
            *("--host", "127.0.0.1", "--port", str(port)),
        ],
        ready="/",
    )
    with serving(server) as (origin, pid), client() as session:
        contract = folder / "fhirsnake-openapi.json"
        contract.write_bytes(answer(session, "GET", f"{origin}/openapi.json"))
        examples = _examples()
        facts = targetfile.Facts(
            name="fhirsnake",
            base_url=origin,
            contract=contract,
            examples=examples,
            public=tuple(examples),
        )
        yield Running(origin, targetfile.write(facts), contract, pid)


def _examples() -> dict[str, dict[str, Any]]:
    created = {"resourceType": "Patient", "gender": "unknown", "birthDate": "2001-12-24"}
    return {
        "GET /": {},
        "GET /$index": {},
        "GET /{resource_type}": {"resource_type": "Patient"},
        "GET /{resource_type}/{id}": PATIENT,
        "POST /{resource_type}": {"resource_type": "Patient", "body": created},
        "PUT /{resource_type}/{id}": {**PATIENT, "body": PATIENTS[0]},
    }
