"""A saved web page -> its main text and what it says of itself, by trafilatura (extra `html`).

Only `init` and `import` extract: the text is then frozen in raw/ with the digest of the page and the version of the
extractor, so that offsets never depend on either.
"""

from __future__ import annotations

import codecs
import hashlib
import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from standoff.articles import plain
from standoff.errors import InputError
from standoff.model import Attribute

SUFFIXES = (".html", ".htm", ".xhtml")
"""The suffixes of saved pages."""

FORMAT = "html"
"""What `ArticleFile.format` is for a page."""

_HEAD = 4096
_FEWEST_WORDS = 10
_CHARSET = re.compile(
    rb"""(?:<meta[^>]{0,200}?charset|<\?xml[^>]{0,80}?encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE
)
_XML = re.compile(r"\A\s*<\?xml[^>]*\?>")
_LANGUAGE = re.compile(r"""<html[^>]{0,500}?\slang\s*=\s*["']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)""", re.IGNORECASE)
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030"}
"""Encodings that browsers read as a larger one (WHATWG Encoding, 4.2)."""

_DATES = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
"""Only dates that the page states as its own, and no clock."""


@dataclass(slots=True, frozen=True)
class Page:
    """The text of a page, and its fields under the names of metadata.csv, with digest and extractor."""

    text: str
    fields: tuple[Attribute, ...]


def read(path: Path, shown: str) -> Page:
    """Extract a page.

    Raises InputError if it cannot be opened, if its encoding is not the one that it declares (UTF-8 where it declares
    none), if it has no main text, or if trafilatura is not there.
    """
    try:
        state = path.stat()
        return _read(path, shown, state.st_mtime_ns, state.st_size)
    except OSError as error:
        raise InputError(shown, f"cannot be read: {error.strerror}", code="E101") from None


@lru_cache(maxsize=10_000)
def _read(path: Path, shown: str, changed: int, size: int) -> Page:
    return extract(path.read_bytes(), shown)


def extract(data: bytes, shown: str) -> Page:
    """Extract the bytes of a page; raises InputError as `read` does."""
    source = decode(data, shown)
    found, version = _extracted(source, shown)
    text = str(found.text or "").replace("\r\n", "\n").replace("\r", "\n").strip() if found is not None else ""
    if len(text.split()) < _FEWEST_WORDS:
        seen = f", but {text!r}" if text else ""
        message = f"no main text was found in this page{seen}; save the whole page of one article"
        raise InputError(shown, message, code="E101")
    title = found.title or None
    if title and text.startswith(f"{title}\n"):
        text = f"{title}\n\n{text[len(title) :].lstrip()}"
    language = _LANGUAGE.search(source)
    fields = {
        "title": title,
        "published": found.date,
        "publisher": found.sitename,
        "url": found.url,
        "language": language[1] if language else None,
        "page_sha256": hashlib.sha256(data).hexdigest(),
        "extractor": f"trafilatura {version}",
    }
    return Page(f"{text}\n", tuple((name, str(value)) for name, value in fields.items() if value))


def decode(data: bytes, shown: str) -> str:
    """Return the characters of a page: by its byte order mark, else as it declares, else as UTF-8."""
    declared = _CHARSET.search(data[:_HEAD])
    encoding = declared[1].decode("ascii") if declared else "utf-8"
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise InputError(shown, f"the page declares the unknown encoding {encoding!r}", code="E101") from None
    try:
        return plain.decode(data, _WIDER.get(name, name), shown).removeprefix("\ufeff")
    except InputError as error:
        said = f"declares {encoding}" if declared else "declares no encoding, so that it is read as UTF-8"
        place = f"byte 0x{data[_offset(data, _WIDER.get(name, name))]:02x}"
        message = f"the page {said}, and {place} does not fit; save it as UTF-8, or mend what it declares"
        raise InputError(shown, message, line=error.line, column=error.column, code="E101") from None


def _offset(data: bytes, encoding: str) -> int:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _extracted(source: str, shown: str) -> tuple[Any, str]:
    """Return what trafilatura finds, None where that is nothing, and its version."""
    try:
        import trafilatura
    except ImportError:
        message = "a saved page is read with the extra `html`, which is not installed: pip install 'standoff[html]'"
        raise InputError(shown, message, code="E101") from None
    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        found = trafilatura.bare_extraction(
            _XML.sub("", source), include_comments=False, with_metadata=True, date_extraction_params=dict(_DATES)
        )
    except Exception as error:  # a page can break the extractor anywhere; the page is named, and the rest is read
        message = f"the page cannot be extracted: {type(error).__name__}: {str(error)[:100]}"
        raise InputError(shown, message, code="E101") from None
    return found, trafilatura.__version__
