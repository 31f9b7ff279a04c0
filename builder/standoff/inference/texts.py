"""The articles of an export -> raw/ of a corpus folder, and the records of those that are withheld -> withheld/."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

from standoff import articles
from standoff.articles import html
from standoff.corpus import sources
from standoff.corpus.entries import ArticleFile, Entry
from standoff.errors import InputError
from standoff.inference.copies import LONGEST, copy
from standoff.inspection import Survey


def write(survey: Survey, folder: Path, known: Collection[str] = (), root: Path | None = None) -> None:
    """Copy the texts of new documents to raw/, and the records of withheld ones; `known` documents have theirs.

    Records of a JSON lines file stay such records: where all of them are new the file is copied, else their lines, to a
    name that is free in the corpus (`root`).
    """
    told: dict[Path, list[ArticleFile]] = defaultdict(list)
    every = {entry.article.path for doc_id, entry in survey.layout.entries.items() if entry.article and doc_id in known}
    for doc_id, entry in sorted(survey.layout.entries.items()):
        if doc_id in known or len(doc_id) > LONGEST:
            continue
        if entry.withheld:
            copy(entry.withheld, folder / "withheld" / f"{doc_id}.json")
        elif is_record(survey, doc_id, entry) and entry.article:
            told[entry.article.path].append(entry.article)
        elif entry.article:
            _copy_article(survey, doc_id, entry.article, folder / "raw" / f"{doc_id}.txt")
    for path, records in told.items():
        data = articles.read_bytes(path, path.name)
        if path in every:
            data = b"".join(line if line.endswith(b"\n") else line + b"\n" for line in _lines(records))
        target = folder / "raw" / _free(path, data, folder, root)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def is_record(survey: Survey, doc_id: str, entry: Entry) -> bool:
    """Say whether an article goes into the corpus as a record of a JSON lines file, with all that it says."""
    record = entry.article.record if entry.article else None
    return record is not None and record.doc_id == doc_id and not _is_cut(survey)


def _lines(records: list[ArticleFile]) -> list[bytes]:
    known = [(file, file.record) for file in records if file.record]
    known.sort(key=lambda each: each[1].offset)
    return [articles.read_bytes(file.path, file.shown, record) for file, record in known]


def _free(path: Path, data: bytes, folder: Path, root: Path | None) -> str:
    """Return a name that no other file has."""
    tries = itertools.chain([path.name], (f"{path.stem}-{number}{path.suffix}" for number in itertools.count(2)))
    places = [folder / "raw", *([root / "raw"] if root else [])]
    return next(
        name for name in tries
        if all(not (place / name).exists() or (place / name).read_bytes() == data for place in places)
    )  # fmt: skip


def _is_cut(survey: Survey) -> bool:
    """Say whether the text of an article is not the content of its file, by settings that only its corpus has."""
    settings = survey.given.corpus.articles if survey.given else None
    return settings is not None and bool(settings.cuts or settings.encoding.lower().replace("_", "-") != "utf-8")


def _copy_article(survey: Survey, doc_id: str, article: ArticleFile, target: Path) -> None:
    """Copy a text, or write the one inside an export, so that reading it gives the same characters.

    A text that is none in UTF-8 (half a surrogate pair) stays in its export alone.
    """
    is_page, is_cut = article.format == html.FORMAT, _is_cut(survey)
    if not is_page and not is_cut and article.part is None and article.record is None:
        copy(article.path, target)
        return
    try:
        if is_page:
            text = html.read(article.path, article.place).text
        elif is_cut or article.record:
            read = {each.entry.doc_id: each.document for each in survey.assembled if each.document}
            text = read[doc_id].text or "" if doc_id in read else ""
        else:
            text = sources.part_of(article).text or ""
        data = text.encode("utf-8")
    except (UnicodeEncodeError, InputError):
        return  # the survey has the finding
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
