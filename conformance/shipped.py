"""What travels with the package: profiles, contracts and schemas, found in one way.

In an installed wheel they lie in `conformance/shipped/`; in a source tree `profiles/` and
`openapi/` stand beside the package. Both are found here and nowhere else.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def folder(kind: str) -> Path:
    """Return the folder that holds `profiles`, `openapi` or `schemas`."""
    candidates = (_PACKAGE / "shipped" / kind, _PACKAGE / kind, _PACKAGE.parent / kind)
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    message = f"the installation is incomplete: no folder {kind!r} in {_PACKAGE}"
    raise FileNotFoundError(message)


def profile(profile_id: str) -> Path | None:
    """Return the file of a shipped profile, or None where no such profile is shipped."""
    return _named("profiles", profile_id)


def contract(system: str) -> Path | None:
    """Return the national contract of a system, or None where none is shipped."""
    return _named("openapi", system)


def schema(name: str) -> Path:
    """Return the JSON Schema of one of our file formats, such as `profile` or `target`."""
    return folder("schemas") / f"{name}.schema.json"


def profile_ids() -> list[str]:
    """Return the ids of all shipped profiles, sorted."""
    found = sorted(path.stem for path in folder("profiles").glob("*.yaml"))
    return [name for name in found if name != "norms"]


def _named(kind: str, name: str) -> Path | None:
    # A name with a separator would be a path, which is the caller's business, not ours.
    if not name or any(character in name for character in "/\\.:"):
        return None
    path = folder(kind) / f"{name}.yaml"
    return path if path.is_file() else None
