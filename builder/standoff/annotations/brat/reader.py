"""brat stand-off (.ann) -> Annotations, with every kind of line: T, E, R, A, M, N, # and *.

Format: https://brat.nlplab.org/standoff.html. Offsets are code points into the .txt file as it lies there, byte
order mark and carriage returns included. What a label means is not decided here: text-bound annotations come
out as mentions or triggers, Equiv lines as relations, and `standoff.layers.projection` takes it from there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from standoff.annotations import reading as counting
from standoff.annotations.reading import Reading, start
from standoff.model import Argument, Event, Item, Normalization, Note, Relation, Span

EQUIV = "Equiv"
_TRUE = "true"
_WELL_FORMED = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_SNIFFED = 50
_LINE = re.compile(rb"[TEAMRN][^\s]*\t|#[^\t]*\t|\*\t|[TEAMRN][0-9]+\s")
_COUNTED = {"T": "spans", "E": "events", "R": "relations", "N": "normalizations", "#": "notes", "*": "equivalences"}
_NUMBERED = re.compile(r"(.*[^0-9])([0-9]+)")


def read(data: bytes, doc_id: str, annotator: str, path: str) -> Reading:
    """Read one .ann file. A line that cannot be understood is a finding (E105), and reading goes on.

    Raises InputError if the file is not UTF-8.
    """
    reading, text = start(data, doc_id, annotator, path)
    lines = _Lines(reading)
    for number, whole_line in enumerate(text.split("\n"), 1):
        line = whole_line.rstrip("\r")
        if line and not line.isspace():
            parse = _PARSERS.get(line[0])
            if parse is None:
                reading.fault("E105", f"found {line[:40]!r}; a line begins with T, E, R, A, M, N, # or *", number, 1)
            else:
                parse(lines, line, number)
    lines.attach_attributes()
    lines.mark_triggers()
    return reading


def sniff(data: bytes) -> bool:
    """Say whether a file with brat's suffix is one: empty, or with a line of brat's among its first."""
    lines = [line for line in data.removeprefix(b"\xef\xbb\xbf").splitlines()[:_SNIFFED] if line.strip()]
    return not lines or any(_LINE.match(line) for line in lines)


def tally(reading: Reading, data: bytes) -> Counter[str]:
    """Count the lines of a file by their first letter, those with a fault included: what the file holds.

    Equiv lines (`*`) are counted as `equivalences`, and are no relations.
    """
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    letters = Counter(line[:1].decode("ascii", "replace") for line in lines)
    counts = counting.tally(reading, data)
    for letter, name in _COUNTED.items():
        counts[name] = letters[letter]
    counts["attributes"] = letters["A"] + letters["M"]
    counts["mentions"] = letters["T"] - sum(span.kind == "trigger" for span in reading.annotations.spans)
    return counts


class _Lines:
    """What the lines of one file say, by the ids they use."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.items: dict[str, Item] = {}
        self.seen: dict[str, int] = {}
        self.attributes: dict[str, tuple[str, str, str, int]] = {}

    def text_bound(self, line: str, number: int) -> None:
        """`T1<TAB>Label 0 5;8 12<TAB>surface`."""
        fields = line.split("\t", 2)
        if len(fields) < 2:
            self.wrong(line, number, "T1<TAB>Label START END<TAB>text")
            return
        label, _, places = fields[1].partition(" ")
        if not label:
            self.wrong(line, number, "T1<TAB>Label START END<TAB>text")
            return
        try:
            fragments = [_fragment(piece) for piece in places.split(";")]
        except ValueError:
            message = f"found the offsets {places!r}; expected START END, or several joined by ;"
            self.reading.fault("E105", message, number, len(fields[0]) + len(label) + 3, fields[0])
            return
        span = Span(
            id=fields[0], raw_id=fields[0], line=number, column=1,
            kind="mention", label=label, fragments=fragments,
            surface=fields[2] if len(fields) == 3 else None,
        )  # fmt: skip
        if self.take(span):
            self.reading.annotations.spans.append(span)

    def event(self, line: str, number: int) -> None:
        """`E1<TAB>Label:T1 Role:T2 Role2:E3`; trailing blanks are common and mean nothing."""
        name, _, body = line.partition("\t")
        pairs = [pair.partition(":") for pair in body.split()]
        if not pairs or not all(label and ref for label, _, ref in pairs):
            self.wrong(line, number, "E1<TAB>Label:TRIGGER Role:FILLER …")
            return
        label, _, trigger = pairs[0]
        roles = {role for role, _, _ in pairs[1:]}
        arguments = [Argument(_plain_role(role, roles), filler) for role, _, filler in pairs[1:]]
        event = Event(id=name, raw_id=name, line=number, column=1, label=label, trigger=trigger, arguments=arguments)
        if self.take(event):
            self.reading.annotations.events.append(event)

    def relation(self, line: str, number: int) -> None:
        """`R1<TAB>Label Arg1:T1 Arg2:T2`."""
        name, _, body = line.partition("\t")
        label, *rest = body.split() or [""]
        pairs = [pair.partition(":") for pair in rest]
        if not label or len(pairs) < 2 or not all(role and ref for role, _, ref in pairs):
            self.wrong(line, number, "R1<TAB>Label Arg1:T1 Arg2:T2")
            return
        arguments = [Argument(role, filler) for role, _, filler in pairs]
        relation = Relation(id=name, raw_id=name, line=number, column=1, label=label, arguments=arguments)
        if self.take(relation):
            self.reading.annotations.relations.append(relation)

    def equivalence(self, line: str, number: int) -> None:
        """`*<TAB>Equiv T1 T2 …`: a relation without an id whose members are equal."""
        label, *members = line[1:].split() or [""]
        if not label or len(members) < 2:
            self.wrong(line, number, "*<TAB>Equiv T1 T2 …")
            return
        arguments = [Argument("Member", member) for member in members]
        self.reading.annotations.relations.append(
            Relation(id="", line=number, column=1, label=label, arguments=arguments)
        )

    def attribute(self, line: str, number: int) -> None:
        """`A1<TAB>Name T1 Value`; without a value the attribute is a flag, and its value `true`. M is an old A."""
        name, _, body = line.partition("\t")
        fields = body.split(None, 2)
        if len(fields) < 2:
            self.wrong(line, number, "A1<TAB>Name TARGET [Value]")
            return
        value = fields[2].strip() if len(fields) == 3 else _TRUE
        if self.unseen(name, number):
            self.attributes[name] = (fields[0], fields[1], value, number)

    def normalization(self, line: str, number: int) -> None:
        """`N1<TAB>Reference T1 Resource:Id<TAB>text`."""
        fields = line.split("\t", 2)
        parts = fields[1].split(None, 2) if len(fields) > 1 else []
        resource, _, ref = parts[2].partition(":") if len(parts) == 3 else ("", "", "")
        if not resource or not ref:
            self.wrong(line, number, "N1<TAB>Reference T1 Resource:Id<TAB>text")
            return
        link = Normalization(
            id=fields[0], raw_id=fields[0], line=number, column=1,
            target=parts[1], resource=resource, ref=ref, text=fields[2] if len(fields) == 3 else None,
        )  # fmt: skip
        if parts[0] != "Reference":
            link.attributes.append(("type", parts[0]))
        if self.take(link):
            self.reading.annotations.normalizations.append(link)

    def note(self, line: str, number: int) -> None:
        """`#1<TAB>AnnotatorNotes T1<TAB>text`; a line without that shape is a comment on the document."""
        fields = line.split("\t", 2)
        head = fields[1].split() if len(fields) == 3 else []
        if len(head) == 2:
            note = Note(id="", raw_id=fields[0], line=number, column=1, kind=head[0], target=head[1], text=fields[2])
        else:
            note = Note(id="", line=number, column=1, text=line[1:].strip() or line)
        self.reading.annotations.notes.append(note)

    def take(self, item: Item) -> bool:
        """Take an item under its id; an id that was taken before is a finding, and the item is not read."""
        if not self.unseen(item.id, item.line or 0):
            return False
        self.items[item.id] = item
        return True

    def unseen(self, name: str, number: int) -> bool:
        if not _WELL_FORMED.fullmatch(name):
            message = f"found the id {name!r}; expected a letter and a number, as in T12"
            self.reading.fault("E306", message, number, 1, name)
            return False
        if name in self.seen:
            message = f"the id {name} stands on line {self.seen[name]} already; give this one another"
            first = self.reading.other(f"the first {name} is here", self.seen[name])
            self.reading.fault("E302", message, number, 1, name, related=[first])
            return False
        self.seen[name] = number
        return True

    def wrong(self, line: str, number: int, expected: str) -> None:
        self.reading.fault("E105", f"found {line[:60]!r}; expected {expected}", number, 1, line.split(None, 1)[0])

    def attach_attributes(self) -> None:
        """Give items their attributes; a note on an attribute becomes a note on its item, which has it in the row."""
        failed = {finding.item for finding in self.reading.findings}
        for name, target, value, number in self.attributes.values():
            item = self.items.get(target)
            if item is None and target in failed:
                continue
            if item is None:
                message = f"the attribute {name} belongs to {target}, and there is no {target} in this file"
                self.reading.fault("E301", message, number, 1)
            else:
                item.attributes.append((name, value))
                self.reading.places[target, name] = (number, 1)
        for note in self.reading.annotations.notes:
            if note.target in self.attributes:
                note.target = self.attributes[note.target][1]

    def mark_triggers(self) -> None:
        for event in self.reading.annotations.events:
            trigger = self.items.get(event.trigger or "")
            if isinstance(trigger, Span):
                trigger.kind = "trigger"


_PARSERS: dict[str, Callable[[_Lines, str, int], None]] = {
    "T": _Lines.text_bound,
    "E": _Lines.event,
    "R": _Lines.relation,
    "A": _Lines.attribute,
    "M": _Lines.attribute,
    "N": _Lines.normalization,
    "#": _Lines.note,
    "*": _Lines.equivalence,
}


def _fragment(piece: str) -> tuple[int, int]:
    start, end = piece.split()
    if (
        not (start.isascii() and start.isdigit() and end.isascii() and end.isdigit())
        or len(start) > 12
        or len(end) > 12
    ):
        raise ValueError(piece)
    return int(start), int(end)


def _plain_role(role: str, roles: set[str]) -> str:
    """Return `Theme` for the `Theme2` of an event that has a `Theme`: brat numbers the fillers of one role."""
    match = _NUMBERED.fullmatch(role)
    return match[1] if match and match[1] in roles else role
