"""Pages across documents: the documents, named entities, happenings and their timeline, and the network of stance."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from standoff.model import LAYERS
from standoff.site import charts
from standoff.site.collecting import Collection, EntityRecord, EventRecord, Party, StanceRecord
from standoff.site.pages import Writer, cut

_LISTED = 8
_BARS = 60


@dataclass(slots=True)
class Known:
    """Somebody or something of one name and label, over all documents."""

    name: str
    label: str
    kb_ids: list[str]
    documents: int
    mentions: int
    places: list[EntityRecord]
    also: list[str]


@dataclass(slots=True)
class Happening:
    """Events that share a `same_as`: the reports of one happening."""

    same_as: str
    labels: list[str]
    days: list[str]
    documents: int
    reports: list[EventRecord]

    @property
    def differs(self) -> bool:
        """True where the reports disagree in type or date."""
        return len(self.labels) > 1 or len(self.days) > 1


@dataclass(slots=True)
class Toward:
    """Stances of one holder toward one target with one label."""

    holder: Party
    label: str
    target: Party
    pole: str
    places: list[StanceRecord]


def files_of(folder: str, count: int) -> list[tuple[int, str]]:
    """Return number and name of the files of a list of pages."""
    return [(n, f"{folder}.html" if n == 1 else f"{folder}-{n}.html") for n in range(1, count + 1)]


def write_documents(writer: Writer, collection: Collection) -> None:
    """Write the list of documents."""
    costs = [320 + 2 * len(record.name) + 12 * len(record.annotators) + 6 * len(LAYERS) + 2 * len(record.href)
             for record in collection.documents]  # fmt: skip
    pages = cut(collection.documents, costs)
    files = files_of("index", len(pages))
    for (number, file), page in zip(files, pages, strict=True):
        writer.write(
            f"documents/{file}", "documents.html", records=page, parts=files, number=number, layers=LAYERS,
            total=len(collection.documents),
        )  # fmt: skip


def known(records: Sequence[EntityRecord]) -> list[Known]:
    """Return the entities of one name (case ignored) and label as one, those of most documents first."""
    groups: dict[tuple[str, str], list[EntityRecord]] = defaultdict(list)
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    for record in records:
        groups[record.name.casefold(), record.label].append(record)
        labels[record.name.casefold()][record.label] += 1
    found = []
    for (folded, label), mine in groups.items():
        places = list({record.doc_id: record for record in mine}.values())
        name = Counter(record.name for record in mine).most_common(1)[0][0]
        kb_ids = sorted({record.kb_id for record in mine if record.kb_id})
        also = sorted(other for other in labels[folded] if other != label)
        found.append(Known(name, label, kb_ids, len(places), sum(r.mentions for r in mine), places, also))
    return sorted(found, key=lambda entry: (-entry.documents, -entry.mentions, entry.name, entry.label))


def write_entities(writer: Writer, collection: Collection) -> list[Known]:
    """Write the pages of named entities; return them."""
    found = known(collection.entities)
    costs = [340 + 6 * len(entry.name) + 130 * min(entry.documents, _LISTED) for entry in found]
    pages = cut(found, costs)
    files = files_of("index", len(pages))
    for (number, file), page in zip(files, pages, strict=True):
        writer.write(
            f"entities/{file}", "entities.html", entities=page, parts=files, number=number, total=len(found),
            unnamed=collection.unnamed, listed=_LISTED,
        )  # fmt: skip
    return found


def happenings(records: Sequence[EventRecord]) -> list[Happening]:
    """Return the events that are told more than once, by `same_as`; those of most documents first."""
    groups: dict[str, list[EventRecord]] = defaultdict(list)
    for record in records:
        if record.same_as:
            groups[record.same_as].append(record)
    found = [
        Happening(
            name,
            sorted({record.label for record in mine}),
            sorted({day for record in mine if (day := _when(record))}),
            len({record.doc_id for record in mine}),
            mine,
        )
        for name, mine in groups.items()
    ]
    return sorted(found, key=lambda entry: (-entry.documents, -len(entry.reports), entry.same_as))


def write_events(writer: Writer, collection: Collection) -> list[Happening]:
    """Write the pages of happenings and their timeline; return the happenings."""
    found = happenings(collection.events)
    costs = [260 + 2 * len(entry.same_as) + sum(330 + len(r.words) * 2 for r in entry.reports) for entry in found]
    pages = cut(found, costs)
    files = files_of("index", len(pages))
    for (number, file), page in zip(files, pages, strict=True):
        writer.write(
            f"events/{file}", "events.html", happenings=page, parts=files, number=number, total=len(found),
            events=len(collection.events), alone=sum(not record.same_as for record in collection.events),
        )  # fmt: skip
    _write_timeline(writer, collection)
    return found


def _write_timeline(writer: Writer, collection: Collection) -> None:
    groups: dict[str, list[EventRecord]] = defaultdict(list)
    for record in collection.events:
        if any(_is_day(day) for day in (record.earliest, record.latest)):
            groups[record.same_as or f"\0{record.href}"].append(record)
    dated = sorted(groups.values(), key=lambda group: (*_range(group), group[0].href))
    pages = [dated[start : start + _BARS] for start in range(0, len(dated), _BARS)] or [[]]
    files = files_of("index", len(pages))
    for (number, file), page in zip(files, pages, strict=True):
        writer.write(
            f"timeline/{file}", "timeline.html", chart=charts.timeline(page) if page else None, parts=files,
            number=number, total=len(dated), undated=len(collection.events) - sum(map(len, groups.values())),
        )  # fmt: skip


def _is_day(day: str | None) -> bool:
    try:
        return day is not None and bool(date.fromisoformat(day))
    except ValueError:
        return False


def _range(group: Sequence[EventRecord]) -> tuple[str, str]:
    days = [day for record in group for day in (record.earliest, record.latest) if day]
    return min(days), max(days)


def _when(record: EventRecord) -> str | None:
    if record.earliest or record.latest:
        low, high = record.earliest or "…", record.latest or "…"
        return low if low == high else f"{low} to {high}"
    return record.time_value


def write_stance(writer: Writer, collection: Collection) -> None:
    """Write the network of stance and its table."""
    groups: dict[tuple[Party, str, Party], list[StanceRecord]] = defaultdict(list)
    for record in collection.stance:
        groups[record.holder, record.label, record.target].append(record)
    rows = [Toward(*key, charts.pole(key[1]), places) for key, places in groups.items()]
    rows.sort(key=lambda row: (-len(row.places), row.holder, row.target, row.label))
    costs = [330 + 2 * len(row.holder.name + row.target.name) + 130 * min(len(row.places), _LISTED) for row in rows]
    pages = cut(rows, costs, 140_000)
    files = files_of("index", len(pages))
    for (number, file), page in zip(files, pages, strict=True):
        writer.write(
            f"stance/{file}", "stance.html", rows=page, parts=files, number=number, total=len(collection.stance),
            network=charts.network(collection.stance) if number == 1 and rows else None, listed=_LISTED,
        )  # fmt: skip
