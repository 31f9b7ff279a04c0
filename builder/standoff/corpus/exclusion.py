"""Items that waivers leave out of a build: each named, with what cannot stand without it."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import NamedTuple

from standoff import checks
from standoff.annotations.reading import Reading
from standoff.checks.codes import CODES
from standoff.corpus.scheme import Scheme
from standoff.corpus.waivers import FILE, Waiver, Waivers
from standoff.finding import Finding, Related
from standoff.layers import ordering, projection
from standoff.model import ITEM_LISTS, Annotations, Document, Item

_UNSOUND = {"E301", "E302", "E303", "E304", "E401", "E410"}
"""Codes of checks whose items would make a release that does not prove itself or cannot be loaded."""


class LeftOut(NamedTuple):
    """An item that is left out, or that stays and loses a part; the layer is empty where the item was not read."""

    document: str
    annotator: str
    layer: str
    id: str
    code: str
    reason: str


class Leaving:
    """What leaves one annotator's annotations on one document, and what its findings become by that."""

    def __init__(
        self, reading: Reading, place: str, document: Document, waivers: Waivers, articles: Mapping[str, str]
    ) -> None:
        """Remember the layers of the items, before any is taken out.

        `place` is the file in messages, and `articles` are the files of the article by their names in provenance.
        Where something may leave, all items have ids from here on: what is taken out is told apart by them.
        """
        if any(waiver.exclude and waiver.reaches(document.id, place) for waiver in waivers.live):
            ordering.name_items(reading.annotations)
        self.reading = reading
        self.place = place
        self.articles = articles
        self.document = document
        self.waivers = waivers
        self.layers = {name: (layer, item) for layer, name, item in _items(reading.annotations)} if waivers.live else {}
        self.done: set[str] = set()
        self.excluded: list[LeftOut] = []
        self._shortened: list[LeftOut] = []

    @property
    def shortened(self) -> list[LeftOut]:
        """The items that stayed and lost a part, such as an argument."""
        present = {(layer, name) for layer, name, _ in _items(self.reading.annotations)}
        return sorted({entry for entry in self._shortened if (entry.layer, entry.id) in present})

    def first(self) -> None:
        """Take out what was not read or found in the text, before projection could lose what depends on it.

        In a withheld document every item that a waiver names leaves here, whether its fault can be seen or not: the
        same must come out with the text and without it.
        """
        if self.document.withheld:
            self._by_name()
        else:
            self._leave([self._marked(finding) for finding in self.reading.findings])

    def lost(self) -> None:
        """Note that what is found so far, while reading, anchoring and projecting, took something out already."""
        self.reading.findings = [replace(f, unpublishable=f.severity == "error") for f in self.reading.findings]

    def settle(self, scheme: Scheme) -> list[Finding]:
        """Take out what checks found; return all findings, marked, with those that taking out brings about."""
        findings = [self._marked(finding) for finding in self.reading.findings]
        while not self.document.withheld and self._leave(findings):
            findings += self._found_anew(findings, scheme)
        return findings + [refused for finding in findings for refused in self._refusals(finding)]

    def _marked(self, finding: Finding) -> Finding:
        unsound = finding.unpublishable or finding.code in _UNSOUND
        moved = finding.moved(place_in(self.reading, self.place, self.articles))
        return self.waivers.mark(replace(moved, unpublishable=unsound))

    def _by_name(self) -> None:
        found = {(finding.code, finding.item) for finding in self.reading.findings}
        for waiver in self.waivers.live:
            name = waiver.item
            is_here = name in self.layers or (waiver.code, name) in found
            if waiver.exclude and is_here and waiver.reaches(self.document.id, self.place):
                self._take_out(str(name), waiver)
                if (waiver.code, name) not in found:
                    item = self.layers[str(name)][1]
                    self.reading.fault(waiver.code, CODES[waiver.code].sentence, item.line, item.column, name)

    def _leave(self, findings: list[Finding]) -> bool:
        """Take out the items whose findings are waived with `exclude`; say whether there were any."""
        before = len(self.done)
        for finding in findings:
            waiver = self.waivers.of(finding) if finding.waived is not None and finding.item else None
            if waiver and waiver.exclude:
                self._take_out(str(finding.item), waiver)
        return len(self.done) > before

    def _take_out(self, name: str, waiver: Waiver) -> None:
        if name in self.done:
            return
        self.done.add(name)
        annotations = self.reading.annotations
        before = [(layer, item_id, copy.deepcopy(item)) for layer, item_id, item in _items(annotations)]
        projection.drop(annotations, {name}, Counter())
        after = list(_items(annotations))
        gone = Counter((layer, item_id) for layer, item_id, _ in before)
        gone -= Counter((layer, item_id) for layer, item_id, _ in after)
        if all(item_id != name for _, item_id in gone):
            gone[self.layers[name][0] if name in self.layers else "", name] += 1
        self.excluded += [self._entry(*key, waiver) for key in gone.elements()]
        left = [entry for entry in before if (entry[0], entry[1]) not in gone]
        for (layer, item_id, old), (_, _, new) in zip(left, after, strict=True):
            if old != new:
                self._shortened.append(self._entry(layer, item_id, waiver))

    def _entry(self, layer: str, name: str, waiver: Waiver) -> LeftOut:
        annotations = self.reading.annotations
        return LeftOut(annotations.doc_id, annotations.annotator, layer, name, waiver.code, waiver.reason)

    def _found_anew(self, findings: list[Finding], scheme: Scheme) -> list[Finding]:
        """Check what is left again, and return what was not found before."""
        again = Reading(self.reading.annotations, list(self.reading.findings), self.reading.places)
        checks.run(again, self.document, scheme)
        known = {(f.code, f.item or f.message) for f in findings}
        found = again.findings[len(self.reading.findings) :]
        return [self._marked(f) for f in found if (f.code, f.item or f.message) not in known]

    def _refusals(self, finding: Finding) -> list[Finding]:
        """Return a finding where the waiver of another one cannot do what it says."""
        waiver = self.waivers.of(finding) if finding.waived is not None else None
        if waiver is None:
            return []
        line = f":{finding.line}" if finding.line else ""
        what = f"{finding.code} of {finding.item or 'a line'} at {finding.path}{line}: "
        if finding.item is None and (finding.unpublishable or waiver.exclude):
            what += "it names no item that could be left out; mend it"
        elif finding.unpublishable and not waiver.exclude:
            what += "the item cannot be published with it; mend it, only exclude = true can help otherwise"
        elif waiver.exclude and finding.item not in self.done:
            what += "the text is withheld; the waiver must name the item, by its id in the file"
            what += ", so that it leaves without the text, too"
        else:
            return []
        related = (Related(finding.path, f"the {finding.code} is here", finding.line, finding.column),)
        refusal = Finding("E654", FILE, what, waiver.line, waiver.column, finding.doc_id, finding.item)
        return [replace(refusal, related=related)]


def place_in(reading: Reading, place: str, articles: Mapping[str, str]) -> Callable[[str], str]:
    """Return what gives a path as messages have it: the file (`place`), one beside it, or an article's."""
    others = {path for path, _ in reading.annotations.more_files}

    def place_of(path: str) -> str:
        if path in others:
            return str(PurePosixPath(place).with_name(PurePosixPath(path).name))
        return place if path == reading.annotations.path else articles.get(path, place)

    return place_of


def _items(annotations: Annotations) -> list[tuple[str, str, Item]]:
    return [(layer, item.id, item) for layer in ITEM_LISTS for item in getattr(annotations, layer)]
