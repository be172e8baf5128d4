"""What Atom and RSS share: elements by the standard library, and text without the characters that XML does not allow."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, tostring

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def allowed(text: str) -> str:
    """A text without the characters that XML 1.0 does not allow."""
    return _FORBIDDEN.sub("", text)


def add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    """A new element at the end of another."""
    element = SubElement(parent, name, {key: allowed(value) for key, value in attributes.items()})
    element.text = None if text is None else allowed(text)
    return element


def document(root: Element) -> bytes:
    """The document of a root."""
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written
