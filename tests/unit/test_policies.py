"""Content Security Policies are read as browsers read them."""

from __future__ import annotations

import pytest

from conformance.formats import pages, policies

OBJECTS = "object-src 'none'; base-uri 'none'"


@pytest.mark.parametrize(
    ("written", "missing"),
    [
        ([], ["script-src", "object-src", "base-uri"]),
        (["default-src 'none'"], []),
        (["default-src 'self'"], ["base-uri"]),
        (["default-src 'self'; base-uri 'self'"], []),
        ([f"script-src 'self' https:; {OBJECTS}"], ["script-src"]),
        ([f"script-src *; {OBJECTS}"], ["script-src"]),
        ([f"script-src https://*:443; {OBJECTS}"], ["script-src"]),
        ([f"script-src https://*.example.vn; {OBJECTS}"], []),
        ([f"script-src 'unsafe-inline' 'nonce-a1'; {OBJECTS}"], []),
        ([f"script-src https: 'nonce-a1'; {OBJECTS}"], ["script-src"]),
        ([f"script-src https: 'nonce-a1' 'strict-dynamic'; {OBJECTS}"], []),
        ([f"script-src 'self'; script-src-elem *; {OBJECTS}"], ["script-src"]),
        (["script-src 'self'", OBJECTS], []),
        ([f"script-src 'self', {OBJECTS}"], []),
        (["sandbox allow-forms"], []),
        (["sandbox allow-scripts"], ["script-src", "object-src", "base-uri"]),
    ],
)
def test_what_is_missing_is_told(written: list[str], missing: list[str]) -> None:
    assert policies.lacking(policies.read(written)) == missing


def test_a_page_tells_what_it_loads() -> None:
    page = pages.read(
        b"<meta http-equiv=REFRESH content='0; url=/b'><a href=/c></a><link rel=license href=/d>"
        b"<link rel='icon stylesheet' href=/e><img srcset='/f 1x, /g 2x'><script src=/h "
        b"integrity=x></script><![if ie]><iframe src=/i></iframe>"
    )
    assert page.leads == ["/b"]
    assert page.loads == ["/e", "/f", "/g", "/i"]
