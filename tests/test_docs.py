"""What the documents say of codes and verbs is what the program has."""

from __future__ import annotations

import runpy

from standoff.checks.codes import CODES
from standoff.cli.main import VERBS

from conftest import ROOT


def test_page_of_codes_is_what_the_script_renders() -> None:
    rendered = runpy.run_path(str(ROOT / "scripts/write_codes.py"))["render"]()
    assert (ROOT / "docs/codes.md").read_text(encoding="utf-8") == rendered, "run scripts/write_codes.py"
    assert [code for code in CODES if f"| {code} | " not in rendered] == []


def test_readme_names_every_verb() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    verbs = [verb.__name__.rpartition(".")[2].rstrip("_") for verb in VERBS]
    assert [verb for verb in verbs if f"standoff {verb}" not in readme] == []
