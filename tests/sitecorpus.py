"""A small corpus in which every field that a person may fill has a word of its own, and the site made of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from standoff.cli import main

Word = Callable[[str], str]
"""What stands in a field, by the name of the field."""

SECRET = "zyxwv"
"""A word that only the withheld text has, and that is annotated."""

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)' x='",
    "</script><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "\u202elive\u2066 \u200f\u200b",
    "&lt;b&gt;&#x3c;i&#x3e;",
    "</title><style>*{display:none}</style>",
    "<!-- --!> <![CDATA[",
    "\x1b[31mred\x07\x9b",
    "`onfocus=alert(1) autofocus",
    "</bdi></td></table><form action=//evil>",
    "<a href='https://evil.example'>x</a>",
    "𝔘nicode\U0001f469\u200d\U0001f467 <b>",
]


def hostile() -> Word:
    """Return words that are injections, the same for the same field."""
    seen: dict[str, str] = {}

    def word(field: str) -> str:
        if field not in seen:
            number = len(seen)
            seen[field] = f"{PAYLOADS[number % len(PAYLOADS)]} {number}"
        return seen[field]

    return word


def benign() -> Word:
    """Return plain words of the same lengths as the hostile ones."""
    model = hostile()
    seen: dict[str, str] = {}

    def word(field: str) -> str:
        length = len(model(field))
        if field not in seen:
            seen[field] = f"w{len(seen)}".ljust(length, "x")
        return seen[field]

    return word


def write(root: Path, word: Word) -> None:
    """Write the corpus folder: two annotators and gold, one of them alone, nobody, an empty file, a withheld text."""
    text, spans = _article(word)
    first, second = "a1", "a2"
    for place in ("raw", f"annotations/{first}", f"annotations/{second}", "annotations/gold"):
        (root / place).mkdir(parents=True)
    names = json.dumps(word("title of the corpus")), json.dumps(word("description"))
    order = json.dumps(["gold", first, second])
    (root / "corpus.toml").write_text(
        f"[corpus]\nname = 'trial'\ntitle = {names[0]}\ndescription = {names[1]}\n"
        f"[articles]\nwithhold = ['secret']\n[annotations]\npublish = {order}\n",
        encoding="utf-8",
    )
    for doc_id in ("bridge", "mill", "empty", "nobody"):
        (root / f"raw/{doc_id}.txt").write_text(text, encoding="utf-8", newline="")
    (root / "raw/secret.txt").write_text(f"{text}{SECRET}\n", encoding="utf-8", newline="")
    metadata = [word("title"), word("publisher"), word("license"), word("url"), word("dateline")]
    quoted = ",".join('"' + value.replace('"', '""') + '"' for value in metadata)
    (root / "raw/metadata.csv").write_text(
        f"doc_id,published,title,publisher,license,url,dateline\nbridge,2031-05-04,{quoted}\n", encoding="utf-8"
    )
    _annotate(root / f"annotations/{first}", "bridge", spans, word, "first")
    _annotate(root / f"annotations/{second}", "bridge", _moved(spans, word), word, "first", fewer=True)
    _annotate(root / "annotations/gold", "bridge", spans, word, "first")
    _annotate(root / f"annotations/{first}", "mill", spans, word, "second")
    _annotate(root / f"annotations/{second}", "empty", [], word, "none")
    last = {"id": "m9", "kind": "mention", "label": word("label of m9"), "start": len(text), "end": len(text) + 5}
    _annotate(root / f"annotations/{first}", "secret", [*spans, last], word, "secret")


def audited(folder: Path, word: Word) -> Path:
    """Write the corpus and its site below a folder; return the site."""
    root, site = folder / "corpus", folder / "site"
    write(root, word)
    assert main(["anchor", str(root), "--write"]) == 0
    assert main(["audit", str(root), "--out", str(site), "--bootstrap", "20"]) == 0
    return site


def _article(word: Word) -> tuple[str, list[dict[str, Any]]]:
    """Return the text, and spans that nest, cross, break off, and start at one place."""
    pieces = [word(f"text {number}") for number in range(9)]
    starts = []
    text = "A headline\n\n"
    for number, piece in enumerate(pieces):
        starts.append(len(text))
        text += piece + (" " if number % 3 else ".\n\n")
    ends = [start + len(piece) for start, piece in zip(starts, pieces, strict=True)]
    spans = [
        {"id": "m1", "kind": "mention", "label": word("label of m1"), "start": starts[1], "end": ends[1]},
        {"id": "m2", "kind": "mention", "label": word("label of m2"), "start": starts[1], "end": ends[2]},
        {"id": "m3", "kind": "mention", "label": word("label of m1"), "start": starts[2] + 2, "end": ends[4]},
        {"id": "t1", "kind": "trigger", "label": word("label of ev1"), "start": starts[5], "end": ends[5]},
        {"id": "c1", "kind": "content", "label": word("label of c1"), "start": starts[4], "end": ends[6]},
        {"id": "k1", "kind": "cue", "label": word("label of k1"), "start": starts[7], "end": starts[7] + 3},
        {"id": "d1", "kind": "time", "label": word("label of d1"), "start": starts[8], "end": starts[8] + 4},
        {"id": "v1", "kind": "evidence", "label": word("label of v1"), "start": starts[5], "end": ends[6]},
        {
            "id": "m4", "kind": "mention", "label": word("label of m4"),
            "fragments": [{"start": starts[7] + 4, "end": ends[7]}, {"start": starts[8] + 4, "end": ends[8]}],
        },
    ]  # fmt: skip
    for span in spans:
        span["attributes"] = {word("attribute of a span"): word("value of a span")}
    return text, spans


def _moved(spans: list[dict[str, Any]], word: Word) -> list[dict[str, Any]]:
    """Return another annotator's spans: one with another label, one with other bounds."""
    other = [dict(span) for span in spans]
    other[0]["label"] = word("another label")
    other[2]["end"] -= 1
    return other


def _annotate(
    folder: Path, doc_id: str, spans: list[dict[str, Any]], word: Word, salt: str, *, fewer: bool = False
) -> None:
    layers = ["spans", "entities", "events", "attributions", "stance", "relations"]
    made: dict[str, Any] = {"version": 1, "doc_id": doc_id, "layers": layers, "spans": spans}
    if spans:
        made |= _items(word, salt)
    if fewer:
        made["stance"] = []
    (folder / f"{doc_id}.json").write_text(json.dumps(made), encoding="utf-8")


def _items(word: Word, salt: str) -> dict[str, Any]:
    attributes = {word("attribute"): word("value")}
    name = word(f"name {salt}")
    return {
        "attributes": {word("document label"): word("document value")},
        "entities": [
            {"id": "e1", "label": word("label of m1"), "name": name, "kb_id": word("kb"), "mentions": ["m1", "m3"],
             "attributes": attributes},
            {"id": "e2", "label": word("label of m2"), "mentions": ["m2", "m4"]},
        ],
        "events": [
            {"id": "ev1", "label": word("label of ev1"), "subtype": word("subtype"), "trigger": "t1",
             "arguments": [{"role": word("role"), "filler": "e1", "span": "m3"},
                           {"role": word("second role"), "implicit": True}],
             "factuality": [{"source": "author", "value": word("factuality")},
                            {"source": "at1", "value": word("factuality")}],
             "irrealis": word("irrealis"), "time_value": "2031-05", "earliest": "2031-05-01", "latest": "2031-05-09",
             "same_as": "a-happening", "attributes": attributes},
        ],
        "attributions": [
            {"id": "at1", "source": "e2", "cues": ["k1"], "contents": ["c1"], "act": word("act"),
             "attributes": attributes},
            {"id": "at2", "contents": ["c1"], "parent": "at1"},
        ],
        "stance": [
            {"id": "st1", "holder": "e1", "target": "ev1", "label": word("stance"), "evidence": ["v1"],
             "attribution": "at1", "explicit": True},
            {"id": "st2", "holder": "author", "target": "e2", "label": "AGAINST"},
        ],
        "relations": [
            {"id": "r1", "label": word("relation"), "arguments": [{"role": word("role one"), "filler": "e1"},
                                                                 {"role": word("role two"), "filler": "ev1"}]},
        ],
        "normalizations": [{"id": "nz1", "target": "e1", "resource": word("resource"), "ref": word("entry"),
                            "text": word("text of the entry")}],
        "notes": [{"id": "nt1", "target": "ev1", "kind": word("kind of note"), "text": word("note")}],
    }  # fmt: skip
