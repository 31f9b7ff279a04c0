"""corpus.toml -> typed settings."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from standoff.errors import ConfigError
from standoff.files import schemafile, tomlfile, vocabularies
from standoff.spelling import did_you_mean

FILE = "corpus.toml"
CODE = "E134"
"""Code of a corpus.toml that cannot be used."""


@dataclass(slots=True)
class Cut:
    """Lines that are no part of the text: each that reads `line`, or all from `start` to `to`."""

    line: str | None = None
    start: str | None = None
    to: str | None = None
    documents: list[str] | None = None


@dataclass(slots=True)
class Articles:
    """How raw files become text."""

    encoding: str = "utf-8"
    headline: str = "auto"
    withhold: list[str] = field(default_factory=list)
    windows: str = "tiles"
    licenses: list[str] | None = None
    cuts: list[Cut] = field(default_factory=list)


@dataclass(slots=True)
class Ids:
    """How file names become document ids."""

    separator: str = "__"
    unsafe: str = "error"
    strip_suffix: str = ""


@dataclass(slots=True)
class Source:
    """One export of an annotation tool.

    `layers` are the finished ones; `finished` are finished in each document besides those that have items there;
    `unfinished` says that the annotator has finished none of its documents.
    `offsets` says what it counts them in, where the format leaves that open.
    """

    path: str
    format: str
    annotator: str | None = None
    annotators: str | None = None
    layers: list[str] | None = None
    finished: list[str] | None = None
    unfinished: bool = False
    offsets: str | None = None


@dataclass(slots=True)
class Publication:
    """Which annotator's work is published, and what is taken as finished."""

    publish: list[str] = field(default_factory=list)
    layers: list[str] | None = None
    empty_files: str = "not_annotated"


@dataclass(slots=True)
class Dataset:
    """What the card says of the dataset; `card` has the texts of its sections, as the table `[card]` states them."""

    name: str
    title: str | None = None
    version: str | None = None
    description: str | None = None
    license: str | None = None
    languages: list[str] = field(default_factory=list)
    release_date: str | None = None
    authors: list[str] = field(default_factory=list)
    homepage: str | None = None
    citation: str | None = None
    tags: list[str] = field(default_factory=list)
    annotations_creators: list[str] = field(default_factory=list)
    language_creators: list[str] = field(default_factory=list)
    license_name: str | None = None
    license_link: str | None = None
    multilinguality: str | None = None
    source_datasets: list[str] = field(default_factory=list)
    task_categories: list[str] = field(default_factory=list)
    task_ids: list[str] = field(default_factory=list)
    paperswithcode_id: str | None = None
    card: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Corpus:
    """A corpus folder and its settings."""

    root: Path
    dataset: Dataset
    articles: Articles
    ids: Ids
    annotations: Publication
    sources: list[Source]
    shares: dict[str, float]
    toml: str = ""

    def place(self, *pointer: str | int) -> tuple[int | None, int | None]:
        """Return line and column of a key of corpus.toml, None where it is not there."""
        line, column = tomlfile.locate(self.toml, pointer)
        return (line, column) if str(pointer[-1]) in self.toml.split("\n")[line - 1] else (None, None)

    @property
    def raw(self) -> Path:
        """The folder of the articles."""
        return self.root / "raw"


def read(root: Path) -> Corpus:
    """Read corpus.toml of a corpus folder.

    Raises ConfigError with line and column where the file is missing, no TOML, or has a key or value that
    `schema/corpus.schema.json` does not know.
    """
    if not root.is_dir():
        beside = [path.name for path in root.parent.iterdir() if path.is_dir()] if root.parent.is_dir() else []
        hint = did_you_mean(root.name, beside)
        raise ConfigError(root, f"there is no such folder{hint}; name a corpus folder, which holds a corpus.toml")
    with coded(CODE):
        return _read(root, root / FILE)


@contextmanager
def coded(code: str) -> Iterator[None]:
    """Give the errors of a settings file that are raised within its code."""
    try:
        yield
    except ConfigError as error:
        for each in (error, *error.more):
            each.code = code
        raise


def _read(root: Path, path: Path) -> Corpus:
    if not path.is_file():
        message = "there is no corpus.toml; a corpus folder needs one, and it may be empty"
        raise ConfigError(path, f"{message}; an export becomes a corpus by `standoff init DIR --from EXPORT`")
    values, text = tomlfile.read(path)
    refuse_problems(path, text, schemafile.problems(values, "corpus"))
    refuse_problems(path, text, list(vocabularies.problems(values.get("corpus", {}))))
    corpus = _corpus(root, values)
    if not all(math.isfinite(share) for share in corpus.shares.values()) or not sum(corpus.shares.values()):
        line, column = tomlfile.locate(text, ["splits"])
        message = "splits: the shares must be numbers, and one of them more than 0"
        raise ConfigError(path, message, line=line, column=column)
    corpus.toml = text
    return corpus


def refuse_problems(path: Path, text: str, problems: Sequence[schemafile.Problem]) -> None:
    """Raise ConfigError for the problems of a TOML text, each with its place: one error, the others in `more`."""
    errors = []
    for pointer, message in problems:
        line, column = tomlfile.locate(text, pointer)
        where = ".".join(str(step) for step in pointer)
        errors.append(ConfigError(path, f"{where}: {message}" if where else message, line=line, column=column))
    if errors:
        errors.sort(key=lambda error: (error.line or 0, error.column or 0))
        errors[0].more = [*errors[1:]]
        raise errors[0]


def _corpus(root: Path, values: dict[str, Any]) -> Corpus:
    dataset = {**values.get("corpus", {}), "card": values.get("card", {})}
    dataset.setdefault("name", _default_name(root))
    articles = dict(values.get("articles", {}))
    articles["cuts"] = [_cut(cut) for cut in articles.get("cuts", [])]
    return Corpus(
        root=root,
        dataset=Dataset(**dataset),
        articles=Articles(**articles),
        ids=Ids(**values.get("ids", {})),
        annotations=Publication(**values.get("annotations", {})),
        sources=[Source(**source) for source in values.get("sources", [])],
        shares={"train": 0.8, "validation": 0.1, "test": 0.1, **values.get("splits", {})},
    )


def _cut(values: dict[str, Any]) -> Cut:
    values = dict(values)
    if "from" in values:
        values["start"] = values.pop("from")
    return Cut(**values)


def _default_name(root: Path) -> str:
    name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in root.resolve().name.lower())
    return name.strip("-") or "corpus"
