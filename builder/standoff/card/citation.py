"""How the dataset is cited: BibTeX in the card, and CITATION.cff beside it."""

from __future__ import annotations

import re
from typing import Any

import yaml

from standoff.corpus.config import Dataset
from standoff.files import vocabularies

FILE = "CITATION.cff"

_ADDRESS = r"(https|http|ftp|sftp)://.+"
_YOUNGER_LICENSES = {"CDLA-Permissive-2.0"}
"""Licences of SPDX that the format of 2021 does not know yet."""


def bibtex(dataset: Dataset) -> str:
    """Return the BibTeX entry: that of corpus.toml, else one of title, authors, date, version and address."""
    if dataset.citation:
        return dataset.citation.strip()
    year = dataset.release_date[:4] if dataset.release_date else None
    key = "_".join(filter(None, [re.sub(r"[^a-z0-9]+", "_", dataset.name).strip("_"), year]))
    fields = {
        "title": dataset.title or dataset.name,
        "author": " and ".join(f"{{{_latex(author)}}}" for author in dataset.authors),
        "year": year,
        "version": dataset.version,
        "url": dataset.homepage,
        "note": "Data set",
    }
    plain = ("author", "url")
    lines = [
        f"  {name} = {{{value if name in plain else _latex(value)}}}" for name, value in fields.items() if value
    ]
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}"


def cff(dataset: Dataset) -> bytes | None:
    """Return CITATION.cff (Citation File Format 1.2.0), which needs authors; None where none are named.

    Only what the format allows is in it: addresses, licences of SPDX (those that it knows), names and words once.
    """
    if not any(dataset.authors):
        return None
    license = vocabularies.spdx_id(dataset.license)
    known: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": dataset.title or dataset.name,
        "abstract": dataset.description,
        "authors": [{"name": author} for author in dict.fromkeys(dataset.authors) if author],
        "version": dataset.version,
        "date-released": dataset.release_date,
        "license": None if license in _YOUNGER_LICENSES else license,
        "url": dataset.homepage if re.match(_ADDRESS, dataset.homepage or "") else None,
        "keywords": [tag for tag in dict.fromkeys(dataset.tags) if tag],
    }
    kept = {name: value for name, value in known.items() if value}
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=100).encode("utf-8")


def _latex(text: str) -> str:
    """Return text in which BibTeX finds no command of its own and no brace without its partner."""
    return re.sub(r"([#$%&_])", r"\\\1", text.replace("\\", "/").replace("{", "(").replace("}", ")"))
