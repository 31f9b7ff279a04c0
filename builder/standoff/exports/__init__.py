"""Documents with annotations -> the files of other tools, one file a format; every loss stands in a ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from standoff.exports import brat, cas_xmi, conll, label_studio, native, spacy, w3c
from standoff.exports.folder import Folder
from standoff.exports.ledger import Ledger
from standoff.model import AnnotatedDocument


class Exporter(NamedTuple):
    """What writes a format, what it is in a sentence, and the extra of Standoff that it needs, if any."""

    export: Callable[[Iterable[AnnotatedDocument], Folder, Ledger], None]
    sentence: str
    extra: str | None = None


FORMATS = {
    "brat": Exporter(brat.export, "brat stand-off, with annotation.conf"),
    "native": Exporter(native.export, "a corpus folder in Standoff's own format"),
    "conll": Exporter(conll.export, "CoNLL columns, BIO tags"),
    "cas_xmi": Exporter(cas_xmi.export, "UIMA CAS XMI, with TypeSystem.xml"),
    "w3c": Exporter(w3c.export, "W3C Web Annotations, JSON-LD"),
    "label_studio": Exporter(label_studio.export, "Label Studio tasks, with their configuration"),
    "spacy": Exporter(spacy.export, "spaCy's DocBin", "spacy"),
}
"""All formats that can be written, by the name that `--to` takes."""
