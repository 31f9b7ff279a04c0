"""`standoff inspect`: what is in an export of an annotation tool, and whether it is healthy."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from standoff.cli import opening, report
from standoff.errors import StandoffError
from standoff.spelling import counted

_EXAMPLES = 3
_LABELS = 40


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("inspect", help="say what is in an export, and what is wrong in it", description=__doc__)
    parser.add_argument("export", type=Path, metavar="PATH", help="a folder, a file or a zip")
    parser.add_argument("--json", action="store_true", help="print one JSON object, with all findings")
    parser.add_argument(
        "--fail-on", choices=("error", "warning", "never"), default="error", help="least severity of status 1"
    )
    opening.add_caps(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print what an export holds; 1 if a finding is an error, 3 if a file of it, or the zip, cannot be read."""
    from standoff import inspection
    from standoff.inspection.survey import pages_of

    try:
        with opening.opened(arguments.export, arguments) as root:
            survey = inspection.of(root)
    except StandoffError as error:
        if arguments.json:
            report.print_json(_unopened(error, arguments.export))
        raise
    if arguments.json:
        report.print_json(_as_json(survey))
    else:
        _print(survey, arguments.export)
    nothing = survey.format is None and not pages_of(survey)
    return report.status(survey.findings, arguments.fail_on, unreadable=survey.unreadable or nothing)


def _unopened(error: StandoffError, export: Path) -> dict[str, Any]:
    """Return the object of an export that is not read at all, or whose settings cannot be used."""
    from standoff.finding import Finding
    from standoff.inspection.survey import Part

    part = Part("")
    for each in (error, *error.more):
        path = Path(each.path or ".")
        below = path.relative_to(export).as_posix() if path.is_relative_to(export) else "."
        part.findings.append(Finding(each.code or "E101", below, each.message, each.line, each.column))
    return {**_part_json(part), "format": None, "other": []}


def _as_json(survey: Any) -> dict[str, Any]:
    from standoff.inspection.survey import pages_of

    whole = _whole(survey)
    value = _part_json(whole)
    value["format"] = survey.format
    value["unannotated"] = sum(not entry.annotations for entry in survey.layout.entries.values())
    value["other"] = [{"path": path, "what": what} for path, what in survey.other]
    if len(survey.parts) > 1:
        value["parts"] = [_part_json(part) for part in survey.parts.values()]
    if survey.format is None and not pages_of(survey):
        value["findings"].append(report.as_json(_nothing()))
    return value


def _nothing() -> Any:
    from standoff.annotations import known_suffixes
    from standoff.finding import Finding

    return Finding("E101", ".", f"no annotation file of a format that can be read: expected {known_suffixes()}")


def _whole(survey: Any) -> Any:
    """Return all parts as one: documents and annotators together, counts summed, all findings."""
    from standoff.inspection.survey import Part

    whole = Part("", findings=survey.findings)
    for part in survey.parts.values():
        whole.documents |= part.documents
        whole.annotators |= part.annotators
        whole.counts.update(part.counts)
        whole.units.update(part.units)
        whole.remarks.update(part.remarks)
        whole.unclear += part.unclear
        whole.proved += part.proved
        for layer, labels in part.labels.items():
            whole.labels[layer].update(labels)
    return whole


def _part_json(part: Any) -> dict[str, Any]:
    from standoff.inspection.survey import COUNTS

    return {
        "format": part.format,
        "documents": len(part.documents),
        "annotators": sorted(part.annotators),
        "counts": {name: part.counts[name] for name in COUNTS},
        "labels": {layer: dict(_ranked(labels)) for layer, labels in part.labels.items() if labels},
        "offsets": {
            "unit": part.unit,
            "files": dict(sorted(part.units.items())),
            "files_that_fit_any_unit": part.unclear,
            "spans_proved": part.proved,
        },
        "remarks": dict(_ranked(part.remarks)),
        "findings": [report.as_json(finding) for finding in part.findings],
    }


def _ranked(labels: Counter[str]) -> list[tuple[str, int]]:
    return sorted(labels.items(), key=lambda pair: (-pair[1], pair[0]))


def _print(survey: Any, path: Path) -> None:
    from standoff.inspection.survey import pages_of

    whole = _whole(survey)
    errors = sum(finding.severity == "error" for finding in survey.findings)
    state = "healthy" if not errors else f"not healthy: {report.summary(survey.findings)}"
    pages = len(pages_of(survey))
    if survey.format is None:
        state = "no annotation file of a format that can be read" if not pages else f"{state}, and nothing is annotated"
    print(f"{path}: {state}")
    for line in _next_step(survey, whole, pages):
        print(line)
    names = [f"{name} ({counted(len(part.documents), 'document')})" for name, part in survey.parts.items()]
    print(f"format      {', '.join(names) or 'none'}")
    bare = sum(not entry.annotations for entry in survey.layout.entries.values())
    print(f"documents   {len(whole.documents):,}" + (f", and {bare:,} texts without annotations" if bare else ""))
    if pages:
        print(f"pages       {pages:,} saved web pages, whose main text is extracted")
    print(f"annotators  {', '.join(sorted(whole.annotators)) or 'none'}")
    print(f"offsets     {_offsets(whole)}")
    opening.print_remarks(whole.remarks)
    _print_counts(whole)
    _print_other(survey.other)
    _print_findings(survey.findings)


def _next_step(survey: Any, whole: Any, pages: int) -> Iterator[str]:
    """Yield what to do with an export that holds no annotations: in which formats there can be some."""
    from standoff.annotations import by_suffix

    if survey.format is None and not pages:
        for suffix, names in by_suffix().items():
            yield f"known       {suffix:10}{', '.join(names)}"
        yield "known       .html     saved web pages"
        yield "next        export from your tool in one of these formats; docs/formats.md says how each is read"
    elif survey.format and not sum(whole.counts.values()):
        yield "next        nothing is annotated in these files; export the work of the annotators"


def _offsets(part: Any) -> str:
    if part.unit is None:
        return "no span tells"
    files = ", ".join(f"{unit} in {counted(count, 'file')}" for unit, count in sorted(part.units.items()))
    spans = counted(part.counts["spans"], "span")
    return f"{files if part.unit == 'mixed' else part.unit}; {part.proved:,} of {spans} proved"


def _print_counts(part: Any) -> None:
    from standoff.inspection.survey import COUNTS

    counts = {name: part.counts[name] for name in COUNTS if part.counts[name]}
    if part.counts["equivalences"]:
        counts["equivalences"] = part.counts["equivalences"]
    for name, count in counts.items():
        labels = _ranked(part.labels[name])
        shown = ", ".join(f"{label} {number:,}" for label, number in labels[:_LABELS])
        more = f" … and {len(labels) - _LABELS} more" if len(labels) > _LABELS else ""
        print(f"{name:15}{count:>8,}  {shown}{more}".rstrip())


def _print_other(other: list[tuple[str, str]]) -> None:
    kinds: dict[str, list[str]] = {}
    companions = [path for path, what in other if what.startswith("read with ")]
    for path, what in other:
        kinds.setdefault(what if path not in companions else "read with the files beside them", []).append(path)
    for what, paths in kinds.items():
        more = f" and {len(paths) - _EXAMPLES} more" if len(paths) > _EXAMPLES else ""
        head = "read, too" if paths[0] in companions else "not read"
        print(f"{head:12}{', '.join(paths[:_EXAMPLES])}{more}: {what}")


def _print_findings(findings: list[Any]) -> None:
    """Print the findings by code, the errors first, a few of each."""
    from standoff.checks.codes import CODES

    groups: dict[str, list[Any]] = {}
    for finding in findings:
        groups.setdefault(finding.code, []).append(finding)
    print(f"findings    {report.summary(findings)}")
    for code in sorted(groups):
        print(f"  {code} ×{len(groups[code])}  {CODES[code].sentence}")
        for finding in groups[code][:_EXAMPLES]:
            place = ":".join(str(part) for part in (finding.path, finding.line, finding.column) if part is not None)
            print(f"    {place}: {finding.message}")
        if len(groups[code]) > _EXAMPLES:
            print(f"    … and {len(groups[code]) - _EXAMPLES} more; --json has all")
