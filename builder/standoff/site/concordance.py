"""A page a label, with all its examples in context, and the list of all labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from standoff.site.collecting import GROUPS, Collection, Hit
from standoff.site.items import excerpt
from standoff.site.pages import NO_LABEL, Writer, cut, label_path

_CONTEXT = 64
_LONGEST = 140
_FIXED = 330
_COMMON = 10


@dataclass(slots=True)
class Line:
    """A line of a concordance; without a text, the offsets stand for the words."""

    left: str
    hit: str
    right: str
    hit_info: Hit

    @property
    def cost(self) -> int:
        """About how many bytes of a page it takes."""
        words = len((self.left + self.hit + self.right).encode("utf-8", "replace"))
        return _FIXED + words + len(self.hit_info.href) + sum(map(len, self.hit_info.annotators))


@dataclass(slots=True)
class Label:
    """A label with its numbers; `shares` are of 1,000, of the commonest label of its group."""

    group: str
    label: str
    path: str
    examples: int
    documents: int
    annotators: list[tuple[str, int]]
    share: int = 0


def write(writer: Writer, collection: Collection) -> list[Label]:
    """Write the list of labels and a page for each; return the labels, commonest first in each group."""
    labels = [_label(group, label, hits) for (group, label), hits in collection.hits.items()]
    labels.sort(key=lambda entry: (GROUPS.index(entry.group), -entry.examples, entry.label))
    most: Counter[str] = Counter()
    for entry in labels:
        most[entry.group] = max(most[entry.group], entry.examples)
    for entry in labels:
        entry.share = max(entry.examples * 1000 // most[entry.group], 4)
        _write_label(writer, collection, entry, labels)
    _write_list(writer, labels)
    return labels


def _label(group: str, label: str, hits: Sequence[Hit]) -> Label:
    counts = Counter(name for hit in hits for name in hit.annotators)
    documents = len({hit.doc_id for hit in hits})
    shown = label or NO_LABEL
    return Label(group, shown, label_path(group, label), len(hits), documents, sorted(counts.items()))


def _write_list(writer: Writer, labels: Sequence[Label]) -> None:
    costs = [360 + 5 * len(entry.label) + 40 * len(entry.annotators) for entry in labels]
    pages = cut(labels, costs)
    files = [(n, "index.html" if n == 1 else f"index-{n}.html") for n in range(1, len(pages) + 1)]
    for (number, file), page in zip(files, pages, strict=True):
        groups = {group: [entry for entry in page if entry.group == group] for group in GROUPS}
        writer.write(
            f"labels/{file}", "labels.html", groups={group: each for group, each in groups.items() if each},
            parts=files, number=number, total=len(labels),
        )  # fmt: skip


def _write_label(writer: Writer, collection: Collection, label: Label, labels: Sequence[Label]) -> None:
    hits = collection.hits[label.group, "" if label.label == NO_LABEL else label.label]
    lines = [_line(hit, collection.texts.get(hit.doc_id)) for hit in hits]
    common = Counter(line.hit.lower() for line, hit in zip(lines, hits, strict=True) if hit.doc_id in collection.texts)
    pages = cut(lines, [line.cost for line in lines], 220_000)
    stem = label.path.removesuffix(".html").partition("/")[2]
    files = [(n, f"{stem}.html" if n == 1 else f"{stem}.{n}.html") for n in range(1, len(pages) + 1)]
    alike = [entry for entry in labels if entry.label == label.label and entry is not label]
    for (number, file), page in zip(files, pages, strict=True):
        writer.write(
            f"labels/{file}", "label.html", label=label, lines=page, parts=files, number=number,
            common=[(words, times) for words, times in common.most_common(_COMMON) if times > 1],
            different=len(common), alike=alike, many=len(label.annotators) > 1,
            withheld=sum(hit.doc_id not in collection.texts for hit in hits),
        )  # fmt: skip


def _line(hit: Hit, text: str | None) -> Line:
    if not hit.fragments:
        return Line("", "(no place in the text)", "", hit)
    start, end = hit.fragments[0][0], hit.fragments[-1][1]
    if text is None:
        return Line("", f"{start}–{end}", "", hit)
    words = " … ".join(text[low:high] for low, high in hit.fragments)
    words = excerpt(words, _LONGEST)
    left = ("…" if start > _CONTEXT else "") + text[max(start - _CONTEXT, 0) : start]
    right = text[end : end + _CONTEXT] + ("…" if end + _CONTEXT < len(text) else "")
    return Line(_flat(left), _flat(words), _flat(right), hit)


def _flat(text: str) -> str:
    return text.replace("\n", " ").replace("\t", " ")
