"""`standoff audit`: where annotations are inconsistent, leak or disagree; and pages to read all of a corpus."""

from __future__ import annotations

import argparse
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff.cli import report, table
from standoff.spelling import counted

if TYPE_CHECKING:
    from standoff.audit.consistency import Audit
    from standoff.audit.listing import Cell, Listing
    from standoff.audit.material import Material
    from standoff.finding import Finding

_WIDTH = 110
_EXAMPLES = 5


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("audit", help="find inconsistent annotations; write pages", description=__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="RELEASE|CORPUS",
        help="a release, or a corpus, which is built for the while (default: corpus/, else ., else dist/dev)",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="DIR", help="write pages to read in a browser")
    parser.add_argument(
        "--bootstrap", type=report.whole, default=200, metavar="N",
        help="resamples for the intervals of agreement on the pages (default: 200; 0: none)",
    )  # fmt: skip
    parser.add_argument("--annotator", metavar="NAME", help="audit this one's work (default: what is published)")
    parser.add_argument(
        "--examples", type=report.whole, default=_EXAMPLES, metavar="N",
        help=f"items of a list that are printed (default: {_EXAMPLES}; 0: all)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print everything as one JSON object")
    parser.add_argument(
        "--export-review", type=Path, metavar="DIR", help="write an adjudicator's work list: a table, and brat files"
    )
    parser.add_argument("--sample", type=report.positive, metavar="N", help="name N documents for double annotation")
    parser.add_argument("--seed", type=report.whole, default=1, metavar="S", help="which sample (default: 1)")
    parser.add_argument(
        "--fail-on", choices=("error", "never"), default="error", help="duplicates across splits: status 1 (default)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Audit, print and write; 1 if findings stop the build of a corpus, or texts stand in two splits."""
    from standoff.release import manifest

    folder = arguments.folder or _default()
    if (folder / manifest.FILE).is_file() or not (folder / "corpus.toml").is_file():
        return _audit(folder, arguments, None)
    with tempfile.TemporaryDirectory(prefix="standoff-") as name:
        return _of_corpus(folder, Path(name), arguments)


def _default() -> Path:
    corpus = report.default_corpus()
    return corpus if (corpus / "corpus.toml").is_file() else Path("dist/dev")


def _of_corpus(root: Path, out: Path, arguments: argparse.Namespace) -> int:
    from standoff import build
    from standoff.corpus import planning

    plan = planning.plan(root)
    with report.progress(len(plan.entries), "build") as progress:
        outcome = build.build(root, out, progress=progress, planned=plan)
    if outcome.release is None:
        report.print_findings(outcome.errors, root, sys.stderr, few=report.FEW)
        summary = report.summary(outcome.findings)
        print(f"not audited: {summary}; mend or waive the errors, and audit again", file=sys.stderr)
        return report.status(outcome.findings, "error", unreadable=outcome.unreadable)
    return _audit(outcome.release, arguments, outcome.findings)


def _audit(release: Path, arguments: argparse.Namespace, findings: Sequence[Finding] | None) -> int:
    from standoff.audit import consistency
    from standoff.audit.material import Material

    material = Material(release, arguments.annotator)
    if arguments.sample:
        return _sample(material, arguments)
    found = consistency.audit(material, {f.doc_id for f in findings or () if f.waived is not None and f.code == "E607"})
    pages = _write_pages(release, arguments, findings, found) if arguments.out else None
    if arguments.export_review:
        _export(release, found, arguments.export_review)
    if arguments.json:
        report.print_json({"folder": str(arguments.folder or _default()), **found.to_json(), **(pages or {})})
    elif pages:
        seen = f"{counted(pages['pages'], 'page')} on {counted(pages['documents'], 'document')}"
        print(f"{seen}; the largest has {counted(pages['largest_page'], 'byte')}")
        print(f"open {arguments.out / 'index.html'}")
    else:
        print("\n".join(_text(found, arguments.examples)))
    return 1 if found.has_errors and arguments.fail_on == "error" else 0


def _write_pages(
    release: Path, arguments: argparse.Namespace, findings: Sequence[Finding] | None, found: Audit
) -> dict[str, Any]:
    from standoff.site import build, sections

    listed = [sections.of(each) for each in found.listings]
    with report.progress(None, "pages") as progress:
        outcome = build.build(
            release, arguments.out, found=findings, analyses=listed, bootstrap=arguments.bootstrap, progress=progress
        )
    return {"site": str(arguments.out), "pages": outcome.pages, "documents": outcome.documents,
            "largest_page": outcome.largest}  # fmt: skip


def _sample(material: Material, arguments: argparse.Namespace) -> int:
    from standoff.audit import progress

    chosen = progress.sample(material, arguments.sample, arguments.seed)
    if arguments.json:
        rows = [{"doc_id": doc_id, "annotators": names} for doc_id, names in chosen]
        report.print_json({"seed": arguments.seed, "sample": rows})
        return 0
    for doc_id, names in chosen:
        print(f"{table.shown(doc_id, 128)}\t{', '.join(names)}")
    if len(chosen) < arguments.sample:
        there = f"there is {counted(1, 'document')}" if len(chosen) == 1 else f"there are {len(chosen)} documents"
        print(f"{there} that one annotator alone has", file=sys.stderr)
    return 0


def _export(release: Path, found: Audit, target: Path) -> None:
    from standoff.adjudication import worklist
    from standoff.errors import ConfigError
    from standoff.files import staging

    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ConfigError(target, "is there already; a work list may hold decisions: name another folder")
    with staging.folder(target) as fresh:
        ledger = worklist.write(release, found.disagreements, fresh)
        staging.publish(fresh, target)
    lost, items = ledger.share()
    where = f"{len(found.disagreements):,} disagreements: {worklist.TABLE}"
    if ledger.total["documents"]:
        versions = f"{counted(ledger.total['documents'], 'version')}, {lost:,} of {items:,} items not whole"
        where += f", {worklist.COLLECTION}/ ({versions})"
    print(f"{target}: {where}", file=sys.stderr)


def _text(found: Audit, examples: int) -> Iterator[str]:
    """Yield the summary: who did what, how many items are to be looked at, and the lists, the worst first."""
    yield from _head(found)
    yield ""
    listed = [each for each in found.listings if each.rows and each.weight]
    yield from _overview(listed)
    for each in listed:
        yield ""
        yield from _listing(each, examples)
    clear = [each for each in found.listings if not each.rows and each.weight]
    if clear:
        yield ""
        yield from _wrapped("Nothing found in: " + ", ".join(each.title.lower() for each in clear) + ".", "")
    for each in clear:
        if each.clear.startswith(("Nothing to compare", "near duplicates were not")):
            yield each.clear
    yield from _next(listed, examples)


def _overview(listed: Sequence[Listing]) -> Iterator[str]:
    """Yield how many items each list has: suspects, but for duplicates across splits, which are errors."""
    if not listed:
        yield "Nothing inconsistent was found."
        return
    errors = sum(len(each.rows) for each in listed if each.severity == "error")
    others = sum(len(each.rows) for each in listed) - errors
    counts = [f"{errors:,} error{'s' * (errors != 1)}"] * bool(errors)
    counts += [f"{others:,} suspect{'s' * (others != 1)} to look at"] * bool(others)
    yield f"{' and '.join(counts)}, the worst first:"
    width = max(len(f"{len(each.rows):,}") for each in listed)
    for each in listed:
        yield f"  {len(each.rows):>{width},}  {each.title}"


def _next(listed: Sequence[Listing], examples: int) -> Iterator[str]:
    yield ""
    if any(examples and len(each.rows) > examples for each in listed):
        yield f"This shows {examples} of a list; `--examples 0` prints all."
    yield "`--out DIR` writes pages to read in a browser, `--json` is for programs."


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, 112, initial_indent=indent, subsequent_indent=indent)


def _head(found: Audit) -> Iterator[str]:
    from standoff.audit import disagreements, progress
    from standoff.model import LAYERS

    material = found.material
    hidden = f", {material.withheld:,} of them withheld: these words are not looked at" if material.withheld else ""
    yield f"{len(material.articles):,} document{'s' * (len(material.articles) != 1)}{hidden}"
    counts = progress.summary(material)
    rows = [(name, *(f"{number[key]:,}" for key in ("documents", *LAYERS))) for name, number in counts.items()]
    yield from table.lines(("documents finished by", "all", *LAYERS), rows) or ["nobody has annotated them"]
    for one, other in disagreements.strangers(material):
        yield f"{one} and {other} have no label of spans in common: they differ in everything, by their guidelines"
    for name, number in counts.items():
        if number["empty"]:
            yield f"{name} has no items in {number['empty']:,} of {counted(number['documents'], 'document')}"


def _listing(each: Listing, examples: int) -> Iterator[str]:
    mark = f"error[{each.code}] " if each.severity == "error" else ""
    yield f"{mark}{each.title}: {len(each.rows):,}"
    yield from _wrapped(each.what, "  ")
    yield from _wrapped(f"What to do: {each.mend[:1].lower()}{each.mend[1:]}" if each.mend else "", "  ")
    yield ""
    rows = each.rows[: examples or None]
    for row in rows:
        yield from _row(each, row)
    if len(each.rows) > len(rows):
        yield f"  … and {len(each.rows) - len(rows):,} more"


def _row(each: Listing, row: Sequence[Cell]) -> Iterator[str]:
    """Yield a row: where it is, what is said of it, and the words."""
    pairs = [(column.name.lower(), cell) for column, cell in zip(each.columns, row, strict=True) if cell.text]
    places = [cell.text for _, cell in pairs if cell.style == "code" and cell.text != "–"]
    facts = [f"{name}: {table.shown(cell.text, _WIDTH)}" for name, cell in pairs if cell.style == "text"]
    words = [cell.text for _, cell in pairs if cell.style == "words"]
    yield f"  {', '.join(table.shown(place, _WIDTH) for place in places)}" if places else f"  {'; '.join(facts)}"
    if places:
        yield f"      {'; '.join(facts)}"
    if words:
        yield f"      {' | '.join(table.shown(text, _WIDTH) for text in words)}"
