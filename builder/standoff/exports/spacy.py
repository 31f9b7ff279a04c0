"""Annotations -> spaCy's DocBin: a .spacy file a split, with tokens, sentences, entities and all spans.

Format: https://spacy.io/api/docbin. Tokens and sentences are those of the config `ner`, and blanks are tokens of their
own, so that `doc.text` is the text. `doc.ents` has the mentions that do not overlap, `doc.spans` a group a kind of
span with all that stand on tokens; a span's id is in `span.id_`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from standoff.errors import ConfigError
from standoff.exports import ledger as accounts
from standoff.exports.folder import Folder
from standoff.exports.ledger import Ledger
from standoff.model import ITEM_LISTS, AnnotatedDocument, Fragment, Span
from standoff.tables import ner, segmentation

_WHOLE = "all"
_BLANKS = re.compile(r"\s+")


def export(documents: Iterable[AnnotatedDocument], folder: Folder, ledger: Ledger) -> None:
    """Write <split>.spacy; documents without a split are in all.spacy. Raises ConfigError without spaCy."""
    spacy = _spacy()
    vocabulary = spacy.blank("xx").vocab
    bins: dict[str, Any] = {}
    for source in documents:
        made = doc(source, vocabulary, ledger)
        if made is not None:
            path = folder.of(source) / f"{source.document.metadata.split or _WHOLE}.spacy"
            bins.setdefault(str(path), spacy.tokens.DocBin(store_user_data=True)).add(made)
    for name, found in bins.items():
        found.to_disk(name)


def doc(source: AnnotatedDocument, vocabulary: Any, ledger: Ledger) -> Any:
    """Return the `spacy.tokens.Doc` of a document, None without its text; enter what it cannot hold."""
    from spacy.tokens import Doc

    document, annotations = source.document, source.annotations
    ledger.enter(annotations)
    if document.withheld or document.text is None:
        ledger.drop_all(annotations, accounts.WITHHELD)
        return None
    _enter_rest(source, ledger)
    places = list(_tokens(document.text))
    made = Doc(vocabulary, **_words(document.text, places))
    starts = {place[0]: number for number, place in enumerate(places)}
    for token in made:
        token.is_sent_start = False
    for start, _ in segmentation.sentences(document.text):
        if start in starts:
            made[starts[start]].is_sent_start = True
    _add_spans(made, source, ledger, places)
    made.user_data["doc_id"] = document.id
    made.user_data["annotator"] = annotations.annotator
    made.user_data["layers"] = list(annotations.layers or ())
    made.user_data["attributes"] = {
        span.id: {**({"form": span.form} if span.form else {}), **dict(span.attributes)} for span in annotations.spans
    }
    return made


def _spacy() -> Any:
    try:
        import spacy
        import spacy.tokens
    except ImportError:
        raise ConfigError(None, "--to spacy needs spaCy; pip install 'standoff[spacy]'") from None
    return spacy


def _enter_rest(source: AnnotatedDocument, ledger: Ledger) -> None:
    annotations = source.annotations
    for layer in ITEM_LISTS[1:]:
        ledger.drop(annotations, layer, "not expressible", [item.id for item in getattr(annotations, layer)])
    if annotations.attributes:
        ledger.lose(annotations, "truncated", accounts.DOCUMENTS, "not expressible: attributes")


def _tokens(text: str) -> Iterator[Fragment]:
    """Yield the tokens, and as tokens too what lies between them: all but single blanks after a token."""
    position = 0
    for start, end in segmentation.tokens(text, 0, len(text)):
        if start > position:
            yield from _between(text, position, start)
        yield start, end
        position = end
    yield from _between(text, position, len(text))


def _between(text: str, start: int, end: int) -> Iterator[Fragment]:
    first = start + (text[start:end].startswith(" ") and start > 0)
    if first < end:
        yield first, end


def _words(text: str, places: list[Fragment]) -> dict[str, Any]:
    """Return the arguments of a Doc: its words, and whether a blank follows each."""
    ends = [start for start, _ in places[1:]] + [len(text)]
    return {
        "words": [text[start:end] for start, end in places],
        "spaces": [following > end for (_, end), following in zip(places, ends, strict=True)],
    }


def _add_spans(made: Any, source: AnnotatedDocument, ledger: Ledger, places: list[Fragment]) -> None:
    """Put spans into groups by kind, and the mentions that stand apart into the entities."""
    first = {start: number for number, (start, _) in enumerate(places)}
    last = {end: number + 1 for number, (_, end) in enumerate(places)}
    annotations, found = source.annotations, dict[str, Any]()
    for span in annotations.spans:
        if len(span.fragments) > 1:
            ledger.lose(annotations, "dropped", "spans", "discontinuous", span.id)
        elif span.start not in first or span.end not in last:
            ledger.lose(annotations, "dropped", "spans", "not on token borders", span.id)
        else:
            found[span.id] = _span(made, span, first[span.start], last[span.end])
            made.spans.setdefault(span.kind, []).append(found[span.id])
    mentions = [span for span in annotations.spans if span.kind == "mention" and span.id in found]
    made.ents = [found[span.id] for span in ner.choose(mentions, _stays_in_group)]


def _stays_in_group(reason: str, span: Span) -> None:
    """A mention that overlaps another is no entity of the Doc, and is still in the group of mentions: no loss."""


def _span(made: Any, span: Span, start: int, end: int) -> Any:
    from spacy.tokens import Span as SpacySpan

    return SpacySpan(made, start, end, label=span.label, span_id=span.id)
