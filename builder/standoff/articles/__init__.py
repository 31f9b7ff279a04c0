"""Raw articles -> Documents: one file a format, all with a frozen text and a map back to the raw file."""

from __future__ import annotations

import hashlib
from pathlib import Path

from standoff.articles import jsonl, plain
from standoff.corpus.config import Articles
from standoff.errors import InputError
from standoff.finding import Finding
from standoff.model import Document, Metadata


def read(
    doc_id: str, path: Path, shown: str, record: jsonl.Record | None, known: Metadata, settings: Articles
) -> tuple[Document, list[Finding]]:
    """Read one article, a raw text file or one record of a JSON lines file, and what is wrong with its cuts.

    Raises InputError if it cannot be opened or decoded.
    """
    data = read_bytes(path, shown, record)
    if record is None:
        raw = plain.decode(data, settings.encoding, shown)
    else:
        raw = str(jsonl.parse(data, shown, record.line)["text"])
    document, findings = freeze(doc_id, raw, hashlib.sha256(data).hexdigest(), shown, known, settings)
    document.is_file = record is None
    return document, findings


def freeze(
    doc_id: str, raw: str, raw_sha256: str, shown: str, known: Metadata, settings: Articles
) -> tuple[Document, list[Finding]]:
    """Make the Document of decoded raw text: newlines, declared cuts, sections, title and dateline."""
    findings: list[Finding] = []
    cuts = plain.cuts_of(raw, settings.cuts, doc_id, shown, findings)
    text, source_map = plain.freeze(raw, cuts)
    sections = plain.sections_of(text, settings.headline)
    for section in sections:
        if section.kind == "title" and known.title is None:
            known.title = text[section.start : section.end].strip()
        elif section.kind == "dateline" and known.dateline is None:
            known.dateline = plain.place_of(text[section.start : section.end])
    document = Document(
        id=doc_id,
        text=text,
        text_sha256=digest(text),
        text_length=len(text),
        raw_sha256=raw_sha256,
        path=shown,
        source_map=source_map,
        sections=sections,
        metadata=known,
        raw=None if raw == text else raw,
        removed=[raw[start:end] for start, end in cuts],
    )
    return document, findings


def read_bytes(path: Path, shown: str, record: jsonl.Record | None = None) -> bytes:
    """Return the bytes of a file, or of the line that holds a record. Raises InputError if it cannot be opened."""
    try:
        with path.open("rb") as file:
            if record is None:
                return file.read()
            file.seek(record.offset)
            return file.read(record.size)
    except OSError as error:
        raise InputError(shown, f"cannot be read: {error.strerror}", code="E101") from None


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8. A lone surrogate, which is no character, counts as its escape."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
