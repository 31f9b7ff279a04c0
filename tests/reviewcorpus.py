"""A small corpus of two annotators who differ in every way, and what an adjudicator sends about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DOC = "ferry"
TEXT = (
    "Ferry sinks off Orre\n\n"
    "The dock union blamed Mayor Tarn on Monday. The ferry Alma sank near Orre pier, the coast guard said.\n\n"
    "Fourteen passengers were rescued by the crew of a trawler. 🛟 Tarn thanked them.\n"
)
LAYERS = ["spans", "entities", "events", "attributions", "stance", "relations"]


def at(words: str, nth: int = 1) -> dict[str, int]:
    """Return the place of the nth occurrence of some words."""
    start = -1
    for _ in range(nth):
        start = TEXT.index(words, start + 1)
    return {"start": start, "end": start + len(words)}


def span(name: str, kind: str, label: str | None, words: str, nth: int = 1, **more: Any) -> dict[str, Any]:
    """Return the entry of a span."""
    return {"id": name, "kind": kind, **({"label": label} if label else {}), **at(words, nth), **more}


def first() -> dict[str, Any]:
    """Return the work of a1."""
    return {
        "version": 1, "doc_id": DOC, "layers": LAYERS, "attributes": {"topic": "accident"},
        "spans": [
            span("m1", "mention", "ORG", "The dock union"),
            span("m2", "mention", "PERSON", "Mayor Tarn"),
            span("m3", "mention", "VEHICLE", "The ferry Alma"),
            span("m4", "mention", "PLACE", "Orre pier"),
            span("m5", "mention", "PERSON", "Tarn", 2),
            span("t1", "trigger", "SINK", "sank"),
            span("t2", "trigger", "RESCUE", "rescued"),
            span("t3", "trigger", "ACCUSE", "blamed"),
            span("m6", "mention", "PERSON", "Fourteen passengers"),
            span("m7", "mention", "PERSON", "the crew of a trawler"),
            span("v1", "evidence", None, "blamed Mayor Tarn"),
        ],
        "entities": [
            {"id": "e1", "label": "ORG", "name": "Dock union", "mentions": ["m1"]},
            {"id": "e2", "label": "PERSON", "name": "Tarn", "mentions": ["m2", "m5"]},
            {"id": "e3", "label": "VEHICLE", "name": "Alma", "mentions": ["m3"]},
            {"id": "e4", "label": "PLACE", "mentions": ["m4"]},
        ],
        "events": [
            {"id": "ev1", "label": "SINK", "trigger": "t1", "arguments": [
                {"role": "Thing", "filler": "e3"}, {"role": "Place", "filler": "e4"}]},
            {"id": "ev2", "label": "RESCUE", "trigger": "t2", "arguments": [
                {"role": "Saved", "filler": "m6"}, {"role": "Saver", "filler": "m7"}]},
            {"id": "ev3", "label": "ACCUSE", "trigger": "t3", "arguments": [
                {"role": "Accuser", "filler": "e1"}, {"role": "Accused", "filler": "e2"}]},
        ],
        "attributions": [], "relations": [],
        "stance": [{"id": "st1", "holder": "e1", "target": "e2", "label": "AGAINST", "evidence": ["v1"]}],
        "notes": [{"id": "n1", "target": "ev2", "text": "Who saved whom?"}],
    }  # fmt: skip


def second() -> dict[str, Any]:
    """Return the work of a2: other bounds of m1, another label of m4, no RESCUE, other arguments of SINK, MIXED."""
    work = json.loads(json.dumps(first()))
    renamed = {"m1": "x1", "m4": "x4"}
    work["spans"] = [
        span("x1", "mention", "ORG", "dock union"),
        *(each for each in work["spans"] if each["id"] not in ("m1", "m4", "t2")),
        span("x4", "mention", "FACILITY", "Orre pier"),
        span("x8", "mention", "PLACE", "Orre", 1),
    ]
    for entity in work["entities"]:
        entity["mentions"] = [renamed.get(name, name) for name in entity["mentions"]]
    work["entities"][3]["label"] = "FACILITY"
    work["events"] = [work["events"][0], work["events"][2]]
    work["events"][0]["arguments"] = [{"role": "Thing", "filler": "e3"}, {"role": "Time", "filler": "x8"}]
    work["events"][0]["subtype"] = "accident"
    work["stance"][0]["label"] = "MIXED"
    del work["notes"]
    return work


def write(root: Path, **more: dict[str, Any]) -> Path:
    """Write the corpus, with further annotators' files by name; nobody is said to be published."""
    works = {"a1": first(), "a2": second(), **more}
    files = {"corpus.toml": "[corpus]\nname = 'trial'\ntitle = 'Ferries'\n", f"raw/{DOC}.txt": TEXT}
    files |= {f"annotations/{name}/{DOC}.json": json.dumps(work, indent=1) for name, work in works.items()}
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="")
    return root
