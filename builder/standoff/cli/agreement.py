"""`standoff agreement`: how far the annotators of a release agree, layer by layer."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from standoff.cli import report, table
from standoff.spelling import counted

_LABELS, _CONFUSIONS, _PAIRS = 40, 12, 6
_HEADLINES = {
    ("spans", "exact"), ("spans", "relaxed"), ("entities", "CoNLL mean"), ("entities", "LEA"),
    ("events", "trigger and type"), ("events", "argument"), ("attributions", "content"),
    ("stance", "holder and target"),
}  # fmt: skip


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("agreement", help="measure how far annotators agree", description=__doc__)
    parser.add_argument(
        "release", nargs="?", type=Path, default=Path("dist/dev"), help="release folder (default: dist/dev)"
    )
    parser.add_argument("--annotators", metavar="A,B", help="compare only these (default: all)")
    parser.add_argument("--gold", action="store_true", help="compare each annotator with gold")
    parser.add_argument(
        "--bootstrap", type=_resamples, default=200, metavar="N",
        help="resamples of the documents for the 95%% intervals (default: 200; 0: no intervals)",
    )  # fmt: skip
    parser.add_argument(
        "--stance-order", metavar="A,B,C", help="order of stance labels (default: AGAINST,NEUTRAL,FAVOR where these are used)"  # noqa: E501
    )  # fmt: skip
    parser.add_argument(
        "--gamma", action="store_true", help="gamma of the spans, too (Mathet et al. 2015); needs the extra `gamma`"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object, with every pair and label")
    parser.add_argument(
        "--consensus", type=Path, metavar="DIR",
        help="write what most annotators of a document say alike into DIR, as native files: a first gold",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print a few tables, or one JSON object; 0 also where nobody can be compared, which is said."""
    from standoff.audit import agreement

    if arguments.consensus:
        return _consensus(arguments)
    found = agreement.of_release(
        arguments.release,
        annotators=_names(arguments.annotators),
        gold=arguments.gold,
        bootstrap=arguments.bootstrap,
        order=_names(arguments.stance_order),
        with_gamma=arguments.gamma,
    )
    if arguments.json:
        report.print_json({"release": str(arguments.release), **found})
    else:
        _print(found, arguments.gold)
    return 0


def _consensus(arguments: argparse.Namespace) -> int:
    """Write a first gold, and say what has no majority."""
    from standoff.adjudication import firstgold

    written = firstgold.write(arguments.release, arguments.consensus, _names(arguments.annotators))
    if arguments.json:
        report.print_json({"folder": str(arguments.consensus), **written.to_json()})
        return 0
    for doc_id, reason in written.passed_over:
        print(f"{doc_id}: not written: {reason}")
    counts = written.reasons()
    _table(("not in it", "layer", "items"), [(reason, layer, f"{n:,}") for (reason, layer), n in counts])
    if counts:
        print("`--json` names each of them.")
    kept = ", ".join(f"{number:,} {layer}" for layer, number in written.kept.items() if number) or "no items"
    print(f"{arguments.consensus}: {counted(len(written.files), 'document')}: {kept}")
    return 0


def _names(text: str | None) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in (text or "").split(",") if name.strip()))


def _resamples(text: str) -> int:
    if not text.isdecimal() or int(text) > 100_000:
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a whole number from 0 to 100000")
    return int(text)


def _print(found: dict[str, Any], gold: bool) -> None:
    measured = [row for row in found["measures"] if "documents" in row]
    if not any(row["documents"] for row in measured):
        print(_nobody(found, gold))
        return
    print(_shared(found))
    _table(("layer", "measure", "value", "95% interval", "all together", "documents", "n"), _overview(found))
    _table(("label of spans", *_label_measures(found), "n"), _labels(found))
    if 1 < len(found["pairs"]) <= _PAIRS:
        _table(("pair by pair", *(table.shown(" – ".join(pair)) for pair in found["pairs"])), _pairs(found))
    _table(("spans that differ", "", "times"), _confusions(found))
    for row in found["measures"]:
        if row["value"] is None and row["measure"] == "alpha_u" and row["between"] is None:
            print(row["reason"] + ".")
    print(
        "n: items of both annotators (F1), compared units (alpha; of spans, characters). Value: mean of the pairs.\n"
        "By convention alpha from .800 is called reliable, from .667 tentative; that is a custom, not a verdict.\n"
        "`--json` has every pair, label and interval."
    )


def _nobody(found: dict[str, Any], gold: bool) -> str:
    names = [name for name in found["annotators"] if name != "gold"]
    if gold and "gold" not in found["annotators"]:
        return "nothing to compare: the release has no gold; leave --gold out to compare annotators with each other"
    if len(names) < (1 if gold else 2):
        lone = f"only {table.shown(names[0])} is there to compare" if names else ""
        who = lone or "the release has no annotator's own work"
        hint = "" if gold or not names else "; --gold compares with gold, where a release has it"
        return f"nothing to compare: {who}{hint}"
    return f"nothing to compare: {', '.join(map(table.shown, names))} finished no layer of the same document"


def _shared(found: dict[str, Any]) -> str:
    lines = []
    for row in found["shared"]:
        one, other = row["between"]
        counts = {layer: number for layer, number in row.items() if layer != "between" and number}
        numbers = sorted(set(counts.values()))
        shown = (
            str(*numbers)
            if len(counts) == 5 and len(numbers) == 1
            else ", ".join(f"{layer} {n}" for layer, n in counts.items())
        )
        lines.append(f"{table.shown(one)} – {table.shown(other)}: shared documents: {shown or 'none'}")
    return "\n".join(lines) + "\n"


def _overview(found: dict[str, Any]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    together = {_name(row): row["value"] for row in found["measures"] if row["between"] == "all"}
    previous = ""
    for row in found["measures"]:
        of_document = row["layer"] == "documents"
        if (row["between"] != "mean" or row["label"]) and not of_document:
            continue
        layer = table.shown(f"documents: {row['label']}") if of_document else row["layer"]
        if row["value"] is None and row["reason"] == "nothing to compare" and not row["units"]:
            value, interval = "–", row["reason"]
        else:
            value, interval = _number(row["value"]), row.get("reason") or _interval(row)
        everybody = _number(together[_name(row)]) if _name(row) in together and not of_document else ""
        numbers = f"{row['documents']:,}", f"{row['units']:,}"
        rows.append(("" if layer == previous else layer, _measure(row), value, interval, everybody, *numbers))
        previous = layer
    return rows


def _measure(row: dict[str, Any]) -> str:
    from standoff.audit import agreement

    return agreement.name_of(row)


def _label_measures(found: dict[str, Any]) -> list[str]:
    names = {row["measure"] for row in found["measures"] if row["layer"] == "spans" and row["label"]}
    return [name for name in ("exact", "relaxed", "alpha", "alpha_u") if name in names]


def _labels(found: dict[str, Any]) -> list[tuple[str, ...]]:
    by_label: dict[str, dict[str, dict[str, Any]]] = {}
    for row in found["measures"]:
        if row["layer"] == "spans" and row["label"] and row["between"] == "mean":
            by_label.setdefault(row["label"], {})[row["measure"]] = row
    sized = sorted(by_label.items(), key=lambda item: (-item[1]["exact"]["units"], item[0]))
    names = _label_measures(found)
    rows = [
        (table.shown(label), *(_number(each[name]["value"]) if name in each else "–" for name in names),
         f"{each['exact']['units']:,}")
        for label, each in sized[:_LABELS]
    ]  # fmt: skip
    if len(sized) > _LABELS:
        rows.append((f"… and {len(sized) - _LABELS} more in --json", *([""] * len(names)), ""))
    return rows


def _pairs(found: dict[str, Any]) -> list[tuple[str, ...]]:
    rows: dict[str, dict[tuple[str, ...], str]] = {}
    for row in found["measures"]:
        if (row["layer"], row["measure"]) in _HEADLINES and isinstance(row["between"], list) and not row["label"]:
            name = f"{row['layer']}: {_measure(row)}"
            rows.setdefault(name, {})[tuple(row["between"])] = _number(row["value"])
    return [(name, *(values.get(tuple(pair), "–") for pair in found["pairs"])) for name, values in rows.items()]


def _confusions(found: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the commonest differences of all pairs, without regard to who of two annotators did which."""
    counts: dict[tuple[str, str], int] = {}
    for pair in found["confusions"]:
        for row in pair["spans"]:
            if row["first"] != row["second"]:
                one, other = sorted((row["first"], row["second"]), key=lambda label: (label == "missed", label))
                counts[one, other] = counts.get((one, other), 0) + row["times"]
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows: list[tuple[str, ...]] = [
        (table.shown(one), table.shown(other), str(number)) for (one, other), number in ordered[:_CONFUSIONS]
    ]
    if len(ordered) > _CONFUSIONS:
        rest = sum(number for _, number in ordered[_CONFUSIONS:])
        rows.append((f"… and {len(ordered) - _CONFUSIONS} other kinds", "", str(rest)))
    return rows


def _name(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["layer"], row["label"], row["measure"]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _interval(row: dict[str, Any]) -> str:
    return "" if row["low"] is None else f"{row['low']:.3f} to {row['high']:.3f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table and a blank line; nothing if there is no row."""
    for line in (found := table.lines(head, rows)):
        print(line)
    if found:
        print()
