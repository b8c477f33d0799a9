"""XML, read only to see whether it is well-formed."""

from __future__ import annotations

from xml.parsers import expat


def is_xml(body: bytes) -> bool:
    """Whether bytes are well-formed XML; a document that declares entities is not read."""
    parser = expat.ParserCreate()
    # No entity of the document is ever expanded: a bomb is not well-formed enough for us.
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError):
        return False
    return True


def _refuse(*_: object) -> None:
    message = "entity declarations are not read"
    raise ValueError(message)
