"""What the build of a release found and left out -> sections of the site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from standoff.checks.codes import CODES
from standoff.finding import Finding
from standoff.site.sections import Cell, Column, Section, Target

_MISSING = "A code of another version of Standoff."


def sections(manifest: dict[str, Any], findings: Sequence[Finding] | None) -> list[Section]:
    """Return the sections of a release; `findings` are those of its build, None where only its manifest is known."""
    found = [_counted(manifest) if findings is None else _listed(findings)]
    found.append(_left_out(manifest, "excluded", "Items left out", "A waiver leaves these items out of the release."))
    shortened = "These items lost a part that was left out."
    found.append(_left_out(manifest, "shortened", "Items shortened", shortened))
    found += [_not_annotated(manifest), _counts(manifest)]
    return found


def _listed(findings: Sequence[Finding]) -> Section:
    rows = [
        [
            Cell("waived" if f.waived is not None else f.severity, style="severity"),
            Cell(f.code, style="code"),
            Cell(":".join(str(part) for part in (f.path, f.line, f.column) if part is not None), style="code"),
            Cell(f.message),
            Cell(f.doc_id or "", Target(f.doc_id) if f.doc_id else None),
            Cell(CODES[f.code].mend if f.code in CODES else _MISSING),
        ]
        for f in findings
    ]
    columns = [
        Column("Severity", choose=True), Column("Code", choose=True), Column("Place"), Column("What"),
        Column("Document"), Column("What to do"),
    ]  # fmt: skip
    return Section(
        "Findings of the checks", "What the checks said while the corpus was built, with the file and line of each.",
        columns, rows, "No check found anything.", weight=9,
    )  # fmt: skip


def _counted(manifest: dict[str, Any]) -> Section:
    rows = []
    for state, counts in (("", manifest["findings"]), ("waived", manifest["waived"])):
        for code, times in sorted(counts.items()):
            known = CODES.get(code)
            severity = "error" if code.startswith("E") else "warning"
            rows.append(
                [
                    Cell(state or severity, style="severity"),
                    Cell(code, style="code"),
                    Cell(known.sentence if known else _MISSING),
                    Cell(str(times)),
                    Cell(known.mend if known else ""),
                ]
            )
    columns = [
        Column("Severity", choose=True), Column("Code"), Column("What"), Column("Times", number=True),
        Column("What to do"),
    ]  # fmt: skip
    what = (
        "What the checks said while the release was built, by code. A release keeps the counts alone; "
        "standoff audit on the corpus folder lists each with its file and line."
    )
    return Section("Findings of the checks", what, columns, rows, "No check found anything.", weight=9)


def _left_out(manifest: dict[str, Any], key: str, title: str, what: str) -> Section:
    rows = [
        [
            Cell(entry["document"], Target(entry["document"])),
            Cell(entry["annotator"]),
            Cell(entry["layer"] or "not read"),
            Cell(entry["id"], style="code"),
            Cell(entry["code"], style="code"),
            Cell(entry["reason"]),
        ]
        for entry in manifest[key]
    ]
    columns = [
        Column("Document"), Column("Annotator", choose=True), Column("Layer", choose=True), Column("Id"),
        Column("Code", choose=True), Column("Reason"),
    ]  # fmt: skip
    return Section(title, what, columns, rows, "None: all that went in came out.", weight=4)


def _not_annotated(manifest: dict[str, Any]) -> Section:
    rows = [[Cell(doc_id, Target(doc_id))] for doc_id in manifest["not_annotated"]]
    what = "Documents of the release that no annotation file belongs to."
    return Section("Documents that nobody annotated", what, [Column("Document")], rows, "None.", weight=0)


def _counts(manifest: dict[str, Any]) -> Section:
    """Return what was counted when labels were mapped, and when spans became tags of tokens."""
    titles = {"mapped": "labels mapped", "ner": "left out of the config ner", "unread": "in the files, not taken over"}
    rows = [
        [Cell(titles.get(kind, kind)), Cell(reason), Cell(str(times))]
        for kind, counts in sorted(manifest["left_out"].items())
        for reason, times in sorted(counts.items())
    ]
    columns = [Column("Where", choose=True), Column("What"), Column("Times", number=True)]
    what = "What the scheme renamed or projected, and which spans the flat tags of the config ner cannot hold."
    return Section("Mapped, and left out of flat tags", what, columns, rows, "Nothing.", weight=0)
