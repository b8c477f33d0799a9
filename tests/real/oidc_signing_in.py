"""oidc-provider as an identity provider: people sign in at its pages, and programs learn who."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import installation
import requests
import targetfile
from serving import Program, Running, serving
from trouble import StartError

FILES = installation.HERE / "oidc"
ACCOUNTS = ("citizen", "foreigner", "organisation", "spent")
HOME = "https://portal.example/callback"
# As many as the log-in and the consent take, and some.
_MOST_PAGES = 12


@contextlib.contextmanager
def running(folder: Path, ways: str = "usual") -> Iterator[Running]:
    """Serve a provider at which people have signed in, keeping all in `folder`.

    Args:
        folder: where its files are kept.
        ways: how it is set up: `usual`, `strict` or `lenient`; see `oidc/provider.mjs`.

    Raises:
        RealServerError: it could not be installed or started, or signs nobody in.
    """
    folder = folder.resolve()
    modules = installation.node_modules()
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(FILES / "provider.mjs", folder)
    shutil.copy(FILES / "openapi.json", folder)
    (folder / "node_modules").unlink(missing_ok=True)
    (folder / "node_modules").symlink_to(modules)
    server = Program(
        name="oidc-signing-in",
        folder=folder,
        command=lambda port: [installation.node(), "provider.mjs", str(port), ways],
        ready="/.well-known/openid-configuration",
    )
    with serving(server) as (origin, pid):
        for name in ACCOUNTS:
            (folder / f"cookie-{name}").write_text(_signed_in(origin, name), "ascii")
        contract = folder / "openapi.json"
        # Who is signed in is asked nothing: with `none` an error comes in the place of a page.
        accounts = {
            name: {"parameters": {"prompt": "none"}, "cookie": f"file:cookie-{name}"}
            for name in ACCOUNTS
        }
        facts = targetfile.Facts(
            name="oidc-signing-in",
            base_url=origin,
            contract=contract,
            examples={"readConfiguration": {}, "readKeys": {}},
            public=("readConfiguration", "readKeys"),
            more={
                "issuer": {"url": origin, "jwks_url": "/jwks"},
                "sign_in": {
                    "clients": [
                        {"client_id": "portal", "redirect_uri": HOME, "scope": "openid"},
                        {
                            "client_id": "health",
                            "redirect_uri": "https://health.example/callback",
                            "client_secret": "demo:health-demonstration",
                        },
                    ],
                    "accounts": {**accounts, "limited": accounts["citizen"]},
                },
            },
        )
        yield Running(origin, targetfile.write(facts), contract, pid)


def _signed_in(origin: str, name: str) -> str:
    """Sign somebody in at the pages, consent, and return the cookies of that browser."""
    browser = requests.Session()
    asked = {
        "client_id": "portal",
        "redirect_uri": HOME,
        "response_type": "code",
        "scope": "openid",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    page = browser.get(f"{origin}/auth", params=asked, allow_redirects=False, timeout=10)
    for _ in range(_MOST_PAGES):
        place = urljoin(page.url, page.headers.get("Location", ""))
        if place.startswith(HOME):
            return "; ".join(f"{c.name}={c.value}" for c in browser.cookies if c.path == "/")
        if page.is_redirect:
            page = browser.get(place, allow_redirects=False, timeout=10)
            continue
        prompt = "login" if 'name="login"' in page.text else "consent"
        form = {"prompt": prompt, "login": name, "password": "any"}
        page = browser.post(page.url, data=form, allow_redirects=False, timeout=10)
    raise StartError(f"nobody could sign in as {name}: {page.status_code}")
