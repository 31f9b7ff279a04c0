"""A raw text file -> its frozen text, with the map between the two."""

from __future__ import annotations

import codecs
import re

import regex

from standoff.corpus.config import Cut
from standoff.errors import InputError
from standoff.finding import Finding
from standoff.model import Section, SourceMap

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_KNOWN = {name for _, name in _MARKS}
_HEADLINE_LIMIT = 200
_BLANK_LINE = re.compile(r"[ \t]*\n")
_CAPITALS = r"\p{Lu}[\p{Lu}\p{Lo}\p{M}]+"
_DATELINE = regex.compile(
    rf"(?P<place>{_CAPITALS}(?:[ .'’-]{{1,2}}{_CAPITALS})*(?:, \p{{L}}[\w.'’-]*(?: \p{{L}}[\w.'’-]*){{0,3}})?)"
    r"(?: \([^()\n]{1,40}\))? ?[—–-]{1,2}(?= )"
)


def decode(data: bytes, encoding: str, path: str) -> str:
    """Return the characters of a raw file, its byte order mark (U+FEFF) included.

    A byte order mark decides the encoding; without one the declared encoding does. Raises InputError naming
    line and column of the first byte that does not fit.
    """
    used = next((name for mark, name in _MARKS if data.startswith(mark)), encoding)
    try:
        text = data.decode(used)
        text.encode("utf-8")
        return text
    except LookupError:
        raise InputError(path, f"unknown encoding {used!r} in corpus.toml", code="E101") from None
    except UnicodeEncodeError as error:
        line, column = text.count("\n", 0, error.start) + 1, error.start - text.rfind("\n", 0, error.start)
        message = f"read as {used!r} the file has half a surrogate pair here, which is no character"
        raise InputError(path, message, line=line, column=column, code="E101") from None
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("latin-1" if used not in _KNOWN else used, errors="replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = (
            f"byte 0x{data[error.start]:02x} is not valid {used}; save the file as UTF-8, "
            "or declare its encoding in corpus.toml under [articles]"
        )
        raise InputError(path, message, line=line, column=column, code="E101") from None
    except UnicodeError as error:
        raise InputError(path, f"cannot be decoded as {used!r}: {error}", code="E101") from None


def freeze(raw: str, cuts: list[tuple[int, int]]) -> tuple[str, SourceMap]:
    """Return the text and its source map: without byte order mark and cuts, all newlines as LF.

    `cuts` are (start, end) in code points of `raw`, in order and disjoint. Nothing else changes: no Unicode
    normalisation, no trimming.
    """
    if not cuts and "\r" not in raw and not raw.startswith("\ufeff"):
        return raw, SourceMap([(0, len(raw), 0)], len(raw))
    removed = [(0, 1)] if raw.startswith("\ufeff") else []
    removed += cuts
    segments: list[tuple[int, int, int]] = []
    pieces: list[str] = []
    position = length = 0
    for start, end in [*removed, (len(raw), len(raw))]:
        for piece_start, piece_end in _without_carriage_returns(raw, position, max(position, start)):
            if piece_end > piece_start:
                piece = raw[piece_start:piece_end].replace("\r", "\n")
                segments.append((piece_start, piece_end, length))
                pieces.append(piece)
                length += len(piece)
        position = max(position, end)
    return "".join(pieces), SourceMap(segments, len(raw))


def cuts_of(raw: str, cuts: list[Cut], doc_id: str, path: str, findings: list[Finding]) -> list[tuple[int, int]]:
    """Return the pieces of a raw file that the declared cuts remove, in code points, in order and disjoint.

    A cut that begins and does not end is a finding, and removes nothing.
    """
    wanted = [cut for cut in cuts if cut.documents is None or doc_id in cut.documents]
    if not wanted:
        return []
    lines = _lines(raw)
    found = [piece for cut in wanted for piece in _pieces(cut, lines, len(raw), path, findings)]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def sections_of(text: str, headline: str) -> list[Section]:
    """Return title, dateline and body of a text.

    The first line is the title if `headline` is `first_line`, or if it is `auto` and the line has at most 200
    code points and a blank line after it. A dateline is a place in capitals before a dash at the start of the
    body: `BAGHDAD —`, `KASSAR, Dravena (Courier) -`.
    """
    sections = []
    body = 0
    first_end = text.find("\n")
    has_blank = first_end >= 0 and _BLANK_LINE.match(text, first_end + 1) is not None
    is_title = 0 < first_end <= _HEADLINE_LIMIT and has_blank and bool(text[:first_end].strip())
    if headline == "first_line" or (headline == "auto" and is_title):
        end = first_end if first_end >= 0 else len(text)
        sections.append(Section("title", 0, end))
        body = end
    while body < len(text) and text[body].isspace():
        body += 1
    dateline = _DATELINE.match(text, body)
    if dateline:
        sections.append(Section("dateline", body, dateline.end()))
        body = dateline.end() + 1
    if body < len(text):
        sections.append(Section("body", body, len(text.rstrip())))
    return [section for section in sections if section.end > section.start]


def place_of(dateline: str) -> str:
    """Return the place in a dateline."""
    match = _DATELINE.match(dateline + " ")
    return match["place"] if match else dateline


def _without_carriage_returns(raw: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split raw[start:end] so that the CR of each CRLF falls between the pieces; a lone CR stays."""
    pieces = []
    while (index := raw.find("\r\n", start, end)) >= 0:
        pieces.append((start, index))
        start = index + 1
    pieces.append((start, end))
    return pieces


def _lines(raw: str) -> list[tuple[int, int, str]]:
    lines, position = [], 0
    for line in re.split(r"(?<=\n)|(?<=\r)(?!\n)", raw):
        lines.append((position, position + len(line), line.strip().lstrip("\ufeff")))
        position += len(line)
    return lines


def _pieces(
    cut: Cut, lines: list[tuple[int, int, str]], length: int, path: str, findings: list[Finding]
) -> list[tuple[int, int]]:
    if cut.line is not None:
        return [(start, end) for start, end, line in lines if line == cut.line.strip()]
    first = next((index for index, (_, _, line) in enumerate(lines) if line == str(cut.start).strip()), None)
    if first is None:
        return []
    if cut.to is None:
        return [(lines[first][0], length)]
    last = next((end for _, end, line in lines[first + 1 :] if line == cut.to.strip()), None)
    if last is None:
        message = f"the cut from {str(cut.start)!r} begins here, and no line after it reads {cut.to.strip()!r}"
        findings.append(Finding("E119", path, message, first + 1, 1))
        return []
    return [(lines[first][0], last)]
