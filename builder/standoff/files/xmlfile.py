"""The one XML reader: strict parsing into elements that know their place, and no document type definitions.

A DTD can hide entities that grow without end and files outside; no annotation tool needs one, so a file with one is
refused before anything in it is expanded. XML 1.1, which some tools write to keep control characters, is read, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from standoff.errors import InputError

DEEPEST = 100
"""More elements within each other than that are no annotation file."""

_VERSION = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<\?xml\s+version\s*=\s*[\"']1(\.1)[\"']")
_ENCODING = re.compile(rb"^\s*<\?xml[^>]*\sencoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']")
_CONTROL = re.compile(rb"&#(?:x0*([0-9a-fA-F]{1,2})|0*([0-9]{1,3}));")
_STAND_IN = 0x10F000
_STOOD_IN = re.compile(f"[{chr(_STAND_IN)}-{chr(_STAND_IN + 0x9F)}]")
_LINE_ENDS = ("\x85".encode(), "\u2028".encode())


@dataclass(slots=True)
class Element:
    """An element: its namespace and name, attributes by `name` or `{namespace}name`, and its place (from 1).

    `text` is what stands in it outside its children. Columns count code points.
    """

    namespace: str
    name: str
    attributes: dict[str, str]
    line: int
    column: int
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def named(self, name: str) -> Iterator[Element]:
        """Yield the children of a name, whatever their namespace."""
        return (child for child in self.children if child.name == name)


def parse(data: bytes, path: str, *, deepest: int = DEEPEST) -> Element:
    """Parse an XML file and return its root element.

    Raises InputError with line and column if it is not well-formed, declares a document type, has an encoding that
    is not known, or nests more than `deepest` elements.
    """
    version_11 = _VERSION.search(data[:200])
    tree = _Tree(path, deepest, controls=bool(version_11))
    if version_11:
        data = _as_version_10(data, version_11)
    try:
        tree.parser.Parse(data, True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        message = f"not well-formed XML: {what}; export the file again, or mend it at this place"
        raise InputError(path, message, line=error.lineno, column=error.offset + 1, code="E124") from None
    except (LookupError, ValueError) as error:
        raise InputError(path, f"not readable as XML: {error}", line=1, column=1, code="E124") from None
    return tree.top


class _Tree:
    """The elements of a file in the making."""

    def __init__(self, path: str, deepest: int, *, controls: bool) -> None:
        self.path, self.deepest, self.controls = path, deepest, controls
        self.top = Element("", "", {}, 1, 1)
        self.open: list[Element] = []
        self.names: dict[str, tuple[str, str]] = {}
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        message = f"declares a document type (<!DOCTYPE {name[:40]} …>), which can hide entities; take it out"
        refusal = self.refusal(message)
        refusal.column = None  # the parser is behind the name already
        raise refusal

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) >= self.deepest:
            raise self.refusal(f"elements are nested more than {self.deepest} deep; no annotation file is")
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        namespace, local = self.split(name)
        given = {key if "}" not in key else "{" + key: value for key, value in attributes.items()}
        if self.controls:
            given = {key: _restored(value) for key, value in given.items()}
        element = Element(namespace, local, given, line, column)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.top = element
        self.open.append(element)

    def end(self, name: str) -> None:
        self.open.pop()

    def characters(self, text: str) -> None:
        self.open[-1].text += _restored(text) if self.controls else text

    def split(self, name: str) -> tuple[str, str]:
        if name not in self.names:
            namespace, _, local = name.rpartition("}")
            self.names[name] = (namespace, local)
        return self.names[name]

    def refusal(self, message: str) -> InputError:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        return InputError(self.path, message, line=line, column=column, code="E124")


def _as_version_10(data: bytes, version: re.Match[bytes]) -> bytes:
    """Write an XML 1.1 file as XML 1.0: references to control characters, which 1.0 forbids, become stand-ins.

    The line ends that only 1.1 has become line feeds, as it says.
    """
    encoding = _ENCODING.search(data[:400])
    data = data[: version.start(1)] + b".0" + data[version.end(1) :]
    data = _CONTROL.sub(_stand_in, data)
    if encoding is None or encoding[1].lower() in (b"utf-8", b"utf8"):
        for mark in _LINE_ENDS:
            data = data.replace(mark, b"\n")
    return data


def _stand_in(reference: re.Match[bytes]) -> bytes:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    is_control = 0 < number < 0x20 and number not in (9, 10, 13)
    return b"&#%d;" % (_STAND_IN + number) if is_control else reference[0]


def _restored(text: str) -> str:
    """Put the control characters back for their stand-ins."""
    return _STOOD_IN.sub(lambda match: chr(ord(match[0]) - _STAND_IN), text) if not text.isascii() else text
