"""The pages of an adjudication: the list of documents, and each document paragraph by paragraph with its cards."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment

from standoff.model import ITEM_LISTS, Item
from standoff.review import values as forms
from standoff.review.cards import Card, Dealer
from standoff.review.case import Case
from standoff.review.desk import Desk
from standoff.site import layout
from standoff.site.build import ENTRIES, REVIEW
from standoff.site.layout import Block, Mark
from standoff.site.pages import BUDGET, LARGEST, environment

HERE = Path(__file__).parent
STATES = {
    "waiting": "not begun", "begun": "half done", "saved": "done", "changed": "done; files have changed since",
    "broken": "cannot be opened", "blocked": "gold from another tool", "unread": "not read yet",
}  # fmt: skip
"""How far a document is, in words."""

_PATIENCE = 2.0
"""Seconds for which the list of documents waits for documents that were not read yet."""

_BUDGETS = tuple(BUDGET // share for share in (1, 2, 4, 8, 20, 60))


@dataclass(slots=True)
class Row:
    """A paragraph with the cards of what begins in it; no paragraph where they go on from the page before."""

    block: Block | None
    lanes: int = 0
    cards: list[Card] = field(default_factory=list)
    alike: list[Card] = field(default_factory=list)


@dataclass(slots=True)
class Sheet:
    """One page of a document. `homes` leads from an anchor to the file of its page."""

    case: Case
    number: int
    rows: list[Row]
    parts: list[tuple[int, str]]
    homes: dict[str, str]
    targets: dict[str, str]
    letters: dict[str, str]
    open_by_page: list[tuple[int, str, int]]
    following: str | None

    @property
    def differences(self) -> int:
        """How many there are in the document."""
        return len(self.case.table.disputed)

    def href(self, anchor: str) -> str:
        """Return the link to the card of a span that is drawn (`s4`), or of an anchor (`k7`)."""
        anchor = self.targets.get(anchor, anchor)
        home = self.homes.get(anchor, "")
        return f"#{anchor}" if home == file_of(self.number) else f"{home}#{anchor}"


class Press:
    """Renders the pages of a desk; `audit` says whether the pages of the audit site are there to lead to."""

    def __init__(self, desk: Desk, token: str) -> None:
        self.desk = desk
        dataset = desk.plan.corpus.dataset
        entries = (*ENTRIES, REVIEW)
        self.environment: Environment = environment(
            dataset.title or dataset.name, entries, HERE / "templates", review=True, token=token
        )

    def index(self, audit: str) -> bytes:
        """Return the list of documents; `audit` is the state of the audit pages."""
        until = time.monotonic() + _PATIENCE
        lines = [self.desk.summary(doc_id, wait=time.monotonic() < until) for doc_id in self.desk.entries]
        counts = Counter(each.state for each in lines)
        names = {doc_id: [file.annotator for file in entry.annotations if file.annotator != self.desk.target]
                 for doc_id, entry in self.desk.entries.items()}  # fmt: skip
        todo = sum(not each.is_done for each in lines)
        return self._render("review/index.html", "review.html", lines=lines, counts=counts, states=STATES, names=names,
                            todo=todo, desk=self.desk, audit=audit, findings=_corpus_findings(self.desk))  # fmt: skip

    def sheet(self, doc_id: str, number: int) -> bytes | None:
        """Return a page of a document, None where there is no page of that number. Raises KeyError or StandoffError."""
        case = self.desk.case(doc_id)
        for budget in _BUDGETS:
            sheets = list(_sheets(case, budget, self._following(doc_id)))
            if not 1 <= number <= len(sheets):
                return None
            found = self._sheet(sheets[number - 1])
            if len(found) <= LARGEST:
                break
        return found

    def page_of(self, doc_id: str, key: str) -> str:
        """Return file and anchor of an item, below the folder of its document."""
        case = self.desk.case(doc_id)
        anchor = Dealer(case).anchors[key]
        for number in range(1, 10_000):
            page = self.sheet(doc_id, number)
            if page is None:
                break
            if f'id="{anchor}"'.encode() in page:
                return f"{file_of(number)}#{anchor}"
        return f"index.html#{anchor}"

    def message(self, title: str, text: str) -> bytes:
        """Return a page that says one thing."""
        return self._render("review/message.html", "message.html", heading=title, text=text)

    def _sheet(self, sheet: Sheet) -> bytes:
        return self._render(f"review/{sheet.case.document.id}/{file_of(sheet.number)}", "adjudicate.html", sheet=sheet,
                            source=sheet.case.document, findings=_findings(sheet.case), states=STATES,
                            desk=self.desk)  # fmt: skip

    def _render(self, path: str, template: str, **values: object) -> bytes:
        root = "../" * (len(Path(path).parts) - 1)
        html = self.environment.get_template(template).render(root=root, path=path, **values)
        return html.encode("utf-8", "replace")

    def _following(self, doc_id: str) -> str | None:
        """Return the next document that is not done."""
        names = list(self.desk.entries)
        at = names.index(doc_id)
        others = [*names[at + 1 :], *names[:at]]
        return next((name for name in others if not self.desk.summary(name, wait=False).is_done), None)


def file_of(number: int) -> str:
    """Return the file name of a page of a document."""
    return "index.html" if number == 1 else f"{number}.html"


def _sheets(case: Case, budget: int, following: str | None) -> Iterator[Sheet]:
    dealer = Dealer(case)
    cards = list(dealer.cards())
    marks, targets = _marks(case, dealer)
    text = case.document.text if not case.document.withheld else None
    blocks = layout.blocks(text, marks) if text is not None else layout.blank(case.document.text_length)
    _point(case, cards, dealer, targets)
    pages = _cut(list(_rows(blocks, cards)), budget)
    parts = [(number, file_of(number)) for number in range(1, len(pages) + 1)]
    homes = {card.anchor: file_of(number) for number, rows in enumerate(pages, 1) for row in rows
             for card in (*row.cards, *row.alike)}  # fmt: skip
    waiting = [(number, file_of(number), sum(card.state == "open" for row in rows for card in row.cards))
               for number, rows in enumerate(pages, 1)]  # fmt: skip
    for number, rows in enumerate(pages, 1):
        yield Sheet(case, number, rows, parts, homes, targets, dealer.letters, waiting, following)


def _marks(case: Case, dealer: Dealer) -> tuple[list[Mark], dict[str, str]]:
    """Return what is drawn in the text, and the anchor of the card of each mark: what is kept, and all that is open."""
    marks: list[Mark] = []
    targets: dict[str, str] = {}
    for key, outcome in case.outcomes.items():
        matter = case.table.matters.get(key)
        layer = matter.layer if matter else case.draft.decisions[key].layer
        if layer != "spans":
            continue
        shown = [("", outcome.value)] if outcome.value else []
        if outcome.is_open and matter:
            shown = [(dealer.letters.get(name, "G"), value) for name, value in matter.values.items()]
        drawn: list[tuple[object, ...]] = []
        for letter, value in shown:
            what = (value["kind"], value["label"], tuple(map(tuple, value["fragments"])))
            if what in drawn:
                continue
            drawn.append(what)
            label = f"{letter} {value['label']}" if letter else value["label"]
            differs = "open" if outcome.is_open else "settled" if matter is None or matter.disputed else ""
            pieces = [(start, end) for start, end in value["fragments"]]
            targets[f"s{len(marks)}"] = dealer.anchors[key]
            marks.append(Mark(len(marks), value["kind"], label, pieces, differs))
    return marks, targets


def _point(case: Case, cards: Sequence[Card], dealer: Dealer, targets: dict[str, str]) -> None:
    """Note which marks each card is about: its own, or those of the spans that it names."""
    numbers: dict[str, list[int]] = {}
    for name, anchor in targets.items():
        numbers.setdefault(anchor, []).append(int(name[1:]))
    for card in cards:
        matter = case.table.matters.get(card.key)
        values = list(matter.values.values()) if matter else [case.outcomes[card.key].value or {}]
        keys = dict.fromkeys([card.key, *(key for value in values for _, key in forms.refers(value))])
        card.drawn = [n for key in keys for n in numbers.get(dealer.anchors.get(key, ""), ())][:40]


def _rows(blocks: Sequence[Block], cards: Sequence[Card]) -> Iterator[Row]:
    """Yield the paragraphs, each with its cards; those of a document without text are in rows without one."""
    starts = [block.start for block in blocks]
    found = [Row(block if block.end > block.start else None) for block in blocks] or [Row(None)]
    for card in cards:
        row = found[max(bisect_right(starts, card.place) - 1, 0)]
        (row.cards if card.disputed or card.state == "decided" else row.alike).append(card)
    for row in found:
        if row.block is not None and not row.block.segments:
            row.block = None
        if row.block is not None:
            row.lanes = max((m.lane for m in row.block.marks() if m.lane is not None), default=-1) + 1
        if row.block is not None or row.cards or row.alike:
            yield row


def _cut(rows: Sequence[Row], budget: int) -> list[list[Row]]:
    """Pack rows into pages; the cards of one paragraph may fill several."""
    pages: list[list[Row]] = [[]]
    left = budget
    for row in rows:
        cost = _cost(row.block) + 200
        needed = cost + sum(card.cost for card in (*row.cards, *row.alike))
        if pages[-1] and needed > left:
            pages.append([])
            left = budget
        piece = Row(row.block, row.lanes)
        pages[-1].append(piece)
        left -= cost
        for card in (*row.cards, *row.alike):
            if card.cost > left and (piece.cards or piece.alike):
                piece = Row(None)
                pages.append([piece])
                left = budget
            (piece.alike if card in row.alike else piece.cards).append(card)
            left -= card.cost
    return pages


def _cost(block: Block | None) -> int:
    if block is None:
        return 0
    tags = sum(len(segment.tags) for segment in block.segments)
    return (block.end - block.start) * 3 // 2 + 80 * len(block.segments) + 170 * tags + 100


def _findings(case: Case) -> list[str]:
    """Return what is wrong with the files of the annotators, so that what is not shown is named."""
    found = [str(finding) for finding in case.findings if finding.stops]
    found += [f"{name}: {item.id} has several values of one attribute ({', '.join(twice)}); a native file can hold "
              "one, and the last is shown" for name, item, twice in _twice(case)]  # fmt: skip
    found += [f"the draft's decision on {each.key} ({each.layer}: {each.choice}) no longer fits, since the files were "
              "changed; it does not count" for each in case.draft.stale(case.table)]  # fmt: skip
    return found


def _twice(case: Case) -> Iterator[tuple[str, Item, list[str]]]:
    """Yield the items of annotators that have an attribute twice, which some tools allow."""
    for name, version in case.versions.items():
        for layer in ITEM_LISTS:
            for item in getattr(version, layer):
                counts = Counter(attribute for attribute, _ in item.attributes)
                if twice := [attribute for attribute, number in counts.items() if number > 1]:
                    yield name, item, twice


def _corpus_findings(desk: Desk) -> list[str]:
    return [str(finding) for finding in desk.plan.findings if finding.stops]
