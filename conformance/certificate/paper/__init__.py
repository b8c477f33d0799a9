"""The certificate on paper: PDF/A-3 with the statement's own bytes attached, and a PAdES signature.

Typst draws it, from data alone, in fonts that come with us: the same statement gives the same
bytes. pyHanko signs it (ETSI EN 319 142-1, baseline B-LTA where there is a timestamping authority).
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance import documents
from conformance.certificate.signers import Signer
from conformance.certificate.trust import Trust
from conformance.errors import UsageError
from conformance.text import Text

if TYPE_CHECKING:
    from asn1crypto import x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.timestamps import TimeStamper

ATTACHED = "certificate.json"
_HERE = Path(__file__).resolve().parent


def drawn(statement: bytes) -> bytes:
    """Return the PDF of a statement, unsigned.

    Raises:
        UsageError: typst or segno is not installed.
    """
    try:
        import segno  # noqa: PLC0415  # an extra
        import typst  # noqa: PLC0415  # an extra of some 80 MB
    except ImportError as error:
        raise UsageError(
            Text(vi="chưa cài phần chứng nhận", en="the certificate extra is not installed"),
            mend=Text(
                vi='cài: pip install "vnda-conformance[certificate]", hoặc dùng --no-pdf',
                en='install it: pip install "vnda-conformance[certificate]", or use --no-pdf',
            ),
        ) from error
    digest = "sha256:" + hashlib.sha256(statement).hexdigest()
    name = json.loads(statement)["predicate"]["id"]
    drawing = io.BytesIO()
    segno.make(f"{name} {digest}", error="m").save(drawing, kind="svg", xmldecl=False)
    content: bytes = typst.compile(
        str(_HERE / "certificate.typ"),
        root=str(_HERE),
        font_paths=[str(_HERE / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={
            "statement": statement.decode(),
            "words": json.dumps(_words()),
            "digest": digest,
            "qr": drawing.getvalue().decode(),
        },
        pdf_standards=["a-3a"],
    )
    return content


def signed(
    content: bytes,
    signer: Signer,
    authority: TimeStamper | None,
    revocation: Sequence[bytes],
    trusted: Trust | None,
) -> bytes:
    """Return a PDF with a PAdES signature over it.

    Args:
        content: the PDF.
        signer: who signs.
        authority: gives the timestamps; without one the signature is baseline B-B.
        revocation: lists of the signer's authorities, in DER, which are put in.
        trusted: the roots to which the signer's certificate has to lead; needed for B-LTA.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
    from pyhanko.sign import signers as pdf_signers  # noqa: PLC0415
    from pyhanko.sign.fields import SigSeedSubFilter  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    context = None
    if authority is not None and trusted is not None:
        roots = [root for issuer in trusted.issuers.values() for root in issuer.roots]
        context = ValidationContext(
            trust_roots=[*roots, *trusted.time_roots],
            other_certs=list(signer.chain),
            crls=[*revocation, *trusted.crls],
            allow_fetching=False,
            revocation_mode="require",
        )
    metadata = pdf_signers.PdfSignatureMetadata(
        field_name="ConDau",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=context is not None,
        validation_context=context,
        use_pades_lta=context is not None,
    )
    out = io.BytesIO()
    asyncio.run(
        pdf_signers.PdfSigner(metadata, signer=signer.pdf, timestamper=authority).async_sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(content)), output=out
        )
    )
    return out.getvalue()


@dataclass(frozen=True)
class Paper:
    """A signed PDF that was read.

    Attributes:
        attached: the statement that it carries.
        signer: the certificate of who signed it.
        others: other certificates in its signature.
        intact: whether signature and content agree, and nothing was changed since but what proves
            the signature for longer.
    """

    attached: bytes
    signer: x509.Certificate
    others: tuple[x509.Certificate, ...]
    intact: bool


def read(content: bytes) -> Paper | None:
    """Return what a PDF carries and who signed it; None for what is no PDF of ours."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.validation import async_validate_pdf_signature  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    # Whether the signer is trusted is asked elsewhere.
    nobody = ValidationContext(trust_roots=[], allow_fetching=False)
    try:
        reader = PdfFileReader(io.BytesIO(content))
        (embedded,) = reader.embedded_regular_signatures
        found = asyncio.run(async_validate_pdf_signature(embedded, nobody))
        return Paper(
            _attachment(reader),
            embedded.signer_cert,
            tuple(embedded.other_embedded_certs),
            bool(found.intact and found.valid and _only_prolonged(found, content)),
        )
    except Exception:  # noqa: BLE001  # a hostile file makes a parser stumble in any way: not ours
        return None


def _only_prolonged(found: Any, content: bytes) -> bool:
    """Whether nothing came after the signature but what proves it for longer.

    Form fields may be added to a signed PDF by anybody, and can cover the page: they are refused.
    """
    from pyhanko.sign.diff_analysis import ModificationLevel  # noqa: PLC0415
    from pyhanko.sign.validation import SignatureCoverageLevel  # noqa: PLC0415

    if found.modification_level == ModificationLevel.NONE:
        return bool(found.coverage == SignatureCoverageLevel.ENTIRE_FILE)
    return bool(
        found.modification_level == ModificationLevel.LTA_UPDATES
        and found.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
        and content.rstrip().endswith(b"%%EOF")
    )


def _attachment(reader: PdfFileReader) -> bytes:
    """Return the one attached file."""
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    # By index: iterating gives references instead of what they lead to.
    if len(names) != 2 or str(names[0]) != ATTACHED:  # noqa: PLR2004  # a name and what it names
        message = "another attachment"
        raise ValueError(message)
    return bytes(names[1]["/EF"]["/F"].data)


@cache
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = documents.read(_HERE / "words.yaml")
    return words
