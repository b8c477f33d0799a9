"""Keys of every kind, a real timestamping authority, and what other programs say of all of it."""

from __future__ import annotations

import io
import json
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import bagit
import pytest
import scene
import time_authority
import yaml
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from scene import Office
from securesystemslib.dsse import Envelope as OtherEnvelope
from securesystemslib.signer import SSlibKey

from conformance.certificate import (
    canonical,
    envelope,
    issuing,
    material,
    paper,
    rehearsal,
    signers,
    statement,
    timestamps,
    verification,
)
from conformance.certificate.envelope import Envelope
from conformance.certificate.rehearsal.pki import Certified, new_key
from conformance.certificate.verification import Answer
from conformance.errors import CertificateError, UnreachableError, UsageError

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
MODULE = next((path for path in MODULES if Path(path).exists()), None)
PIN = "648219"
needs_softhsm = pytest.mark.skipif(
    MODULE is None or shutil.which("softhsm2-util") is None,
    reason="SoftHSM is not installed (Debian's softhsm2)",
)
needs_openssl = pytest.mark.skipif(
    time_authority.OPENSSL is None, reason="the program openssl is not installed"
)


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [name for name in programs if shutil.which(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def wrong(office: Office, folder: Path) -> dict[str, str]:
    return {
        step.name: step.because.en for step in office.ask(folder) if step.answer is not Answer.VALID
    }


@dataclass(frozen=True)
class Token:
    """A token of SoftHSM with one key and its certificate."""

    module: str
    label: str

    def signer(self, folder: Path, chain: str, pin: str = "env:TOKEN_PIN") -> Path:
        path = folder / "token.yaml"
        said = {
            "kind": "pkcs11",
            "module": self.module,
            "token": self.label,
            "label": "seal",
            "pin": pin,
            "chain": [chain],
        }
        path.write_text(yaml.safe_dump(said), "utf-8")
        return path


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Token]]:
    """Empty tokens, one for each test: the module reads its settings once in a process."""
    folder = tmp_path_factory.mktemp("tokens")
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder}\n", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(settings))
        labels = ("ec", "rsa", "pin")
        for label in labels:
            words = ("--init-token", "--free", "--label", label, "--so-pin", "1234567")
            scene.told("softhsm2-util", *words, "--pin", PIN)
        yield {label: Token(str(MODULE), label) for label in labels}


def put(token: Token, certified: Certified) -> None:
    """Put a key and its certificate on a token."""
    import pkcs11  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        NoEncryption,
        PrivateFormat,
    )
    from pkcs11.util.ec import decode_ec_private_key  # noqa: PLC0415
    from pkcs11.util.rsa import decode_rsa_private_key  # noqa: PLC0415
    from pkcs11.util.x509 import decode_x509_certificate  # noqa: PLC0415

    form = PrivateFormat.TraditionalOpenSSL
    der = certified.key.private_bytes(Encoding.DER, form, NoEncryption())
    decode = (
        decode_rsa_private_key
        if isinstance(certified.key, rsa.RSAPrivateKey)
        else decode_ec_private_key
    )
    own = {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: "seal"}
    with (
        pkcs11.lib(token.module)
        .get_token(token_label=token.label)
        .open(rw=True, user_pin=PIN) as session
    ):
        session.create_object(
            {**decode(der), **own, pkcs11.Attribute.SIGN: True, pkcs11.Attribute.PRIVATE: True}
        )
        content = certified.certificate.public_bytes(Encoding.DER)
        session.create_object({**decode_x509_certificate(content), **own})


# --- keys ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_key_in_a_pkcs12_store(
    office: Office, run: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = office.authority.person(scene.DECIDES, key=new_key(kind))
    folder = office.folder / "body"
    (folder / "seal.p12").write_bytes(person.store(b"a pass word", office.authority.issuing))
    said = {"kind": "pkcs12", "file": "seal.p12", "password": "env:SEAL"}
    (folder / "seal.yaml").write_text(yaml.safe_dump(said), "utf-8")
    monkeypatch.setenv("SEAL", "a pass word")
    made = office.issue(run, signer_files=["seal"], on_paper=True)
    assert wrong(office, made) == {}
    monkeypatch.setenv("SEAL", "another")
    with pytest.raises(CertificateError, match="does not open"):
        office.issue(run, signer_files=["seal"])
    monkeypatch.delenv("SEAL")
    with pytest.raises(UsageError, match="SEAL is not in the environment"):
        office.issue(run, signer_files=["seal"])


@needs_softhsm
@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_key_on_a_token(
    office: Office, run: Path, tokens: dict[str, Token], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tokens[kind]
    put(token, office.authority.person(scene.DECIDES, key=new_key(kind)))
    token.signer(office.folder / "body", "../authority/issuing.pem")
    monkeypatch.setenv("TOKEN_PIN", PIN)
    made = office.issue(run, signer_files=["token"], on_paper=True)
    assert wrong(office, made) == {}


@needs_softhsm
def test_a_wrong_pin_is_tried_once(
    office: Office, run: Path, tokens: dict[str, Token], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tokens["pin"]
    put(token, office.authority.person(scene.DECIDES))
    token.signer(office.folder / "body", "../authority/issuing.pem")
    monkeypatch.setenv("TOKEN_PIN", "000000")
    tried = []
    from pyhanko.sign import pkcs11 as sessions  # noqa: PLC0415

    true = sessions.open_pkcs11_session

    def counted(*given: object, **named: object) -> object:
        tried.append(named)
        return true(*given, **named)

    monkeypatch.setattr(sessions, "open_pkcs11_session", counted)
    with pytest.raises(CertificateError, match="PinIncorrect") as caught:
        office.issue(run, signer_files=["token"])
    assert len(tried) == 1
    assert "000000" not in caught.value.into("vi") + caught.value.into("en")
    # The token is not locked: the right PIN still opens it.
    monkeypatch.setenv("TOKEN_PIN", PIN)
    assert wrong(office, office.issue(run, signer_files=["token"])) == {}


def test_a_weak_key_signs_nothing(office: Office, run: Path) -> None:
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505  # that it is weak is the point
    person = office.authority.person(scene.DECIDES, key=weak)
    rehearsal._write_signer(office.folder / "body", "weak", person)
    with pytest.raises(CertificateError, match="1024 bits may not sign"):
        office.issue(run, signer_files=["weak"])


def test_two_sign(office: Office, run: Path) -> None:
    made = office.issue(run, signer_files=["decision", "evaluation"])
    assert wrong(office, made) == {}
    envelope = json.loads((made / issuing.ENVELOPE).read_bytes())
    assert len(envelope["signatures"]) == 2


# --- time ---------------------------------------------------------------------------------------


@pytest.fixture
def tsa(office: Office, tmp_path: Path) -> Iterator[str]:
    with time_authority.serving(tmp_path / "tsa", office.authority.time()) as url:
        yield url


@needs_openssl
def test_a_timestamp_tells_when(office: Office, run: Path, tsa: str) -> None:
    made = office.issue(run, tsa=tsa, on_paper=True)
    assert wrong(office, made) == {}
    (stamped,) = [step for step in office.ask(made) if step.name == "timestamp"]
    assert stamped.because.en.startswith("signed before")
    alone = office.issue(run, tsa=tsa, role="agency", registered=False)
    assert wrong(office, alone) == {}


@needs_openssl
def test_a_certificate_past_every_registry_is_none(office: Office, run: Path, tsa: str) -> None:
    # The issuer's own key and a true timestamp: but nobody could ever take it back.
    made = office.issue(run, tsa=tsa)
    said = json.loads((made / issuing.STATEMENT).read_bytes())
    said["predicate"]["status"] = None
    content = canonical.written(said)
    with signers.opened(office.folder / "body" / "decision.yaml") as signer:
        signed = signers.signed(Envelope(envelope.STATEMENT, content), signer).as_bytes()
        stamp = timestamps.stamp(signed, timestamps.authority(tsa), tsa)
        chain = [signer.certificate, *signer.chain]
    (made / issuing.STATEMENT).write_bytes(content)
    (made / issuing.ENVELOPE).write_bytes(signed)
    (made / issuing.MATERIAL).write_bytes(material.written(chain, office.trusted.crls, stamp))
    (made / issuing.PROOF).unlink()
    assert wrong(office, made) == {"log": "a certificate without a registry"}


@needs_openssl
def test_a_timestamp_of_nobody_tells_nothing(office: Office, run: Path, tmp_path: Path) -> None:
    stranger = Office.new(tmp_path / "stranger")
    with time_authority.serving(tmp_path / "other", stranger.authority.time()) as url:
        made = office.issue(run, tsa=url)
    assert "timestamp" in wrong(office, made)
    # A certificate that is not for timestamps.
    with time_authority.serving(
        tmp_path / "third", office.authority.person("x", key=new_key("rsa"))
    ):
        pass


def test_without_an_authority_nothing_is_issued(office: Office, run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(UnreachableError, match="nothing was issued"):
        office.issue(run, tsa="http://127.0.0.1:9/", out=out)
    assert not out.exists()
    with office.registry() as registry:
        assert registry.log.size == 0


# --- what others say ----------------------------------------------------------------------------


def test_another_library_reads_the_envelope(shared: Office, issued: Path) -> None:
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

    said = json.loads((issued / issuing.ENVELOPE).read_bytes())
    other = OtherEnvelope.from_dict(json.loads(json.dumps(said)))
    pem = (shared.folder / "body" / "decision.pem").read_bytes()
    key = SSlibKey.from_crypto(
        load_pem_x509_certificate(pem).public_key(), said["signatures"][0]["keyid"]
    )
    assert other.verify([key], threshold=1)
    assert other.payload == (issued / issuing.STATEMENT).read_bytes()


@needs_openssl
def test_openssl_verifies_signature_and_timestamp(
    office: Office, run: Path, tsa: str, tmp_path: Path
) -> None:
    import base64  # noqa: PLC0415

    from conformance.certificate import envelope  # noqa: PLC0415

    made = office.issue(run, tsa=tsa)
    content = (made / issuing.ENVELOPE).read_bytes()
    signed = envelope.read(content, envelope.STATEMENT, "x")
    (tmp_path / "signed").write_bytes(signed.signed)
    (tmp_path / "signature").write_bytes(signed.signatures[0].value)
    key = load_pem_private_key((office.folder / "body" / "decision.key").read_bytes(), None)
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    (tmp_path / "key.pem").write_bytes(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    words = ("dgst", "-sha256", "-verify", tmp_path / "key.pem", "-signature")
    said = scene.told("openssl", *words, tmp_path / "signature", tmp_path / "signed")
    assert "Verified OK" in said
    token = base64.b64decode(json.loads((made / issuing.MATERIAL).read_bytes())["timestamp"])
    (tmp_path / "token").write_bytes(token)
    authority = office.folder / "authority"
    words = ("ts", "-verify", "-token_in", "-in", tmp_path / "token")
    said = scene.told(
        *("openssl", *words, "-data", made / issuing.ENVELOPE),
        *("-CAfile", authority / "root.pem", "-untrusted", authority / "issuing.pem"),
    )
    assert "Verification: OK" in said


@needs("pdfsig", "qpdf", "pdfdetach", "pdffonts")
def test_other_programs_agree_about_the_paper(
    office: Office, run: Path, tsa: str, tmp_path: Path
) -> None:
    made = office.issue(run, tsa=tsa, on_paper=True)
    paper = made / issuing.PAPER
    said = scene.told("pdfsig", "-nocert", paper)
    # Poppler does not judge the second, which is the timestamp over all of it.
    assert said.count("Signature is Valid") == 1
    assert said.count("Signature #") == 2
    assert "ETSI.CAdES.detached" in said
    assert "No syntax or stream encoding errors" in scene.told("qpdf", "--check", paper)
    scene.told("pdfdetach", "-save", "1", "-o", tmp_path / "attached", paper)
    assert (tmp_path / "attached").read_bytes() == (made / issuing.STATEMENT).read_bytes()
    fonts = [
        line.split()[0].partition("+")[2] for line in scene.told("pdffonts", paper).splitlines()[2:]
    ]
    assert set(fonts) == {"NotoSerif-Regular", "NotoSerif-Bold", "NotoSans-Regular"}
    content = bytearray(paper.read_bytes())
    content[len(content) // 2] ^= 1
    paper.write_bytes(bytes(content))
    assert "Digest Mismatch" in scene.told("pdfsig", "-nocert", paper)
    assert "paper" in wrong(office, made)


@needs_openssl
@pytest.mark.parametrize("what", ["a field", "bytes"])
def test_nothing_is_laid_over_the_paper(office: Office, run: Path, tsa: str, what: str) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
    from pyhanko.sign.fields import SigFieldSpec, append_signature_field  # noqa: PLC0415

    # Outside of a registry, where no digest holds the file.
    made = office.issue(run, role="agency", registered=False, tsa=tsa, on_paper=True)
    assert wrong(office, made) == {}
    content = (made / issuing.PAPER).read_bytes()
    if what == "bytes":
        (made / issuing.PAPER).write_bytes(content + b"% more")
    else:
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        append_signature_field(writer, SigFieldSpec("Over", box=(0, 0, 600, 800)))
        with (made / issuing.PAPER).open("wb") as file:
            writer.write(file)
    assert wrong(office, made) == {"paper": "the PDF was changed after it was signed"}


# Every letter that Vietnamese has beyond ASCII, in both cases.
_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
LETTERS = "đ" + "".join(
    unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES
)


def test_the_fonts_have_every_letter(issued: Path) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415

    said = json.loads((issued / issuing.STATEMENT).read_bytes())
    said["predicate"]["item"]["name"] = LETTERS + LETTERS.upper()
    said["predicate"]["issuer"]["name"]["vi"] = LETTERS
    said["predicate"]["issuer"]["address"]["vi"] = LETTERS
    drawn = paper.drawn(canonical.written(said))
    assert drawn == paper.drawn(canonical.written(said))
    reader = PdfFileReader(io.BytesIO(drawn))
    fonts = set()
    for number in range(int(reader.root["/Pages"]["/Count"])):
        page = reader.find_page_for_modification(number)[0].get_object()
        used = page["/Resources"]["/Font"]
        fonts |= {str(used[name]["/BaseFont"]) for name in used}
    # A letter that ours lack would come in a font of typst's own.
    names = {name.partition("+")[2] for name in fonts}
    assert names == {"NotoSerif-Regular", "NotoSerif-Bold", "NotoSans-Regular"}


def test_a_bundle_is_a_bag(issued: Path, tmp_path: Path) -> None:
    import tarfile  # noqa: PLC0415

    with tarfile.open(issued / statement.BUNDLE) as archive:
        archive.extractall(tmp_path, filter="data")
    bag = bagit.Bag(str(tmp_path / "bundle"))
    assert bag.validate()
    assert bag.info["Payload-Oxum"]


def test_every_step_has_words_in_both_languages(shared: Office, issued: Path) -> None:
    for step in shared.ask(issued, rejudge=True):
        assert step.because.vi != step.because.en
    assert verification.overall(shared.ask(issued)) is Answer.VALID


def test_a_signer_file_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    path = tmp_path / "signer.yaml"
    path.write_text("kind: pkcs11\nmodule: x\npin: '1234'\n", "utf-8")
    with pytest.raises(UsageError, match=r"signer\.yaml"), signers.opened(path):
        pass
    path.write_text("kind: file\nkey: none.pem\ncertificate: none.pem\n", "utf-8")
    with pytest.raises(CertificateError, match="does not open"), signers.opened(path):
        pass
