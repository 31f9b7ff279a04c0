"""The cases: folders that show one fault each, with what `validate` says of it, and folders without a fault.

An invalid case is a corpus folder `tests/cases/invalid/<CODE>-<what>/` with an `expected.txt`: the exit status, then
every finding or error as the command line prints it, with its other places, paths relative to the folder;
what is waived may have another code. A folder `texts/` in it is given
with `--texts`. A case with a `damage.json` is built first, damaged as it says, and verified in its folder. A valid
case has no finding that is not waived, and builds into a release that proves itself.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from standoff.checks import CHECKS
from standoff.checks.codes import CODES

import damage
from conftest import ROOT, Run

NOTE = ": note: "
"""What tells the other places of a finding, which stand below it."""

ERROR = re.compile(r"\[[EW][0-9]{3}\]|error: ")

INVALID = sorted((ROOT / "tests/cases/invalid").iterdir())
VALID = sorted((ROOT / "tests/cases/valid").iterdir())


@pytest.mark.parametrize("case", INVALID, ids=lambda case: case.name)
def test_invalid_case_raises_exactly_its_code(
    case: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = (case / "expected.txt").read_text(encoding="utf-8")
    folder = case
    if (case / "damage.json").is_file():
        status, _, errors = run("build", case, "--out", tmp_path)
        assert status == 0, errors
        folder = tmp_path / "dev"
        monkeypatch.chdir(case)
        folder = damage.apply(folder, json.loads((case / "damage.json").read_text(encoding="utf-8")))
        status, out, err = run("verify", folder)
        err += out
        lines = [line for line in out.splitlines() if "[" in line]
    else:
        texts = ["--texts", case / "texts"] if (case / "texts").is_dir() else []
        status, out, err = run("validate", case, *texts)
        lines = out.splitlines() if status != 2 else err.splitlines()
        lines = [line for line in lines if NOTE in line or (not line.startswith(" ") and ERROR.search(line))]
    shown = [f"exit {status}", *(line.replace(f"{folder}/", "") for line in lines)]
    assert shown == expected.splitlines()
    code = case.name.split("-")[0]
    assert all(f"[{code}]" in line or "(waived: " in line or NOTE in line for line in shown[1:]), (
        "a case raises its own code and no other"
    )
    assert "Traceback" not in err


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_valid_case_has_no_finding_and_builds(case: Path, run: Run, tmp_path: Path) -> None:
    status, out, err = run("build", case, "--out", tmp_path, "--json")
    assert status == 0, err
    built = json.loads(out)
    assert [f for f in built["findings"] if f["code"] != "W606" and f["waived"] is None] == []
    assert run("verify", tmp_path / "dev")[0] == 0


def test_every_code_has_a_case() -> None:
    shown = {case.name.split("-")[0] for case in INVALID}
    assert set(CODES) - shown == set(), "codes without a case"
    assert shown - set(CODES) == set(), "cases without a code"


def test_every_check_is_explained() -> None:
    assert set(CHECKS) <= set(CODES)
    for code in CODES.values():
        assert code.sentence.endswith(".")
        assert code.mend
    for check in CHECKS.values():
        assert check.__doc__
