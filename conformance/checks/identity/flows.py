"""Signing a test account in, by the messages that browsers and programs send (OpenID Connect).

The authorisation request goes out as a browser's, its redirect is read and not followed; the code
is redeemed as the program's; what a token opens is asked with it. Codes and tokens are hidden at
the door: what stands for them is sent on, and what they tell are facts (`identities.sign_ins`).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from conformance import advice
from conformance.checks.identity.publications import published, why_open
from conformance.evidence import Exchange
from conformance.identities import issuers, sign_ins
from conformance.probe import Probe, answered
from conformance.probe.obstacles import unbroken
from conformance.probe.questions import ACCOUNT, CLIENT, Question
from conformance.target import Client
from conformance.text import Text
from conformance.verdict import NotTested, Reason

Made = TypeVar("Made")

CITIZEN = "citizen"
# Whose consent may end: some servers end it where a code is used a second time.
SPENT = "spent"
SIGN_IN = "a sign-in"
# Metadata at two places and the keys, then the three messages of a sign-in.
REQUESTS = 6
_BROWSER = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.5")
_FORM = ("Content-Type", "application/x-www-form-urlencoded")
_JSON = ("Accept", "application/json")


@dataclass(frozen=True)
class Provider:
    """What an identity provider publishes: its metadata, and the digests of its keys."""

    members: Mapping[str, Any]
    keys: frozenset[str]

    def endpoint(self, name: str) -> str:
        """Return the address of an endpoint.

        Raises:
            NotTested: the metadata do not tell it.
        """
        found = self.members.get(f"{name}_endpoint")
        if found is None:
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(
                    vi=f"siêu dữ liệu không có {name}_endpoint",
                    en=f"the metadata have no {name}_endpoint",
                ),
            )
        return str(found)

    def lists(self, name: str) -> list[str]:
        """Return what the metadata list under a name; nothing where they do not."""
        return list(self.members.get(name, ()))


@dataclass(frozen=True)
class Attempt:
    """An authorisation request and its answer, with what proves later who made it."""

    answer: Exchange
    verifier: str

    @property
    def told(self) -> Mapping[str, Any]:
        """What the answer tells; see `identities.sign_ins`."""
        told: Mapping[str, Any] = self.answer.facts.get(sign_ins.AUTHORISATION) or {}
        return told

    @property
    def code(self) -> str:
        """What stands for the code.

        Raises:
            NotTested: the account was not signed in.
        """
        if "code" not in self.told:
            raise _not_signed_in(self.answer, self.told)
        return str(self.told["code"])


@dataclass(frozen=True)
class SignedIn:
    """What the three messages of a sign-in came to."""

    outcomes: tuple[Exchange | NotTested, ...]

    @property
    def asked(self) -> Mapping[str, str]:
        """The parameters of the authorisation request."""
        answer = answered(self.outcomes[0])
        return dict(parse_qsl(urlsplit(answer.request.url).query, keep_blank_values=True))

    @property
    def response(self) -> Exchange:
        """The token response.

        Raises:
            NotTested: there is none.
        """
        return granted(answered(self.outcomes[1]))

    @property
    def id_token(self) -> Mapping[str, Any]:
        """What the ID token claims.

        Raises:
            NotTested: there is none that can be read.
        """
        return id_token_of(self.response)

    @property
    def userinfo(self) -> Exchange:
        """What is told of the person."""
        answer = unbroken(answered(self.outcomes[2]))
        if not answer.succeeded or not answer.json_object():
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(
                    vi=f"thông tin người dùng không trả JSON: {answer.status} {answer.media_type}",
                    en=f"user info answers no JSON: {answer.status} {answer.media_type}",
                ),
            )
        return answer


def provider(probe: Probe) -> Provider:
    """Return what the identity provider publishes; all checks of it share the asking.

    Raises:
        NotTested: it publishes nothing, or nobody said where.
    """
    all_ = published(probe)
    found = all_.metadata
    if found is None:
        raise why_open(all_)
    told = all_.keys.facts.get(issuers.KEYS) if isinstance(all_.keys, Exchange) else None
    keys = (told or {}).get("keys", ())
    digests = frozenset(key["digest"] for key in keys if "digest" in key)
    return Provider(found[1]["members"], digests)


def client(probe: Probe, number: int = 1) -> Client:
    """Return a registered program of the target file.

    Raises:
        NotTested: it names none.
    """
    clients = probe.target.sign_in.clients
    if len(clients) < number:
        line = "`sign_in: {clients: [{client_id: …, redirect_uri: …}]}`"
        raise NotTested(
            Reason.NO_MAPPING,
            Text(
                vi=f"cần {number} chương trình đã đăng ký để thử: thêm vào tệp đích {line}",
                en=f"it takes {number} programs registered for testing: add to the target file"
                f" {line}",
            ),
        )
    return clients[number - 1]


def authorise(
    probe: Probe, server: Provider, account: str = CITIZEN, **instead: str | None
) -> Attempt:
    """Ask that an account be signed in for the first program.

    Args:
        probe: what asks.
        server: whom.
        account: the account of the target file whose browser it is.
        instead: parameters that take the place of the usual ones; None leaves one out.

    Raises:
        NotTested: the target file names no such account, or no answer came.
    """
    who, program = probe.target.sign_in.accounts.get(account), client(probe)
    if who is None:
        line = advice.line("sign_in", "accounts", f"{{{account}: {{parameters: {{…}}}}}}")
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"tệp đích không có tài khoản thử {account}: thêm {line}",
                en=f"the target file has no test account {account}: add {line}",
            ),
        )
    # RFC 7636, section 4.1: 43 to 128 signs.
    verifier = ".".join(probe.canary() for _ in range(3))
    usual: dict[str, str | None] = {
        "response_type": "code",
        "client_id": program.client_id,
        "redirect_uri": program.redirect_uri,
        "scope": program.scope,
        "state": probe.canary(),
        "nonce": probe.canary(),
        "code_challenge": _challenge(verifier),
        "code_challenge_method": "S256",
        **who.get("parameters", {}),
        **instead,
    }
    sent = {name: value for name, value in usual.items() if value is not None}
    place = server.endpoint("authorization")
    question = Question(
        "GET",
        f"{place}{'&' if '?' in place else '?'}{urlencode(sent)}",
        (_BROWSER,),
        identity=f"{ACCOUNT}:{account}",
        wellformed=False,
        read_for=sign_ins.AUTHORISATION,
    )
    return Attempt(probe.send(question), verifier)


def redeem(
    probe: Probe, server: Provider, attempt: Attempt, *, number: int = 1, **instead: str | None
) -> Exchange:
    """Redeem the code of an attempt.

    Args:
        probe: what asks.
        server: whom.
        attempt: what the code was had by.
        number: which program redeems it: the one that it was given to, or the other.
        instead: parameters that take the place of the usual ones; None leaves one out.
    """
    program = client(probe, number)
    usual: dict[str, str | None] = {
        "grant_type": "authorization_code",
        "code": attempt.code,
        "redirect_uri": client(probe).redirect_uri,
        "code_verifier": attempt.verifier,
        **_named(program),
        **instead,
    }
    return _posted(probe, server.endpoint("token"), usual, number, sign_ins.TOKENS)


def revoke(probe: Probe, server: Provider, token: str) -> Exchange:
    """Take a token back (RFC 7009)."""
    form = {"token": token, "token_type_hint": "access_token", **_named(client(probe))}
    return _posted(probe, server.endpoint("revocation"), form, 1, "")


def tell(
    probe: Probe, server: Provider, token: str = "", *, identity: str | None = None
) -> Exchange:
    """Ask who somebody is (OpenID Connect Core 1.0, section 5.3).

    Args:
        probe: what asks.
        server: whom.
        token: what stands for the access token; empty to ask without one.
        identity: `INVALID` for a token that nobody issued.
    """
    shown = (("Authorization", f"Bearer {token}"),) if token else ()
    place = server.endpoint("userinfo")
    fields = (_JSON, *shown)
    return probe.send(Question("GET", place, fields, identity=identity, wellformed=False))


def sign_in(probe: Probe, server: Provider, account: str = CITIZEN) -> SignedIn:
    """Sign an account in and ask who it is; all checks that look at it share the asking."""
    made: list[Attempt] = []
    given: list[Exchange] = []

    def first(asking: Probe) -> Exchange:
        made.append(authorise(asking, server, account))
        return made[0].answer

    def second(asking: Probe) -> Exchange:
        given.append(redeem(asking, server, _first(made)))
        return given[0]

    def third(asking: Probe) -> Exchange:
        return tell(asking, server, access_token(_first(given)))

    # Published before: each series asks for itself alone.
    return SignedIn(probe.shared(f"{SIGN_IN}: {account}", first, second, third))


def fresh(probe: Probe, server: Provider, account: str = CITIZEN, **instead: str | None) -> Attempt:
    """Have a code that nobody used; see `authorise`."""
    attempt = authorise(probe, server, account, **instead)
    _ = attempt.code
    return attempt


def granted(answer: Exchange) -> Exchange:
    """Return a token response that is a success.

    Raises:
        NotTested: it is none, so nothing negative can be told.
    """
    unbroken(answer)
    if not answer.succeeded or "access_token" not in (_issued(answer).get("has") or ()):
        said = _issued(answer).get("error", answer.status)
        raise NotTested(
            Reason.NO_CREDENTIALS,
            Text(
                vi=f"mã ủy quyền không đổi được mã truy cập: {said}; xem `sign_in.clients`",
                en=f"the code was not redeemed: {said}; see `sign_in.clients`",
            ),
        )
    return answer


def is_granted(answer: Exchange) -> bool:
    """Whether a token response hands anything out."""
    return bool(_issued(unbroken(answer)).get("has"))


def id_token_of(answer: Exchange) -> Mapping[str, Any]:
    """Return what the ID token of a token response claims.

    Raises:
        NotTested: it has none, or an encrypted one.
    """
    found: Mapping[str, Any] | None = _issued(granted(answer)).get("id_token")
    if found is None:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="trả lời không có id_token đọc được; `scope` phải có openid",
                en="no ID token that can be read came; `scope` must have openid",
            ),
        )
    return found


def access_token(answer: Exchange) -> str:
    """Return what stands for the access token of a token response."""
    body = granted(answer).shown_json()
    return str(body["access_token"]) if isinstance(body, dict) else ""


def refused(attempt: Attempt) -> bool:
    """Whether an authorisation request was refused: nothing handed out, and an error told.

    Raises:
        NotTested: neither, as where a page is shown.
    """
    unbroken(attempt.answer)
    if attempt.told.get("has"):
        return False
    if "error" not in attempt.told and attempt.answer.status < 400:  # RFC 9110, 15
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"yêu cầu không được trả lời bằng mã hay lỗi: {attempt.answer.status}",
                en=f"the request was answered neither by a code nor by an error:"
                f" {attempt.answer.status}",
            ),
        )
    return True


def said(attempt: Attempt) -> str:
    """Return how an authorisation request was answered, for a finding."""
    handed = ", ".join(attempt.told.get("has", ())) or attempt.told.get("error", "")
    return f"{attempt.answer.status} {handed}".strip()


def _issued(answer: Exchange) -> Mapping[str, Any]:
    found: Mapping[str, Any] = answer.facts.get(sign_ins.TOKENS) or {}
    return found


def _first(made: Sequence[Made]) -> Made:
    if not made:
        raise NotTested(
            Reason.DEPENDENCY_FAILED,
            Text(vi="tài khoản thử chưa đăng nhập được", en="the test account was not signed in"),
        )
    return made[0]


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _named(program: Client) -> dict[str, str]:
    """Return how a program names itself in a form, where no field does (RFC 6749, 2.3.1)."""
    by_field = program.secret is not None and program.authentication == "basic"
    return {} if by_field else {"client_id": program.client_id}


def _posted(
    probe: Probe, place: str, form: Mapping[str, str | None], number: int, read_for: str
) -> Exchange:
    body = urlencode({name: value for name, value in form.items() if value is not None})
    return probe.send(
        Question(
            "POST",
            place,
            (_JSON, _FORM),
            body.encode("ascii"),
            identity=f"{CLIENT}:{number}",
            wellformed=False,
            read_for=read_for,
        )
    )


def _not_signed_in(answer: Exchange, told: Mapping[str, Any]) -> NotTested:
    name = str(answer.identity).partition(":")[2]
    how = told.get("error") or answer.status
    return NotTested(
        Reason.NO_CREDENTIALS,
        Text(
            vi=f"tài khoản thử {name} không tự đăng nhập được ({how}); xem"
            f" `sign_in.accounts.{name}`",
            en=f"the test account {name} does not sign in by itself ({how}); see"
            f" `sign_in.accounts.{name}`",
        ),
    )
