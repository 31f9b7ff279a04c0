"""UIMA CAS XMI (`.xmi`), as INCEpTION, WebAnno and DKPro Core write it -> an Export.

Format: UIMA reference manual, "XMI CAS Serialization Reference". The texts are in the file; the type system is not: it
lies beside the file, or is inferred.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from standoff.annotations.export import Export, Siblings
from standoff.annotations.uima import cas
from standoff.annotations.uima import typesystem as uima_typesystem
from standoff.annotations.uima.structures import Cas, Structure
from standoff.errors import InputError
from standoff.files import xmlfile
from standoff.finding import Finding

_XMI = "http://www.omg.org/XMI"
_ID = f"{{{_XMI}}}id"
_NO_NAMESPACE = "uima.noNamespace."
_NUMBER = re.compile(r"[0-9]{1,18}")
_HEAD = 1 << 16


def unpack(data: bytes, path: str, siblings: Siblings) -> Export:
    """Read one XMI file. Every view with a text is a document; offsets count UTF-16 units.

    Raises InputError if the file is no XML, or no CAS. What is wrong in it is a finding, and reading goes on.
    """
    found = _structures(xmlfile.parse(data, path), path)
    wanted = {structure.type_name for structure in found.structures.values()}
    name, beside, faults = uima_typesystem.beside(siblings, PurePosixPath(path).stem, wanted)
    found.findings += [Finding("W125", path, f"{fault}; its types are inferred", 1, 1) for fault in faults]
    return cas.export(found, {**uima_typesystem.known(), **beside}, name, data, path, siblings)


def sniff(data: bytes) -> bool:
    """Say whether an XML file is a CAS: its root is XMI, and it declares UIMA's namespace."""
    head = data[:_HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode("utf-8")
    return _XMI.encode() in head and b"/uima/cas.ecore" in head


def _structures(root: xmlfile.Element, path: str) -> Cas:
    if (root.namespace, root.name) != (_XMI, "XMI"):
        message = f"the root element is {root.name[:40]!r}; expected xmi:XMI, as UIMA writes it"
        raise InputError(path, message, line=root.line, column=root.column, code="E124")
    found = Cas()
    for element in root.children:
        type_name = _type_name(element)
        if type_name == "uima.cas.View":
            sofa = element.attributes.get("sofa", "")
            found.members.setdefault(sofa, []).extend(element.attributes.get("members", "").split())
        elif type_name != "uima.cas.NULL":
            found.add(_structure(element, type_name, found, path), path)
    return found


def _structure(element: xmlfile.Element, type_name: str, found: Cas, path: str) -> Structure:
    given: dict[str, str | list[str]] = {name: value for name, value in element.attributes.items() if name[0] != "{"}
    for child in element.children:
        earlier = given.get(child.name)
        given[child.name] = [*earlier, child.text] if isinstance(earlier, list) else [child.text]
    sofa, begin, end = (element.attributes.get(name) for name in ("sofa", "begin", "end"))
    for name in ("sofa", "begin", "end"):
        given.pop(name, None)
    name = element.attributes.get(_ID, "")
    numbered = bool(_NUMBER.fullmatch(name))
    if name and not numbered:
        message = f"found the id {name[:40]!r}; expected a number"
        found.findings.append(Finding("E306", path, message, element.line, element.column))
    own = name if numbered else f"{element.line}-{element.column}"
    return Structure(own, type_name, element.line, element.column, given, {}, sofa, begin, end, numbered=numbered)


def _type_name(element: xmlfile.Element) -> str:
    """Return the name of a type: `http:///webanno/custom.ecore` and `Span` are `webanno.custom.Span`."""
    package = element.namespace.removeprefix("http:///").removesuffix(".ecore").replace("/", ".")
    return f"{package}.{element.name}".removeprefix(_NO_NAMESPACE)
