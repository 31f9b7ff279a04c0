"""A release -> native files with what most annotators say alike: `standoff agreement --consensus`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from standoff.audit import consensus
from standoff.audit.consensus import Undecided
from standoff.errors import ConfigError, OutputError
from standoff.exports import native
from standoff.exports import source as sources
from standoff.exports.source import EVERYBODY, Choice
from standoff.model import LAYERS, AnnotatedDocument


@dataclass(slots=True)
class Written:
    """What was written: files, items a layer, documents that were passed over and why, and what is undecided."""

    files: list[str] = field(default_factory=list)
    kept: Counter[str] = field(default_factory=Counter)
    passed_over: list[tuple[str, str]] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)

    def reasons(self) -> list[tuple[tuple[str, str], int]]:
        """Return how many items are not in the files, by reason and layer, the most first."""
        counts = Counter((each.reason, each.layer) for each in self.undecided)
        return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))

    def to_json(self) -> dict[str, Any]:
        """Return all of it as a JSON object."""
        return {
            "files": self.files,
            "items": dict(self.kept),
            "passed_over": [{"doc_id": doc_id, "reason": reason} for doc_id, reason in self.passed_over],
            "undecided": [asdict(each) for each in self.undecided],
        }


def write(release: Path, folder: Path, annotators: Sequence[str] = ()) -> Written:
    """Write `<doc_id>.json` for each document that has two annotators or more and no gold.

    Raises ConfigError before anything is written where a file would be replaced, or nobody can vote.
    """
    source = sources.of(release)
    by_document: dict[str, list[AnnotatedDocument]] = defaultdict(list)
    for each in sources.documents(source, Choice([EVERYBODY])):
        by_document[each.document.id].append(each)
    done, texts = Written(), {}
    for doc_id, found in sorted(by_document.items()):
        own = [each for each in found if each.annotations.annotator != "gold"]
        own = [each for each in own if not annotators or each.annotations.annotator in annotators]
        result = consensus.vote([each.annotations for each in own]) if len(own) > 1 else None
        if len(own) < len(found) and any(each.annotations.annotator == "gold" for each in found):
            done.passed_over.append((doc_id, "it has a gold version"))
        elif result is None:
            few = "it has one annotator" if len(own) == 1 else "no layer was finished by two annotators"
            done.passed_over.append((doc_id, few))
        else:
            document = own[0].document
            shown = document.text is not None and not document.withheld
            texts[doc_id] = native.render(document, result.annotations, quotes=shown)
            done.kept.update({layer: len(getattr(result.annotations, layer)) for layer in LAYERS})
            done.undecided += result.undecided
    _write(folder, texts)
    done.files = [f"{doc_id}.json" for doc_id in texts]
    return done


def _write(folder: Path, texts: dict[str, str]) -> None:
    taken = [name for doc_id in texts if (folder / (name := f"{doc_id}.json")).exists()]
    if taken:
        more = f" and {len(taken) - 1} more" if len(taken) > 1 else ""
        raise ConfigError(folder / taken[0], f"is there already{more}; nothing was written; choose another folder")
    try:
        for doc_id, text in texts.items():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{doc_id}.json").write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise OutputError(folder, f"cannot be written: {error.strerror}") from None
