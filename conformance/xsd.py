"""XML Schema: what stands in the body of a SOAP message, held against the schema of a contract.

The schema processor is `xmlschema`, an extra (`pip install vnda-conformance[xml]`). It is handed
elements that were read beforehand, without a document type, and fetches nothing: neither what a
schema imports, nor what a document says of its schema.
"""

from __future__ import annotations

import importlib
import warnings
from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

from conformance import soap
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_MOST = 3


def breaches(schema: str, body: bytes) -> list[str]:
    """Return where the first element of a message's body breaks a schema: paths and reasons.

    Args:
        schema: the text of the schema.
        body: the bytes of the message.

    Raises:
        NotTested: the schema processor is missing, or cannot use the schema.
        NotSoapError: the bytes are no message.
    """
    soap.read(body)
    compiled = _compiled(schema)
    prefixes: dict[str, str] = {}
    # Read once more, in the form that the processor takes; it declares no document type.
    for _, (prefix, namespace) in ET.iterparse(BytesIO(body), events=["start-ns"]):  # noqa: S314
        prefixes.setdefault(str(prefix), str(namespace))
    root = ET.fromstring(body)  # noqa: S314
    held = root.find(f"{root.tag.rpartition('}')[0]}}}Body")
    if held is None or not len(held):
        return ["Body: –"]
    found = []
    for error in compiled.iter_errors(held[0], namespaces=prefixes):
        reason = " ".join(str(error.reason or error.message).split())
        found.append(f"{error.path}: {reason[:150]}")
        if len(found) == _MOST:
            break
    return found


def usable(schema: str) -> None:
    """Do nothing where a schema can be used.

    Raises:
        NotTested: the schema processor is missing, or cannot use the schema.
    """
    _compiled(schema)


@lru_cache(maxsize=16)
def _compiled(schema: str) -> Any:
    try:
        library = importlib.import_module("xmlschema")
    except ImportError:
        raise NotTested(
            Reason.TOOL_MISSING,
            Text(
                vi="cần thư viện xmlschema: pip install 'vnda-conformance[xml]'",
                en="it takes the library xmlschema: pip install 'vnda-conformance[xml]'",
            ),
        ) from None
    try:
        with warnings.catch_warnings():
            # What it would import from elsewhere is told by the error that follows.
            warnings.simplefilter("ignore")
            return library.XMLSchema(schema, allow="none", defuse="always")
    except (library.XMLSchemaException, ET.ParseError, ValueError) as error:
        said = " ".join(str(error).split())[:200]
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"không dùng được lược đồ `x-xsd`: {said}",
                en=f"the schema in `x-xsd` cannot be used: {said}",
            ),
        ) from None
