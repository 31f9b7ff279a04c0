"""What an analysis hands to the site: a list of items with a headline, which becomes a page of its own.

An analysis returns a `Listing` (`audit.listing`) and knows nothing of HTML; the site gives each a page under
`findings/`, with sorting, filtering and links from its items to the pages of their documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from standoff.audit.listing import Cell, Column, Listing, Target
from standoff.site.collecting import Collection
from standoff.site.pages import Writer, cut, slug

__all__ = ["Cell", "Column", "Section", "Target"]


@dataclass(slots=True)
class Section:
    """A list of items that somebody should look at.

    `title` names it, `what` says in a sentence or two what is listed and why it matters, `clear` what is said if
    there is nothing. `rows` have a cell a column. `weight` orders the sections of the overview: the worst first;
    0 leaves a section out there.
    """

    title: str
    what: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    clear: str = "Nothing found."
    weight: int = 1
    path: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self.path = f"findings/{slug(self.title)}.html"


def of(listing: Listing) -> Section:
    """Return the section of a listing."""
    what = f"{listing.what} {listing.mend}".rstrip()
    return Section(listing.title, what, listing.columns, listing.rows, listing.clear, listing.weight)


def write(writer: Writer, sections: Sequence[Section], collection: Collection) -> None:
    """Write the page of each section, and the list of all."""
    for section in sections:
        costs = [sum(70 + len(cell.text.encode("utf-8", "replace")) + 90 * bool(cell.target) for cell in row) + 20
                 for row in section.rows]  # fmt: skip
        pages = cut(list(section.rows), costs)
        stem = section.path.removesuffix(".html").partition("/")[2]
        files = [(n, f"{stem}.html" if n == 1 else f"{stem}.{n}.html") for n in range(1, len(pages) + 1)]
        for (number, file), rows in zip(files, pages, strict=True):
            writer.write(
                f"findings/{file}", "section.html", section=section, rows=rows, parts=files, number=number,
                href=lambda target: _href(target, collection),
            )  # fmt: skip
    writer.write("findings/index.html", "findings.html", sections=sections)


def _href(target: Target | None, collection: Collection) -> str | None:
    """Return the page of a target, None where the release does not have it."""
    if target is None:
        return None
    home = collection.homes.get(target.doc_id)
    if target.item is None or home is None:
        return home
    annotator = target.annotator or collection.publishers.get(target.doc_id)
    return collection.anchors.get((target.doc_id, annotator or "", target.layer or "", target.item), home)
