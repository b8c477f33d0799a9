"""Words for people, in Vietnamese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class Text:
    """One message in both languages; Vietnamese is the first."""

    vi: str
    en: str

    def into(self, lang: str) -> str:
        """Return the wording in `lang`, which is `vi` or `en`."""
        return self.en if lang == "en" else self.vi

    def as_json(self) -> dict[str, str]:
        """Return `{"vi": …, "en": …}`, the shape in files."""
        return {"vi": self.vi, "en": self.en}

    @classmethod
    def of(cls, value: Mapping[str, str]) -> Text:
        """Read the shape that `as_json` writes."""
        return cls(vi=value["vi"], en=value["en"])

    def __str__(self) -> str:
        return self.en
