"""Mentions -> CoNLL columns: a token and its BIO tag a line, a blank line after a sentence, a file a split.

Format: https://www.clips.uantwerpen.be/conll2003/ner/, with the columns token and tag alone. Sentences, tokens and the
choice of mentions are those of the config `ner`. A .documents.txt names the documents of a file, in their order.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from standoff.annotations.conll.columns import NAMES
from standoff.exports import ledger as accounts
from standoff.exports.folder import Folder
from standoff.exports.ledger import Ledger
from standoff.model import ITEM_LISTS, AnnotatedDocument, Span
from standoff.tables import ner, segmentation

DOCSTART = "-DOCSTART- O"
_WHOLE = "all"


def export(documents: Iterable[AnnotatedDocument], folder: Folder, ledger: Ledger) -> None:
    """Write <split>.conll and <split>.documents.txt; documents without a split are in all.conll."""
    for source in documents:
        text = lines(source, ledger)
        if text is not None:
            below, split = folder.of(source), source.document.metadata.split or _WHOLE
            with (below / f"{split}.conll").open("ab") as file:
                file.write(text.encode())
            with (below / f"{split}{NAMES}").open("ab") as file:
                file.write(f"{source.document.id}\n".encode())


def lines(source: AnnotatedDocument, ledger: Ledger) -> str | None:
    """Return the lines of a document, None without its text; enter what they cannot say."""
    document, annotations = source.document, source.annotations
    ledger.enter(annotations)
    if document.withheld or document.text is None:
        ledger.drop_all(annotations, accounts.WITHHELD)
        return None
    mentions = enter_flat(source, ledger)
    leave = partial(_leave, source, ledger)
    sentences = segmentation.sentences(document.text)
    pieces = [f"{DOCSTART}\n\n"]
    found = ner.by_sentence(ner.choose(mentions, leave), sentences, leave)
    for (start, end), inside in zip(sentences, found, strict=True):
        tokens = segmentation.tokens(document.text, start, end)
        tags = ner.tags(tokens, inside, end, leave)
        rows = zip(tokens, tags, strict=True)
        pieces += [f"{document.text[first:last]} {_column(tag)}\n" for (first, last), tag in rows]
        pieces.append("\n")
    return "".join(pieces)


def enter_flat(source: AnnotatedDocument, ledger: Ledger, *, kept: Iterable[str] = ("spans",)) -> list[Span]:
    """Return the mentions; enter all other items as losses, and what mentions have besides place and label."""
    annotations = source.annotations
    for layer in ITEM_LISTS:
        if layer not in kept:
            ledger.drop(annotations, layer, "not expressible", [item.id for item in getattr(annotations, layer)])
    others = [span.id for span in annotations.spans if span.kind != "mention"]
    ledger.drop(annotations, "spans", "not expressible: no mention", others)
    mentions = [span for span in annotations.spans if span.kind == "mention"]
    for span in mentions:
        fields = [name for name, value in (("form", span.form), ("attributes", span.attributes)) if value]
        if fields:
            ledger.lose(annotations, "truncated", "spans", f"not expressible: {', '.join(fields)}", span.id)
        if any(letter.isspace() for letter in span.label):
            ledger.lose(annotations, "truncated", "spans", "a blank in the label becomes _", span.id)
    ledger.lose_empty_layers(annotations)
    if annotations.attributes:
        ledger.lose(annotations, "truncated", accounts.DOCUMENTS, "not expressible: attributes")
    return mentions


def _leave(source: AnnotatedDocument, ledger: Ledger, reason: str, span: Span) -> None:
    ledger.lose(source.annotations, "dropped", "spans", reason, span.id)


def _column(tag: str) -> str:
    return "_".join(tag.split()) or tag
