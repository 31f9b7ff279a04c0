"""What the splits have in common beside texts: stories, days, and entities."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

from standoff.audit.listing import Cell, Listing, Target, columns
from standoff.audit.material import Material
from standoff.corpus.splits import SPLITS


def stories(material: Material) -> Listing:
    """List stories that are told in more than one split."""
    told: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for doc_id, article in material.articles.items():
        if article.row["story_id"]:
            told[article.row["story_id"]][article.split].append(doc_id)
    rows = [
        [Cell(story), Cell("; ".join(f"{split}: {', '.join(ids)}" for split, ids in splits.items()),
                           Target(next(iter(splits.values()))[0]))]
        for story, splits in sorted(told.items()) if len(splits) > 1
    ]  # fmt: skip
    what = "Stories (story_id) with documents in more than one split: tests then ask for what was told in training."
    return Listing(
        "stories", "Stories across splits", what, columns("Story", "Documents"), rows,
        mend="Give every document of a story the same split in splits.csv.", weight=9,
    )  # fmt: skip


def overlap(material: Material) -> Listing:
    """List, for each pair of splits, how much of the second one's days and named entities the first one has, too."""
    entities: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    days: dict[str, list[str]] = defaultdict(list)
    for work in material.works:
        split = material.articles[work.doc_id].split
        if work.row["published"]:
            days[split].append(str(work.row["published"]))
        for entity in work.items("entities"):
            name = entity["kb_id"] or (entity["name"] or "").casefold()
            if name:
                entities[split][entity["label"]].add(name)
    rows = []
    used = [split for split in SPLITS if split in entities or split in days]
    for one, other in combinations(used, 2):
        if days[one] and days[other]:
            first, last = min(days[one]), max(days[one])
            inside = sum(first <= day <= last for day in days[other])
            rows.append(_row(one, other, f"days from {first} to {last}", inside, len(days[other])))
        for label in sorted(entities[other]):
            mine, theirs = entities[one][label], entities[other][label]
            rows.append(_row(one, other, f"named entities: {label}", len(mine & theirs), len(theirs)))
    what = (
        "How much of a split another one has seen: documents within its days, and named entities that it has, too. "
        "High shares of entities make a test of recognition easy; what they should be depends on its purpose."
    )
    heads = columns("Seen in?", "Of?", "What", "Common#", "All#", "Share#")
    return Listing("overlap", "What splits have in common", what, heads, rows, "There is one split.", weight=0)


def _row(one: str, other: str, what: str, common: int, total: int) -> list[Cell]:
    return [Cell(one), Cell(other), Cell(what), Cell(str(common)), Cell(str(total)), Cell(f"{common / total:.0%}")]
