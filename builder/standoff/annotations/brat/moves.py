"""A brat file whose text was edited: the same lines, with new offsets and surface texts on those that have some."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.model import Document, Fragment, Span


def write(data: bytes, document: Document, moved: Sequence[tuple[Span, Sequence[Fragment]]]) -> str:
    """Return an .ann file with each moved span at its new fragments (code points of the text); others stay as they are.

    The offsets written are those that brat counts: code points of the .txt file as it lies there.
    """
    lines = data.decode("utf-8-sig").split("\n")
    for span, fragments in moved:
        if span.line is not None and fragments:
            end = "\r" if lines[span.line - 1].endswith("\r") else ""
            lines[span.line - 1] = _line(span, sorted(fragments), document) + end
    return "\n".join(lines)


def _line(span: Span, fragments: list[Fragment], document: Document) -> str:
    places = ";".join(f"{document.source_map.to_raw(a)} {document.source_map.to_raw(b - 1) + 1}" for a, b in fragments)
    surface = " ".join((document.text or "")[a:b] for a, b in fragments).replace("\n", " ")
    return f"{span.raw_id}\t{span.label} {places}\t{surface}"
