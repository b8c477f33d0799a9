"""The sandbox as a process of its own, on loopback."""

import json
import re
import subprocess
import sys
import threading
from typing import Any

import requests

from conformance.sandbox.contract import loaded


class Running:
    """A sandbox in a process of its own."""

    def __init__(self, *arguments: str, system: str = "procedure-system") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "conformance.sandbox", "serve", system, *arguments],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        watchdog = threading.Timer(30, self.process.kill)
        watchdog.start()
        self.line = self.process.stdout.readline()
        watchdog.cancel()
        self.ready = json.loads(self.line)
        self._identities: dict[str | None, Any] = {}
        self.session = requests.Session()
        self.session.trust_env = False

    @property
    def base_url(self) -> str:
        return str(self.ready["base_url"])

    def target(self, variation: str | None = None) -> dict[str, Any]:
        place = f"{self.base_url}/~fault/{variation}" if variation else self.base_url
        answer = self.session.get(f"{place}/target.yaml", timeout=10)
        assert answer.status_code == 200
        return dict(loaded(answer.content))

    def ask(self, method: str, path: str, who: str | None = None, **more: Any) -> requests.Response:
        headers = dict(more.pop("headers", {}))
        url = path if "://" in path else self.base_url + path
        if who:
            headers["Authorization"] = f"Bearer {self.token(who, url)}"
        more.setdefault("allow_redirects", False)
        return self.session.request(method, url, headers=headers, timeout=10, **more)

    def token(self, who: str, url: str = "") -> str:
        """Return the token of an identity of the agency that answers at an address."""
        found = re.search("/~fault/([a-z0-9_]+)", url)
        variation = found[1] if found else None
        if variation not in self._identities:
            self._identities[variation] = self.target(variation)["identities"]
        return str(self._identities[variation][who]["bearer"]).removeprefix("demo:")

    def stop(self) -> int:
        self.session.close()
        self.process.terminate()
        code = self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code
