"""The words that a card's front matter may use, kept in `schema/vocabularies.json`, and what is wrong with others.

Licences and tasks are those of the Hub (docs "Licenses"; packages/tasks in huggingface.js), languages ISO 639.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from standoff.files.schemafile import Problem, folder
from standoff.spelling import did_you_mean


@cache
def load() -> dict[str, Any]:
    """Return the vocabularies."""
    words: dict[str, Any] = json.loads((folder() / "vocabularies.json").read_text(encoding="utf-8"))
    return words


@cache
def languages() -> frozenset[str]:
    """Return all codes of ISO 639-1, 639-3 and 639-5."""
    return frozenset([*load()["languages"], *(code for line in load()["further_languages"] for code in line.split())])


def license_url(name: str | None) -> str | None:
    """Return the address of the text of a licence, by its SPDX id; None where it has none."""
    spdx = spdx_id(name)
    return f"https://spdx.org/licenses/{spdx}" if spdx else None


def spdx_id(name: str | None) -> str | None:
    """Return the SPDX id of a licence of the Hub; None for families of licences and those that SPDX does not list."""
    found: str | None = load()["licenses"].get(name)
    return found


def task_of(task_id: str) -> str:
    """Return the task category that a task id belongs to, the first of several."""
    tasks: dict[str, list[str]] = load()["tasks"]
    return next(task for task, ids in tasks.items() if task_id in ids)


def problems(corpus: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what the Hub would not understand in the table `[corpus]` of a corpus.toml that fits its schema."""
    yield from _license(corpus)
    for number, code in enumerate(corpus.get("languages", ())):
        if code.split("-")[0] not in languages():
            yield ("corpus", "languages", number), _unknown_language(code)
    tasks = load()["tasks"]
    ids = [task_id for each in tasks.values() for task_id in each]
    for key, known, what in (
        ("task_categories", list(tasks), "a task category"),
        ("task_ids", ids, "a task id"),
    ):
        for number, word in enumerate(corpus.get(key, ())):
            if word not in known:
                hint = did_you_mean(word, known)
                yield ("corpus", key, number), f"found {word!r}{hint}; expected {what} of the Hub: {', '.join(known)}"


def _license(corpus: Mapping[str, Any]) -> Iterator[Problem]:
    name, known = corpus.get("license"), load()["licenses"]
    if name is not None and name not in known:
        plain = "-".join(name.lower().replace("creative commons", "cc").split())
        hint = f" (did you mean {plain!r}?)" if plain in known else did_you_mean(plain, known)
        wanted = "a licence as the Hub writes it, such as cc-by-4.0, or other, with license_name and license_link"
        yield ("corpus", "license"), f"found {name!r}{hint}; expected {wanted}"
    if name == "other" and "license_name" not in corpus:
        yield ("corpus", "license"), "found 'other'; the Hub then wants a license_name, and a license_link to its text"
    for key in ("license_name", "license_link"):
        if key in corpus and name != "other":
            yield ("corpus", key), "is only for license = 'other'; leave it out, or change the licence"


def _unknown_language(code: str) -> str:
    names = {name.lower(): short for short, name in load()["languages"].items()}
    hint = f" (did you mean {names[code]!r}?)" if code in names else did_you_mean(code, list(load()["languages"]))
    return f"found {code!r}{hint}; expected a code of ISO 639, such as en or arz"
