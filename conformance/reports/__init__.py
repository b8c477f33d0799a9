"""Reports: views of one finished run, all with the same totals.

Each format is one module with `render(run, *, lang, view) -> str`, a pure function: it reads
no clock, no file of the run and no environment, so the same run gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, Protocol, cast

from conformance.text import LANGUAGES

VIEWS = ("executive", "technical", "auditor")


class Run(Protocol):
    """A finished run, as far as a report needs it."""

    @property
    def results(self) -> Mapping[str, Any]:
        """What `results.json` holds (`conformance/schemas/results.schema.json`)."""
        ...

    def exchange(self, exchange_id: str) -> Mapping[str, Any] | None:
        """Return one exchange as the record writes it, or None if the record lacks it."""
        ...


class Render(Protocol):
    """What every format module offers."""

    def __call__(self, run: Run, *, lang: str = "vi", view: str = "technical") -> str:
        """Return the whole document."""
        ...


@dataclass(frozen=True)
class Format:
    """One output format; its module is imported when it is first asked for."""

    module: str
    suffix: str
    media_type: str

    def render(self, run: Run, *, lang: str = "vi", view: str = "technical") -> str:
        """Return the report of `run`.

        Args:
            run: A finished run.
            lang: `vi` or `en`.
            view: `executive` (no evidence), `technical`, or `auditor` (all evidence).

        Raises:
            ValueError: `lang` or `view` is not one of these words.
        """
        if lang not in LANGUAGES:
            raise ValueError(f"lang is one of {', '.join(LANGUAGES)}, not {lang!r}")
        if view not in VIEWS:
            raise ValueError(f"view is one of {', '.join(VIEWS)}, not {view!r}")
        render = cast("Render", import_module(self.module).render)
        return render(run, lang=lang, view=view)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "html": Format("conformance.reports.html", ".html", "text/html"),
        "json": Format("conformance.reports.json", ".json", "application/json"),
        "junit": Format("conformance.reports.junit", ".xml", "application/xml"),
        "md": Format("conformance.reports.markdown", ".md", "text/markdown"),
    }
)
