"""Annotation files -> Annotations: one file a format, each with `read(data, doc_id, annotator, path)`."""

from __future__ import annotations

from standoff.annotations import brat, native
from standoff.annotations.reading import Reading

READERS = {"native": native.read, "brat": brat.read}
"""Format -> reader. A reader takes the bytes of one file and returns what it holds, faults included."""

SUFFIXES = {".json": "native", ".ann": "brat"}
"""How files of a format that lie in a folder of their own are told apart."""

__all__ = ["READERS", "SUFFIXES", "Reading"]
