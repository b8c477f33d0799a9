"""Our log beside another implementation, which runs in an environment of its own."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from installation import environment
from trouble import InstallationError, ToolMissingError

from conformance.certificate.registry import log as logs

pytestmark = pytest.mark.real

COUNT = 300
OTHER = """
import json, sys
from pymerkle import InmemoryTree
tree = InmemoryTree(algorithm="sha256")
roots = []
for number in range(int(sys.argv[1])):
    tree.append_entry(str(number).encode() * 7)
    roots.append(tree.get_root().hex() if hasattr(tree, "get_root") else tree.get_state().hex())
json.dump(roots, sys.stdout)
"""


def test_another_library_comes_to_the_same_roots(tmp_path: Path) -> None:
    try:
        python = environment("pymerkle") / "bin" / "python"
    except (InstallationError, ToolMissingError) as missing:
        pytest.skip(str(missing))
    words = [str(python), "-W", "ignore", "-c", OTHER, str(COUNT)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout)
    logs.create(tmp_path / "log.db")
    ours = []
    with logs.opened(tmp_path / "log.db") as log:
        for number in range(COUNT):
            log.append(str(number).encode() * 7, f"c{number}", "issued")
            ours.append(log.root().hex())
    assert ours == theirs
