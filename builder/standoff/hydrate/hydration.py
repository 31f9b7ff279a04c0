"""The path itself: a release with withheld texts and a folder of copies -> a release with the texts, and a report.

Copies are chosen by the records in withheld.json, annotations placed by windows, shards rewritten, and the card and the
manifest made anew. What has no sure place is left out and named: items in = items out + items named.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from standoff import __version__, card
from standoff.errors import ConfigError, InputError
from standoff.files import staging
from standoff.hydrate import copies, rewriting
from standoff.hydrate.copies import Choice
from standoff.hydrate.filling import Filled, fill
from standoff.hydrate.placing import LEFT_OUT, STATUSES, Fate
from standoff.model import ITEM_LISTS
from standoff.release import manifest
from standoff.tables import columns
from standoff.withholding import withheld

FILE = "hydration.json"
"""The report in a hydrated release."""


@dataclass(slots=True)
class Hydration:
    """What was done: the new release (None where no text was found), and the report as `hydration.json` has it."""

    release: Path | None
    report: dict[str, Any]

    @property
    def is_whole(self) -> bool:
        """True where every withheld text was found."""
        return not self.report["still_withheld"]


def hydrate(release: Path, texts: Path, out: Path, progress: Callable[[int], None] = lambda done: None) -> Hydration:
    """Join a release with the user's own copies of its withheld texts into the folder `out`.

    Raises InputError where the release or the folder cannot be read, ConfigError where there is nothing to fill in or
    `out` must not be replaced, OutputError where it cannot be written.
    """
    facts = _sound(release)
    records = withheld.read(release)
    if not records:
        message = "has no withheld.json: no text is withheld in it, or it was built before records had windows"
        raise ConfigError(release, message)
    if "documents" not in facts["configs"]:
        raise ConfigError(release, "was built without the config documents, which has the sections and all layers")
    _may_replace(out, release)
    files = copies.listed(texts)
    choices = copies.choose(records, files, progress)
    filled = fill(release, {doc_id: each.match for doc_id, each in choices.items() if each.match})
    report = _report(facts, choices, filled, copies.no_text(files, records))
    if not filled:
        return Hydration(None, report)
    with staging.folder(out) as folder:
        still = {doc_id: record for doc_id, record in records.items() if doc_id not in filled}
        _write(release, folder, facts, filled, report, still)
        staging.publish(folder, out)
    return Hydration(out, report)


def _sound(release: Path) -> dict[str, Any]:
    """Return the manifest of a release whose files are what it says. Raises InputError."""
    facts = manifest.read(release)
    found = manifest.file_digests(release)
    damaged = sorted(name for name in {*found, *facts["files"]} if found.get(name) != facts["files"].get(name))
    if damaged:
        raise InputError(release / damaged[0], "is not what the manifest says; `standoff verify` says more")
    return facts


def _may_replace(out: Path, release: Path) -> None:
    """Raise ConfigError unless there is nothing at `out`, or a release that was never to be published."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if out.resolve() == release.resolve():
        raise ConfigError(out, "is the release itself; choose another folder with --out")
    if not (out / manifest.FILE).is_file() or manifest.read(out).get("publishable", True):
        message = "holds something else than a hydrated release, and is not replaced; choose another --out"
        raise ConfigError(out, message)


def _write(
    release: Path,
    folder: Path,
    facts: dict[str, Any],
    filled: dict[str, Filled],
    report: dict[str, Any],
    still: dict[str, dict[str, Any]],
) -> None:
    present = {*facts["configs"], *({"ner"} if _lacks_ner_for_want_of_texts(release) else ())}
    configs = [name for name in columns.CONFIGS if name in present]
    content = rewriting.rewrite(release, folder, filled, configs)
    withheld.write(folder, still)
    (folder / FILE).write_text(
        json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
    )
    ner = sum((each.ner_left_out for each in filled.values()), Counter(facts["left_out"].get("ner", {})))
    scheme = facts["scheme"]
    labels = manifest.inferred_labels(folder) if scheme["inferred"] else scheme["labels"]
    new = {
        **facts,
        "built_with": {**facts["built_with"], "standoff": __version__, "pyarrow": pa.__version__},
        "publishable": False,
        "scheme": {**scheme, "labels": labels},
        "content_digest": manifest.content_digest(content),
        "configs": {
            name: {"content_digest": content[name], "splits": manifest.splits_of(folder, name)}
            for name in sorted(content)
        },
        "left_out": {**facts["left_out"], "ner": dict(sorted(ner.items()))},
        "hydrated": {
            "from": hashlib.sha256((release / manifest.FILE).read_bytes()).hexdigest(),
            "filled_in": len(filled),
            "still_withheld": len(still),
            "left_out": sum(count for counts in report["items"].values() for count in map(counts.get, LEFT_OUT)),
        },
    }
    card.finish(folder, new, card.papers_of(release))


def _lacks_ner_for_want_of_texts(release: Path) -> bool:
    """Say whether no document has both its text and the layer spans: then a release has no `ner`."""
    tables = (pq.read_table(path, columns=["text", "spans"]) for path in (release / "documents").glob("*.parquet"))
    both = (pc.and_(pc.is_valid(table["text"]), pc.is_valid(table["spans"])) for table in tables)
    return not any(pc.any(each).as_py() for each in both)


def _report(
    facts: dict[str, Any], choices: dict[str, Choice], filled: dict[str, Filled], no_text: list[str]
) -> dict[str, Any]:
    fates = [fate for each in filled.values() for fate in each.fates]
    return {
        "version": 1,
        "release": {name: facts["corpus"].get(name) for name in ("name", "version")}
        | {"content_digest": facts["content_digest"]},
        "items": {layer: counts for layer, counts in _by_layer(fates).items() if counts["in"]},
        "filled_in": [_of_document(doc_id, each) for doc_id, each in sorted(filled.items())],
        "still_withheld": [
            {"doc_id": doc_id, "reason": each.reason, "candidates": _candidates(each)}
            for doc_id, each in sorted(choices.items())
            if each.match is None
        ],
        "no_text": no_text,
    }


def _by_layer(fates: Iterable[Fate]) -> dict[str, dict[str, int]]:
    counts = {layer: dict.fromkeys(("in", *STATUSES), 0) for layer in ITEM_LISTS}
    for fate in fates:
        counts[fate.layer]["in"] += 1
        counts[fate.layer][fate.status] += 1
    return counts


def _of_document(doc_id: str, each: Filled) -> dict[str, Any]:
    found = Counter(fate.status for fate in each.fates)
    return {
        "doc_id": doc_id,
        "file": each.match.copy.shown,
        "file_sha256": each.match.copy.raw_sha256,
        "found_by": each.match.found_by,
        "coverage": round(each.match.coverage, 4),
        "text_sha256": each.document.text_sha256,
        "items": {status: found[status] for status in STATUSES},
        "not_exact": [_plain(fate) for fate in each.fates if fate.status != "exact"],
    }


def _plain(fate: Fate) -> dict[str, Any]:
    value = {"annotator": fate.annotator, "layer": fate.layer, "id": fate.id, "status": fate.status}
    return {**value, "near": list(fate.near)} if fate.near else value


def _candidates(choice: Choice) -> list[dict[str, Any]]:
    return [{"file": name, "coverage": coverage} for name, coverage in choice.candidates]
