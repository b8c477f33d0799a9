"""What other examiners say of the nginx servers of `nginx_tls.py`, beside what `base` says.

By hand: `python tests/real/agreement.py [--sslyze PATH] [--testssl PATH] [--drheader PATH]` prints
one table in Markdown for each of the two configurations. The other programs are found on the
search path or where an option names them; who is not there has a column of dashes. None of them
belongs to this project's environment: sslyze is AGPL. Whether two agree is for a reader to say.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from nginx_tls import bad, good
from serving import Running
from trouble import RealServerError

from conformance import engine, opening
from conformance import target as targets
from conformance.opening import Wishes

SECONDS_TO_EXAMINE = 300
NOTHING = "–"
LONGEST = 160

# Which requirements of `base` decide a topic.
BASE: Mapping[str, tuple[str, ...]] = {
    "chain trust": ("TLS-01", "TLS-02"),
    "name": ("TLS-03",),
    "expiry": ("TLS-04", "TLS-05"),
    "versions": ("TLS-07", "TLS-08", "TLS-09"),
    "suites": ("TLS-10",),
    "curves": (),
    "key size": ("TLS-06",),
    "signature": ("TLS-06",),
    "revocation, CAA": (),
    "compression, renegotiation": ("TLS-11",),
    "known flaws": ("TLS-13",),
    "HSTS": ("SEC-05", "SEC-06"),
    "nosniff": ("SEC-03",),
    "banners": ("SEC-08",),
    "cookies": ("SEC-14", "SEC-15", "SEC-16"),
    "redirect": ("TLS-12",),
    "headers of pages": (),
}
# Its sentences on Mozilla's "intermediate" configuration, by their first word. The name of the
# certificate is looked at within the validation of its path.
SSLYZE = {
    "certificate_path_validation": "chain trust",
    "maximum_certificate_lifespan": "expiry",
    "tls_versions": "versions",
    "ciphers": "suites",
    "ciphersuites": "suites",
    "tls_curves": "curves",
    "rsa_key_size": "key size",
    "certificate_signatures": "signature",
    "tls_vulnerability_compression": "compression, renegotiation",
    "tls_vulnerability_renegotiation": "compression, renegotiation",
    "tls_vulnerability_heartbleed": "known flaws",
    "tls_vulnerability_ccs_injection": "known flaws",
    "tls_vulnerability_robot": "known flaws",
}
TESTSSL = {
    "cert_chain_of_trust": "chain trust",
    "cert_trust": "name",
    "cert_expirationStatus": "expiry",
    "cert_validityPeriod": "expiry",
    "cert_keySize": "key size",
    "cert_signatureAlgorithm": "signature",
    "cert_revocation": "revocation, CAA",
    "DNS_CAArecord": "revocation, CAA",
    **dict.fromkeys(("SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2", "TLS1_3"), "versions"),
    **dict.fromkeys((f"cipherlist_{kind}" for kind in ("NULL", "aNULL", "EXPORT")), "suites"),
}
DRHEADER = {
    "Strict-Transport-Security": "HSTS",
    "X-Content-Type-Options": "nosniff",
    "Server": "banners",
    "X-Powered-By": "banners",
    "Set-Cookie": "cookies",
}

Said = dict[str, list[str]]


@dataclass(frozen=True)
class Site:
    """One of the two servers: where it answers, and the folder with its certificates."""

    running: Running
    folder: Path

    @property
    def authority(self) -> str:
        """Host and port behind TLS."""
        return urlsplit(self.running.base_url).netloc

    @property
    def root(self) -> str:
        """The file with the authority that the good server's chain ends in."""
        return str(self.folder / "root.pem")


def by_base(site: Site) -> Said:
    """Return the verdicts of `base`, by topic."""
    wishes = Wishes(target=str(site.running.target), rate=500, seed=1)
    plan = opening.plan(("base",), wishes)
    session = engine.open_session(plan, site.folder / "runs")
    try:
        for item in plan.items:
            session.run(item)
        results = session.finish()
    finally:
        session.close()
    verdicts = {entry["id"]: entry["verdict"] for entry in results["requirements"]}
    return {
        topic: [f"{verdicts[f'BASE-{name}']} ({name})" for name in names]
        for topic, names in BASE.items()
    }


def by_sslyze(program: str, site: Site) -> Said:
    """Return what sslyze misses of Mozilla's "intermediate" configuration."""
    trusting = ["--certinfo_ca_file", site.root, "--mozilla_config", "intermediate"]
    told = _told([program, *trusting, site.authority]).partition("COMPLIANCE AGAINST")[2]
    if not told:
        return {}
    said: Said = {topic: [] for topic in SSLYZE.values()}
    for line in told.splitlines():
        rule, _, complaint = line.strip().removeprefix("* ").partition(": ")
        if rule in SSLYZE:
            said[SSLYZE[rule]].append(complaint)
    return {topic: complaints or ["compliant"] for topic, complaints in said.items()}


def by_testssl(program: str, site: Site) -> Said:
    """Return what testssl.sh finds, with its own weight."""
    written = site.folder / "testssl.json"
    written.unlink(missing_ok=True)
    which = ["--quiet", "--color", "0", "--fast", "-p", "-s", "-S", "--add-ca", site.root]
    _told([program, *which, "--jsonfile", str(written), site.authority])
    if not written.is_file():
        return {}
    said: Said = {}
    for entry in json.loads(written.read_text("utf-8")):
        if entry["id"] in TESTSSL:
            told = f"{entry['severity']}: {entry['id']} {entry['finding']}"
            said.setdefault(TESTSSL[entry["id"]], []).append(told)
    return said


def by_drheader(program: str, site: Site) -> Said:
    """Return which headers drheader misses, over plain HTTP where it gets no answer over TLS."""
    plain = targets.read(site.running.target).plain_origin
    for origin in (site.running.base_url, plain):
        command = [program, "scan", "single", "--output", "json", f"{origin}/status"]
        told = _told(command, REQUESTS_CA_BUNDLE=site.root)
        try:
            found = json.loads(told)
        except ValueError:
            continue
        said: Said = {topic: [] for topic in DRHEADER.values()}
        for entry in found:
            topic = DRHEADER.get(entry["rule"], "headers of pages")
            said.setdefault(topic, []).append(f"{entry['rule']}: {entry['message']}")
        over = "" if origin != plain else " (over plain HTTP)"
        return {topic: [f"{'; '.join(told) or 'pass'}{over}"] for topic, told in said.items()}
    return {}


EXAMINERS: Mapping[str, tuple[tuple[str, ...], Callable[[str, Site], Said]]] = {
    "sslyze": (("sslyze",), by_sslyze),
    "testssl": (("testssl.sh", "testssl"), by_testssl),
    "drheader": (("drheader",), by_drheader),
}


def _told(command: list[str], **environment: str) -> str:
    done = subprocess.run(
        command,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS_TO_EXAMINE,
        check=False,
    )
    return done.stdout.decode("utf-8", "replace")


def _table(columns: Mapping[str, Said]) -> Iterable[str]:
    yield f"| topic | {' | '.join(columns)} |"
    yield "|---" * (len(columns) + 1) + "|"
    for topic in BASE:
        cells = (_cell(said.get(topic, [])) for said in columns.values())
        yield f"| {topic} | {' | '.join(cells)} |"


def _cell(told: list[str]) -> str:
    text = " ".join("; ".join(told).split()).replace("|", r"\|") or NOTHING
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def main() -> int:
    """Print the tables; 0 when they are printed, 1 when there is no server to examine."""
    parser = argparse.ArgumentParser(description="Compares `base` with other examiners.")
    for name in EXAMINERS:
        parser.add_argument(f"--{name}", metavar="PATH", help="where it is, if not on the path")
    options = vars(parser.parse_args())
    programs = {
        name: options[name] or next(filter(None, map(shutil.which, names)), None)
        for name, (names, _) in EXAMINERS.items()
    }
    try:
        for title, serve in (("good", good), ("bad", bad)):
            with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as running:
                site = Site(running, Path(folder))
                columns = {"`base`": by_base(site)}
                for name, (_, examine) in EXAMINERS.items():
                    program = programs[name]
                    columns[name] = examine(program, site) if program else {}
            rows = "\n".join(_table(columns))
            sys.stdout.write(f"## The {title} configuration\n\n{rows}\n\n")
    except RealServerError as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
