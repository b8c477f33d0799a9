"""pygeoapi: geographic features by the OGC standards, with a contract full of remote references."""

import contextlib
import shutil
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import installation
import targetfile
from serving import Program, Running, answer, client, serving

FILES = installation.HERE / "geo"
DATA = ("parcels.geojson", "stations.csv")


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Running]:
    """Serve land parcels and surveying stations under gunicorn, keeping all in `folder`.

    Raises:
        RealServerError: it could not be installed or started.
    """
    folder = folder.resolve()
    programs = installation.environment("pygeoapi") / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    for name in DATA:
        shutil.copy(FILES / name, folder)
    settings, document = folder / "config.yml", folder / "pygeoapi.yml"
    template = string.Template((FILES / settings.name).read_text("utf-8"))

    def command(port: int) -> list[str]:
        settings.write_text(template.substitute(port=port), "utf-8")
        # Writes its document before it serves; the script is one command for one process group.
        made = f"{programs}/pygeoapi openapi generate {settings} --output-file {document}"
        served = f"{programs}/gunicorn -b 127.0.0.1:{port} -w 1 --threads 4 pygeoapi.flask_app:APP"
        return ["sh", "-c", f"{made} && exec {served}"]

    server = Program(
        name="pygeoapi",
        folder=folder,
        command=command,
        ready="/conformance?f=json",
        environment=lambda _: {
            "PYGEOAPI_CONFIG": str(settings),
            "PYGEOAPI_OPENAPI": str(document),
        },
    )
    with serving(server) as (origin, pid), client() as session:
        contract = folder / "pygeoapi-openapi.json"
        contract.write_bytes(answer(session, "GET", f"{origin}/openapi?f=json"))
        examples = _examples()
        facts = targetfile.Facts(
            name="pygeoapi",
            base_url=origin,
            contract=contract,
            examples=examples,
            public=(*examples, "getJob", "getJobResults", "deleteJob"),
        )
        yield Running(origin, targetfile.write(facts), contract, pid)


def _examples() -> dict[str, dict[str, Any]]:
    # Without `f` it answers with pages for people.
    as_json = {"f": "json"}
    features = {"parcels": "26734-12-105", "stations": "KC-001"}
    examples: dict[str, dict[str, Any]] = {
        name: dict(as_json)
        for name in (
            *("getLandingPage", "getCollections", "getConformanceDeclaration", "getOpenapi"),
            *("getProcesses", "describeHello-worldProcess"),
        )
    }
    for collection, feature in features.items():
        named = collection.capitalize()
        examples |= {
            f"describe{named}Collection": dict(as_json),
            f"get{named}Features": dict(as_json),
            f"options{named}Features": {},
            f"get{named}Feature": {"featureId": feature, **as_json},
            f"options{named}Feature": {"featureId": feature},
            f"get{named}Queryables": dict(as_json),
            f"get{named}Schema": dict(as_json),
        }
    # No process of its own keeps jobs, so nothing can be read or deleted of one.
    execution = {"inputs": {"name": "Bộ phận một cửa", "message": "Chào buổi sáng"}}
    return {**examples, "getJobs": {}, "executeHello-worldJob": {"body": execution}}
