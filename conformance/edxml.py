"""Messages in edXML (QCVN 102:2016/BTTTT, Amendment 1:2022): what they say, and how one is changed.

The regulation could not be read in full: names of elements are those of software in use, with its
spelling `Bussiness`, and so are the prefix `cid:` of references and the two ways to write a day.
"""

from __future__ import annotations

import base64
import binascii
import re
from xml.etree import ElementTree as ET  # writes only; what is read comes from `xml_tree`

from conformance import xml_tree
from conformance.formats.dates import is_date
from conformance.xml_tree import Element

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
PREFIX = "edXML"
ROOT = "edXML"
ENVELOPE = ("edXMLEnvelope",)
HEADER = (*ENVELOPE, "edXMLHeader", "MessageHeader")
TRACES = (*ENVELOPE, "edXMLHeader", "TraceHeaderList")
MANIFEST = (*ENVELOPE, "edXMLBody", "edXMLManifest")
ATTACHMENTS = ("AttachmentEncoded", "Attachment")
# The status of a document, as receivers tell it.
STATUSES = frozenset({"01", "02", "03", "04", "05", "06", "13", "15", "16"})
# The value of BussinessDocType for each kind of message.
KINDS = {"edoc": "0", "revocation": "1", "update": "2", "replacement": "3"}
_DAY = re.compile(r"([0-9]{4})/([0-9]{2})/([0-9]{2})")


def read(body: bytes) -> Element | None:
    """Return the root of a message; None where it is no XML, or declares a type."""
    return xml_tree.read(body)


def written(root: Element) -> bytes:
    """Write a message."""
    return xml_tree.written(root, PREFIX)


def all_at(root: Element, *path: str) -> list[Element]:
    """Return every element at the end of a path of names below the root, in its namespace."""
    found = [root]
    for name in path:
        found = [child for node in found for child in node.findall(f"{{{NAMESPACE}}}{name}")]
    return found


def first(root: Element, *path: str) -> Element | None:
    """Return the first element at the end of a path."""
    return next(iter(all_at(root, *path)), None)


def said(root: Element, *path: str) -> str:
    """Return the text at the end of a path; empty where there is none."""
    found = first(root, *path)
    return (found.text or "").strip() if found is not None else ""


def parties(root: Element, name: str) -> list[str]:
    """Return the codes of the agencies that a message names as `From` or `To`."""
    return [said(node, "OrganId") for node in all_at(root, *HEADER, name)]


def day(root: Element) -> str:
    """Return the day of promulgation as it is written."""
    return said(root, *HEADER, "PromulgationInfo", "PromulgationDate")


def as_date(written_day: str) -> str | None:
    """Return a day as ISO 8601 has it; None where the calendar has none such.

    Data write 2026-10-01, messages of software in use 2026/10/01.
    """
    parts = _DAY.fullmatch(written_day)
    found = "-".join(parts.groups()) if parts else written_day
    return found if is_date(found) else None


def references(root: Element) -> list[str]:
    """Return what the manifest names, without the prefix `cid:`."""
    return [_content_id(node) for node in all_at(root, *MANIFEST, "Reference")]


def attachments(root: Element) -> list[tuple[str, str]]:
    """Return the attachments: by which name each is known, and its content as it is written."""
    return [
        (_content_id(node), said(node, "ContentTransferEncoded"))
        for node in all_at(root, *ATTACHMENTS)
    ]


def decoded(content: str) -> bytes | None:
    """Return what base64 stands for, line breaks overlooked (RFC 2045, 6.8); None where nothing."""
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def say(root: Element, text: str, *path: str) -> None:
    """Set a text at the end of a path, making the elements that are not there yet."""
    node = root
    for name in path:
        tag = f"{{{NAMESPACE}}}{name}"
        found = node.find(tag)
        node = ET.SubElement(node, tag) if found is None else found
    node.text = text


def drop(root: Element, *path: str) -> bool:
    """Take every element at the end of a path away; whether there was one."""
    gone = False
    for parent in all_at(root, *path[:-1]):
        for child in all_at(parent, path[-1]):
            parent.remove(child)
            gone = True
    return gone


def _content_id(node: Element) -> str:
    return said(node, "ContentId").removeprefix("cid:")
