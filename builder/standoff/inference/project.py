"""A survey of an export -> a corpus project: settings, scheme, texts, annotations, and papers to fill in."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

from standoff.annotations import known_suffixes
from standoff.errors import ConfigError
from standoff.files import staging
from standoff.inference import adoption, copies, pages, papers, scheme, texts, tomltext
from standoff.inspection import Survey
from standoff.inspection.exports import LONE

PUBLISHED = re.compile(r"gold|a[1-9][0-9]*")
"""The names that annotators have in a release."""

CURATED = {"curation", "curation_user", "adjudicated", "adjudication"}
"""What tools call the annotator whose work is the adjudicated one, in lower case."""


def write(survey: Survey, target: Path, *, keep_pages: bool = False) -> list[str]:
    """Write a corpus project into a folder that is empty or not there, all at once.

    Returns lines that say what was recognised. Texts and annotation files are copied unchanged; one that cannot be
    opened is left out, and the survey has its finding. An export that is a corpus folder is copied as it stands; what
    it lacks is added; texts alone become articles to be annotated. Raises ConfigError if the folder is not empty, or if
    there is neither text nor annotation.
    """
    refuse_full(target)
    if not survey.layout.entries:
        message = "the export holds no annotation file of a format that can be read, and no text; nothing was written. "
        message += "Known are "
        raise ConfigError(None, f"{message}{known_suffixes()}: export from your tool in one of these")
    names = published_names(survey.layout.annotators)
    inventory, recognised = scheme.infer(survey)
    with staging.folder(target) as fresh:
        if survey.given:
            adoption.copy(survey.given, fresh)
            recognised = ["the export is a corpus folder; it is copied as it stands", *recognised]
            sources = []
        else:
            sources = copies.write(survey, fresh, names)
            texts.write(survey, fresh)
            pages.write(survey, fresh, (), "", keep=keep_pages)
        papers_of = {
            "corpus.toml": _settings(survey, target, names, sources),
            "scheme.toml": papers.SCHEME + tomltext.write(inventory),
            ".gitignore": papers.IGNORED,
            "GUIDELINES.md": papers.guidelines(inventory),
            "DATASHEET.md": papers.DATASHEET,
        }
        if not survey.layout.files:
            del papers_of["scheme.toml"]  # an empty inventory would forbid every label
        if any(name != alias for name, alias in names.items()):
            papers_of["annotators.csv"] = _key(names)
        for name, text in papers_of.items():
            if not (fresh / name).exists():
                (fresh / name).write_text(text, encoding="utf-8", newline="\n")
        staging.publish(fresh, target)
    return recognised


def refuse_full(target: Path) -> None:
    """Raise ConfigError if a folder is there and not empty, or is no folder."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ConfigError(target, "exists and is not empty; name a new folder, nothing was written")


def published_names(annotators: list[str]) -> dict[str, str]:
    """Return the published name of each annotator: gold, a1, a2 … stay; curated is gold; the others get a free one."""
    names = {name: name for name in annotators if PUBLISHED.fullmatch(name)}
    for name in annotators:
        if name not in names and name.lower() in CURATED and "gold" not in names.values():
            names[name] = "gold"
        elif name not in names:
            names[name] = next(f"a{n}" for n in range(1, len(annotators) + 2) if f"a{n}" not in names.values())
    return names


def _key(names: dict[str, str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows((n, alias) for n, alias in sorted(names.items()) if n != alias)
    return text.getvalue()


def _settings(survey: Survey, target: Path, names: dict[str, str], sources: list[dict[str, Any]]) -> str:
    name = re.sub(r"[^a-z0-9._-]+", "-", target.resolve().name.lower()).strip("-._")[:96] or "corpus"
    value: dict[str, Any] = {"corpus": {"name": name, "version": "0.1.0"}}
    if survey.layout.replaced:
        value["ids"] = {"unsafe": "replace"}
    order = sorted(set(names.values()), key=lambda alias: (alias != "gold", len(alias), alias))
    if order not in ([], [LONE]):
        value["annotations"] = {"publish": order}
    if sources:
        value["sources"] = sources
    return papers.SETTINGS + tomltext.write(value)
