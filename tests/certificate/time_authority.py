"""A timestamping authority on loopback: OpenSSL's own, behind HTTP (RFC 3161, section 3.4)."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from listening import listening

from conformance.certificate.rehearsal.pki import Certified

OPENSSL = shutil.which("openssl")

_SETTINGS = """
[tsa]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@contextmanager
def serving(folder: Path, certified: Certified) -> Iterator[str]:
    """Serve timestamps until the block is left; yields the address."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tsa.pem").write_bytes(certified.pem)
    (folder / "tsa.key").write_bytes(certified.key_pem)
    (folder / "serial").write_text("01\n", encoding="utf-8")
    settings = folder / "tsa.cnf"
    settings.write_text(_SETTINGS.format(folder=folder), encoding="utf-8")
    turn = threading.Lock()

    class Stamping(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = folder / "question.tsq"
            answer = folder / "answer.tsr"
            with turn:
                question.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
                subprocess.run(
                    [
                        *(str(OPENSSL), "ts", "-reply", "-config", str(settings)),
                        *("-section", "tsa", "-queryfile", str(question)),
                        *("-signer", str(folder / "tsa.pem"), "-inkey", str(folder / "tsa.key")),
                        *("-out", str(answer)),
                    ],
                    check=True,
                    capture_output=True,
                    timeout=30,
                )
                content = answer.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with listening(Stamping) as at:
        yield f"http://{at}/"
