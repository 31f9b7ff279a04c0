"""The path itself: a release folder -> a site folder, written beside its place and put there by one rename."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from standoff.audit import agreement as measures
from standoff.audit import views
from standoff.errors import OutputError
from standoff.files import staging
from standoff.finding import Finding
from standoff.site import across, agreement, compare, concordance, document, findings, overview, sections
from standoff.site.collecting import Collection
from standoff.site.pages import Entry, Writer
from standoff.site.reading import Release
from standoff.site.sections import Section

MARK = ".standoff-site"
"""A file that says that a folder is a site of ours, which the next audit may replace."""

ENTRIES = (
    Entry("Overview", "index.html"),
    Entry("Documents", "documents/index.html"),
    Entry("Labels", "labels/index.html"),
    Entry("Entities", "entities/index.html"),
    Entry("Events", "events/index.html"),
    Entry("Timeline", "timeline/index.html"),
    Entry("Stance", "stance/index.html"),
    Entry("Agreement", "agreement/index.html"),
    Entry("Findings", "findings/index.html"),
)
"""The navigation of all pages."""

REVIEW = Entry("Review", "review/index.html")
"""The entry of an adjudication."""


@dataclass(slots=True, frozen=True)
class Outcome:
    """What was written: the number of pages and documents, and the bytes of the largest page."""

    pages: int
    documents: int
    largest: int


def build(
    folder: Path,
    out: Path,
    *,
    found: Sequence[Finding] | None = None,
    analyses: Sequence[Section] = (),
    bootstrap: int = 200,
    progress: Callable[[int], None] = lambda done: None,
    review: bool = False,
) -> Outcome:
    """Write the site of a release folder to `out`; `found` are the findings of its build, where they are known.

    With `review` its pages lead to those of an adjudication, which is served beside them.

    Raises InputError where there is no sound release, and OutputError where `out` is a folder that is no site, or
    cannot be written.
    """
    _refuse_to_overwrite(out)
    release = Release(folder)
    report = measures.agreement(views.read(folder, gold=False), bootstrap=bootstrap)
    dataset = release.manifest["corpus"]
    with staging.folder(out) as fresh:
        entries = (*ENTRIES, REVIEW) if review else ENTRIES
        writer = Writer(fresh, dataset["title"] or dataset["name"], entries, review)
        listed = [*analyses, *findings.sections(release.manifest, found)]
        _write(writer, release, agreement.view(report), listed, progress)
        (fresh / MARK).write_text("Made by standoff audit, which replaces this folder as a whole.\n", encoding="utf-8")
        staging.publish(fresh, out, durable=False)
    return Outcome(writer.pages, len(release), writer.largest)


def _write(
    writer: Writer, release: Release, agreed: agreement.Agreement, listed: Sequence[Section],
    progress: Callable[[int], None],
) -> None:  # fmt: skip
    collection = Collection(wanted=_wanted(listed))
    comparisons = []
    for source in release.sources():
        several = len(source.versions) > 1
        pages = document.write(writer, source, several)
        home = f"{document.folder(source)}/index.html"
        collection.add(source, pages, home)
        if several:
            path = f"{document.folder(source)}/compare.html"
            comparisons.append((source.name, path, compare.write(writer, source, pages)))
        progress(1)
    labels = concordance.write(writer, collection)
    across.write_documents(writer, collection)
    entities = across.write_entities(writer, collection)
    happenings = across.write_events(writer, collection)
    across.write_stance(writer, collection)
    writer.write("agreement/index.html", "agreement.html", agreement=agreed)
    sections.write(writer, listed, collection)
    first = overview.view(collection, labels, agreed, entities, happenings, listed, comparisons)
    writer.write("index.html", "overview.html", view=first, release=release.manifest)


def _wanted(listed: Sequence[Section]) -> frozenset[tuple[str, str]]:
    """Return the items that the sections lead to."""
    targets = [cell.target for section in listed for row in section.rows for cell in row if cell.target]
    return frozenset((target.doc_id, target.item) for target in targets if target.item)


def _refuse_to_overwrite(out: Path) -> None:
    """Refuse a folder that holds something else than a site of ours."""
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise OutputError(out, "is a folder that holds something else; empty it, or choose another --out")
