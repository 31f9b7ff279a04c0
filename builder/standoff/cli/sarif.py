"""Findings as a SARIF log, version 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from standoff import __version__
from standoff.checks.codes import CODES
from standoff.cli import report
from standoff.finding import Finding, Related

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_RULE_AT = {code: index for index, code in enumerate(CODES)}


def log(findings: Sequence[Finding], root: Path, *, readable: bool = True) -> dict[str, Any]:
    """Return a log with one run: a rule a code, a result a finding, columns in code points.

    Paths below the working directory are relative to it, others are `file:` URIs; `readable` says whether every
    file of the corpus could be read.
    """
    driver = {"name": "standoff", "version": __version__, "rules": [_rule(code) for code in CODES]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": readable}],
        "results": [_result(finding, root) for finding in findings],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> dict[str, Any]:
    return {
        "id": code,
        "shortDescription": {"text": CODES[code].sentence},
        "help": {"text": CODES[code].mend},
        "defaultConfiguration": {"level": "error" if code.startswith("E") else "warning"},
    }


def _result(finding: Finding, root: Path) -> dict[str, Any]:
    others = [
        {"id": number, "physicalLocation": _place(root, other), "message": {"text": other.message}}
        for number, other in enumerate(dict.fromkeys(finding.related), 1)
    ]
    named = {"doc_id": finding.doc_id, "item": finding.item}
    properties = {name: value for name, value in named.items() if value is not None}
    waived = {} if finding.waived is None else {"suppressions": [{"kind": "external", "justification": finding.waived}]}
    return {
        "ruleId": finding.code,
        "ruleIndex": _RULE_AT[finding.code],
        "level": finding.severity,
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": _place(root, finding)}],
        **({"relatedLocations": others} if others else {}),
        **waived,
    } | ({"properties": properties} if properties else {})


def _place(root: Path, at: Finding | Related) -> dict[str, Any]:
    """Return a physical location; a region where the line is known, columns in code points."""
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(root / at.path)}}
    if at.line:
        place["region"] = {"startLine": at.line} | ({"startColumn": at.column} if at.column else {})
    return place


def _uri(path: Path) -> str:
    shown = report.below_here(path)
    return Path(shown).as_uri() if Path(shown).is_absolute() else quote(shown)
