"""HTML, read for what a browser does with a page by itself: what it loads, what it is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

MEDIA_TYPES = frozenset({"text/html", "application/xhtml+xml"})
# What a browser shows, with the scripts in it, besides those.
SHOWN = MEDIA_TYPES | {"image/svg+xml", "application/xml", "text/xml"}
# Where an element names what is loaded without anybody asking for it.
_LOADING = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "frame": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "audio": ("src",),
    "video": ("src", "poster"),
    "source": ("src", "srcset"),
    "track": ("src",),
    "input": ("src",),
    "link": ("href",),
}
# Other links are followed by people, or name something only.
_LOADED = frozenset({"stylesheet", "icon", "preload", "modulepreload", "prefetch", "manifest"})
_REFRESH = re.compile(r"\s*[\d.]*\s*[;,\s]\s*(?:url\s*=\s*)?[\"']?([^\"'\s]*)", re.IGNORECASE)


@dataclass
class Page:
    """What a page says.

    Attributes:
        loads: the addresses of what is loaded with it, as they are written, but for what is held
            against a digest (Subresource Integrity): nobody else can change that.
        policies: what its `<meta>` elements say of Content-Security-Policy.
        leads: where its `<meta>` elements lead browsers by themselves.
    """

    loads: list[str] = field(default_factory=list)
    policies: list[str] = field(default_factory=list)
    leads: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an element."""
        said = {name: value or "" for name, value in reversed(attrs)}
        if tag == "meta":
            told, content = said.get("http-equiv", "").strip().lower(), said.get("content", "")
            if told == "content-security-policy":
                self.page.policies.append(content)
            elif told == "refresh" and (found := _REFRESH.match(content)) and found[1]:
                self.page.leads.append(found[1])
        self.page.loads += _loaded(tag, said)


def read(body: bytes) -> Page:
    """Return what a page says; of one that cannot be read to its end, what came before."""
    reader = _Reader()
    try:
        reader.feed(body.decode("utf-8", "replace"))
        reader.close()
    except AssertionError:
        # What no parser of the standard library understands, a browser passes over.
        pass
    return reader.page


def _loaded(tag: str, said: Mapping[str, str]) -> Iterator[str]:
    if said.get("integrity"):
        return
    if tag == "link" and not _LOADED & set(said.get("rel", "").lower().split()):
        return
    for name in _LOADING.get(tag, ()):
        value = said.get(name, "").strip()
        if name == "srcset":
            yield from (part.split()[0] for part in value.split(",") if part.split())
        elif value:
            yield value
