"""Findings as a SARIF log, version 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from standoff import __version__
from standoff.checks.codes import CODES
from standoff.cli import report
from standoff.finding import Finding

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
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(root / finding.path)}}
    if finding.line:
        place["region"] = {"startLine": finding.line} | ({"startColumn": finding.column} if finding.column else {})
    named = {"doc_id": finding.doc_id, "item": finding.item}
    properties = {name: value for name, value in named.items() if value is not None}
    waived = {} if finding.waived is None else {"suppressions": [{"kind": "external", "justification": finding.waived}]}
    return {
        "ruleId": finding.code,
        "ruleIndex": _RULE_AT[finding.code],
        "level": finding.severity,
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": place}],
        **waived,
    } | ({"properties": properties} if properties else {})


def _uri(path: Path) -> str:
    shown = report.below_here(path)
    return Path(shown).as_uri() if Path(shown).is_absolute() else quote(shown)
