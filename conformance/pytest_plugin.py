"""The pytest plugin: options and hooks only; nothing heavy is imported until a target is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conformance.probe import Probe

# name, help; each is an option `--conformance-NAME` and an ini key `conformance_NAME`.
_VALUES = {
    "target": "target file or URL: what is tested",
    "base-url": "overrides the target's base URL",
    "contract": "OpenAPI document: file or URL",
    "as-of": "norms in force on this day (default: today)",
    "seed": "seed of generated values (default: fresh, recorded)",
    "rate": "requests a second",
    "budget": "requests at most",
    "stop-file": "nothing is sent while this file is there",
    "allow": "read,write,intrusive",
    "select": "only these requirements: ID[,ID], * is a wildcard",
    "deselect": "without these requirements: ID[,ID]",
    "level": "must, should or may: this level and above",
    "depth": "quick, standard or deep: how much is generated for an operation",
    "attestations": "file of attestations",
    "waivers": "file of waivers",
    "workers": "operations read at the same time under -n (default: as many as -n has)",
    "out": "where run directories are made (default: runs)",
    "fail-on": "must or should: the level whose failures are red (default: must)",
    "lang": "vi or en",
}
_SAFETIES = {"read", "write", "intrusive"}
_CHOICES = {
    "fail_on": ("must", "should"),
    "lang": ("vi", "en"),
    "level": ("must", "should", "may"),
    "depth": ("quick", "standard", "deep"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and their ini keys."""
    group = parser.getgroup("conformance", "conformance of a system to its profiles")
    group.addoption(
        "--conformance-profile",
        action="append",
        default=[],
        metavar="ID",
        help="profile id (a profile file may also be given like a test file)",
    )
    parser.addini("conformance_profile", "profile ids", type="args")
    for name, told in _VALUES.items():
        group.addoption(f"--conformance-{name}", default=None, help=told)
        parser.addini(f"conformance_{name.replace('-', '_')}", told)
    group.addoption(
        "--conformance-offline", action="store_true", help="contact nothing but the target"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Switch the plugin on, if a target is given."""
    settings = _settings(config)
    if not settings["target"]:
        if config.getoption("conformance_profile"):
            message = "--conformance-profile needs --conformance-target"
            raise pytest.UsageError(message)
        return
    from conformance.pytest_items import switch_on  # noqa: PLC0415  # heavy: only for those who test

    switch_on(config, settings)


def _settings(config: pytest.Config) -> dict[str, str | None]:
    """Return the value of each option: command line, then environment, then ini file."""
    import os  # noqa: PLC0415  # every session pays for what stands at the top

    found: dict[str, str | None] = {}
    for name in _VALUES:
        key = name.replace("-", "_")
        given = config.getoption(f"conformance_{key}")
        found[key] = (
            given
            or os.environ.get(f"CONFORMANCE_{key.upper()}")
            or (config.getini(f"conformance_{key}") or None)
        )
    for key, allowed in _CHOICES.items():
        if found[key] is not None and found[key] not in allowed:
            message = (
                f"--conformance-{key.replace('_', '-')}: {found[key]!r} is not one of {allowed}"
            )
            raise pytest.UsageError(message)
    unknown = set((found["allow"] or "read").replace(" ", "").split(",")) - _SAFETIES
    if unknown:
        message = f"--conformance-allow: {', '.join(sorted(unknown))} is none of {_SAFETIES}"
        raise pytest.UsageError(message)
    return found


@pytest.fixture
def conformance_probe(request: pytest.FixtureRequest) -> Probe:
    """A probe for an agency's own checks: same target, guard, pace and record."""
    run = request.config.pluginmanager.get_plugin("conformance-run")
    if run is None:
        pytest.skip("no --conformance-target was given")
    probe: Probe = run.probe(request.node.nodeid)
    return probe
