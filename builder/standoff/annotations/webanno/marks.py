"""The cells of all rows -> annotations, each with the rows it stands on, its values, and what it refers to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from standoff.annotations.reading import Reading
from standoff.annotations.uima.types import short_name
from standoff.annotations.webanno import cells
from standoff.annotations.webanno.cells import Reference, Value
from standoff.annotations.webanno.header import CHAINS, SPANS, Column, Header, TsvLayer, Use
from standoff.annotations.webanno.rows import Row
from standoff.spelling import counted

_ANY = "uima.tcas.Annotation"
Place = tuple[int, int]


@dataclass(slots=True)
class Link:
    """One link of a slot: its role, where it leads, and the place of the cell."""

    role: str | None
    target: Reference
    place: Place


@dataclass(slots=True, eq=False)
class Mark:
    """One annotation. `id` is its disambiguation id, 0 where it has none; `chain` and `index` its place in a chain.

    `base` says where a relation comes from; it leads to the annotation of its own row.
    """

    layer: TsvLayer
    place: Place
    rows: list[Row]
    id: int = 0
    values: dict[str, str | None] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    links: dict[str, list[Link]] = field(default_factory=dict)
    chain: int = 0
    index: int = 0
    base: Reference | None = None

    @property
    def name(self) -> str:
        """The row where it begins, with its disambiguation id: `1-2[3]`."""
        return self.rows[0].id + (f"[{self.id}]" if self.id else "")

    def fragments(self) -> list[tuple[int, int]]:
        """Return its pieces of the text, in the unit of the file: tokens that follow on one another are one piece."""
        pieces: list[list[int]] = []
        before: Row | None = None
        for row in sorted(self.rows, key=lambda row: (row.begin, row.end)):
            if before and (row.begin <= pieces[-1][1] or _follows(before, row)):
                pieces[-1][1] = max(pieces[-1][1], row.end)
            else:
                pieces.append([row.begin, row.end])
            before = row
        return [(begin, end) for begin, end in pieces]


def _follows(before: Row, row: Row) -> bool:
    """Say whether a row begins with the token behind that with which another ends."""
    return row.token == before.token + 1 and before.end == before.whole[1] and row.begin == row.whole[0]


class Marks:
    """All annotations of a file, in its order, and how they are found again."""

    def __init__(self, reading: Reading, header: Header, rows: dict[str, Row]) -> None:
        self.reading = reading
        self.rows = rows
        self.found: list[Mark] = []
        self.relations: list[Mark] = []
        self.numbered: dict[tuple[str, int], Mark] = {}
        self.linked: dict[tuple[str, int, int], Mark] = {}
        for row in rows.values():
            for layer in header.layers:
                if layer.kind == SPANS:
                    _Spans(self, row, layer).read()
                elif layer.kind == CHAINS:
                    self._read_chains(row, layer)
                else:
                    self._read_relations(row, layer)
        self.starting: dict[tuple[str, str], list[Mark]] = {}
        self.by_number: dict[int, Mark] = {}
        for mark in (*self.found, *self.relations):
            for type_name in (mark.layer.type_name, _ANY):
                self.starting.setdefault((type_name, mark.rows[0].id), []).append(mark)
            if mark.id:
                self.by_number.setdefault(mark.id, mark)

    def fault(self, row: Row, column: Column, message: str) -> None:
        """Note a cell that cannot be understood."""
        self.reading.fault("E131", f"row {row.id}: {message}", row.line, row.column(column.number))

    def add(self, mark: Mark) -> Mark:
        """Add a new annotation of a piece of the text."""
        self.found.append(mark)
        return mark

    def extend(self, mark: Mark, row: Row) -> None:
        """Let an annotation cover one more row."""
        if mark.rows[-1] is not row:
            mark.rows.append(row)

    def put(self, mark: Mark, row: Row, column: Column, text: str | None) -> None:
        """Give an annotation a value; another one than in a row above is a finding."""
        name = column.feature
        known = mark.values.get(name)
        if known is not None and text is not None and known != text:
            line = mark.places[name][0]
            self.fault(row, column, f"{name} of [{mark.id}] is {text[:40]!r} here, and {known[:40]!r} on line {line}")
        elif known is None:
            mark.values[name] = text
            mark.places[name] = (row.line, row.column(column.number))

    def values(self, row: Row, column: Column) -> Iterator[tuple[int, Value]]:
        """Yield rank and value of each entry of a cell that is one."""
        cell = row.fields[column.number]
        for rank, entry in enumerate(cells.split(cell, "|") if cell != cells.NOTHING else ()):
            value = cells.value(entry)
            if value is None:
                self.fault(row, column, f"found {entry[:40]!r}; expected VALUE or VALUE[ID], with \\ before [ ] | _ ;")
            else:
                yield rank, value

    def _read_chains(self, row: Row, layer: TsvLayer) -> None:
        column = layer.of(Use.CHAIN_LINK)[0]
        cell = row.fields[column.number]
        ranked: dict[int, Mark] = {}
        for rank, entry in enumerate(cells.split(cell, "|") if cell != cells.NOTHING else ()):
            link = cells.chained(entry)
            if link is None:
                self.fault(row, column, f"found {entry[:40]!r}; expected KIND->CHAIN-NUMBER, as in *->1-2")
                continue
            key = (layer.type_name, link[1], link[2])
            if key not in self.linked:
                place = (row.line, row.column(column.number))
                self.linked[key] = self.add(Mark(layer, place, [row], chain=link[1], index=link[2]))
            ranked[rank] = self.linked[key]
            self.extend(ranked[rank], row)
            self.put(ranked[rank], row, column, link[0])
        for named in layer.of(Use.CHAIN_TYPE):
            for rank, value in self.values(row, named):
                mark = ranked.get(rank)
                if mark is None or value.id not in (0, mark.chain):
                    message = f"found {value.body[:40]!r} of chain {value.id}, which has no mention in this row"
                    self.fault(row, named, message)
                else:
                    self.put(mark, row, named, value.text)

    def _read_relations(self, row: Row, layer: TsvLayer) -> None:
        column = layer.of(Use.BASE)[0]
        cell = row.fields[column.number]
        made: list[Mark | None] = []
        for entry in cells.split(cell, "|") if cell != cells.NOTHING else ():
            base = cells.base(entry)
            made.append(Mark(layer, (row.line, row.column(column.number)), [row], base=base) if base else None)
            if base is None:
                self.fault(row, column, f"found {entry[:40]!r}; expected ROW or ROW[SOURCE_TARGET], as in 1-2[3_0]")
        self.relations += [mark for mark in made if mark]
        for named in layer.of(Use.VALUE):
            entries = list(self.values(row, named))
            if entries and entries[-1][0] >= len(made):
                values = counted(entries[-1][0] + 1, "value")
                message = f"{values} of {named.feature}, and {counted(len(made), 'relation')} in this row"
                self.fault(row, named, message)
            for rank, value in entries:
                mark = made[rank] if rank < len(made) else None
                if mark:
                    self.put(mark, row, named, value.text)
                    if value.id:
                        mark.id = value.id
                        self.numbered.setdefault((layer.type_name, value.id), mark)

    def resolve(self, reference: Reference, type_name: str) -> Mark | Row | str:
        """Return the annotation that a reference means, the row of a token, or why there is none."""
        row = self.rows.get(reference.unit)
        if row is None:
            return f"there is no row {reference.unit}"
        if short_name(type_name) == "Token":
            return row
        if reference.id:
            mark = self.numbered.get((type_name, reference.id)) or self.by_number.get(reference.id)
            return mark or f"there is no annotation [{reference.id}]"
        return self._beginning(row, type_name)

    def _beginning(self, row: Row, type_name: str) -> Mark | str:
        """Return the one annotation of a type that begins in a row; of several, the one without a number."""
        here = self.starting.get((type_name, row.id), [])
        if len(here) > 1:
            here = [mark for mark in here if not mark.id] or here
        if len(here) == 1:
            return here[0]
        named = counted(len(here), "annotation") if here else "no annotation"
        return f"in row {row.id} {'begin' if here else 'begins'} {named} of the layer {short_name(type_name)}"


class _Spans:
    """The annotations of one layer in one row."""

    def __init__(self, marks: Marks, row: Row, layer: TsvLayer) -> None:
        self.marks = marks
        self.row = row
        self.layer = layer
        self.here: dict[tuple[int, int], Mark] = {}

    def read(self) -> None:
        for column in self.layer.columns:
            if column.use is Use.ROLE:
                self._read_slots(column)
            elif column.use is not Use.TARGET:
                for rank, value in self.marks.values(self.row, column):
                    if not value.nothing or value.id:
                        mark = self._mark(rank, value.id, column)
                        if column.use is Use.VALUE:
                            self.marks.put(mark, self.row, column, value.text)

    def _mark(self, rank: int, number: int, column: Column) -> Mark:
        """Return the annotation of a number, or the one of a rank that has none."""
        key = (number, 0 if number else rank)
        if key not in self.here:
            mark = self.marks.numbered.get((self.layer.type_name, number)) if number else None
            if mark is None:
                place = (self.row.line, self.row.column(column.number))
                mark = self.marks.add(Mark(self.layer, place, [self.row], number))
                if number:
                    self.marks.numbered[self.layer.type_name, number] = mark
            self.marks.extend(mark, self.row)
            self.here[key] = mark
        return self.here[key]

    def _read_slots(self, column: Column) -> None:
        """Read a link feature: roles with the number of their annotation, targets in the same order."""
        target = next(each for each in self.layer.of(Use.TARGET) if each.feature == column.feature)
        cell = self.row.fields[target.number]
        entries = cells.split(cell, "|") if cell != cells.NOTHING else []
        roles = dict(self.marks.values(self.row, column))
        for rank, entry in enumerate(entries):
            value = roles.pop(rank, Value(None, True, 0, cells.NOTHING))
            self._add_links(self._mark(rank, value.id, column), value.body, entry, column, target)
        for value in roles.values():
            self.marks.fault(self.row, target, f"roles {value.body[:40]!r} of {column.feature} lead nowhere")

    def _add_links(self, mark: Mark, roles: str, targets: str, column: Column, target: Column) -> None:
        names = [] if roles == cells.NOTHING else cells.split(roles, ";")
        leads = [] if targets in (cells.NO_VALUE, cells.NOTHING) else cells.split(targets, ";")
        if len(names) != len(leads):
            roles = counted(len(names), "role")
            message = f"{roles} of {column.feature}, and {len(leads)} that they lead to: {targets[:40]!r}"
            self.marks.fault(self.row, target, message)
            return
        links = []
        place = (self.row.line, self.row.column(target.number))
        for name, lead in zip(names, leads, strict=True):
            reference = cells.reference(lead)
            if reference is None:
                self.marks.fault(self.row, target, f"found {lead[:40]!r}; expected ROW or ROW[ID], as in 1-2[3]")
            else:
                role = None if name in (cells.NO_VALUE, cells.NOTHING) else cells.unescape(name)
                links.append(Link(role, reference, place))
        known = mark.links.setdefault(column.feature, links)
        if [(link.role, link.target) for link in known] != [(link.role, link.target) for link in links]:
            line = known[0].place[0] if known else mark.place[0]
            self.marks.fault(self.row, target, f"{column.feature} of [{mark.id}] is not as on line {line}")
