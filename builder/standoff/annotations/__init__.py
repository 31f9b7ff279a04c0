"""Annotation files -> Annotations: one file a format, each with `read(data, doc_id, annotator, path)`.

For `inspect` and `init` a format also says how it is recognised (`sniff`) and, where its lines are not its items,
how they are counted (`tally`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from standoff.annotations import brat, brat_config, native
from standoff.annotations.configuration import Inventory
from standoff.annotations.reading import Reading, tally


class Format(NamedTuple):
    """What is known of one format: reader, suffix of its files, how a file is recognised and counted.

    `configuration` is the name of the tool's own configuration, where exports have it, and its reader.
    """

    read: Callable[[bytes, str, str, str], Reading]
    suffix: str
    sniff: Callable[[bytes], bool]
    tally: Callable[[Reading, bytes], Counter[str]] = tally
    configuration: tuple[str, Callable[[str], Inventory]] | None = None


FORMATS = {
    "native": Format(native.read, ".json", native.sniff),
    "brat": Format(brat.read, ".ann", brat.sniff, brat.tally, (brat_config.FILE, brat_config.read)),
}
"""Name -> format. This table is the one place that lists the formats."""

READERS = {name: each.read for name, each in FORMATS.items()}
"""Format -> reader. A reader takes the bytes of one file and returns what it holds, faults included."""

SUFFIXES = {each.suffix: name for name, each in FORMATS.items()}
"""How files of a format that lie in a folder of their own are told apart."""

__all__ = ["FORMATS", "READERS", "SUFFIXES", "Format", "Reading"]
