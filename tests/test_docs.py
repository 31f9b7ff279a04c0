"""What the documents say of codes and verbs is what the program has."""

from __future__ import annotations

import re
import runpy

import pytest

from standoff.annotations import FORMATS
from standoff.checks.codes import CODES
from standoff.cli.main import VERBS

from conftest import ROOT


def test_page_of_codes_is_what_the_script_renders() -> None:
    rendered = runpy.run_path(str(ROOT / "scripts/write_codes.py"))["render"]()
    assert (ROOT / "docs/codes.md").read_text(encoding="utf-8") == rendered, "run scripts/write_codes.py"
    assert [code for code in CODES if f"| {code} | " not in rendered] == []


def test_page_of_commands_is_what_the_script_renders() -> None:
    rendered = runpy.run_path(str(ROOT / "scripts/write_commands.py"))["render"]()
    assert (ROOT / "docs/commands.md").read_text(encoding="utf-8") == rendered, "run scripts/write_commands.py"
    assert "|  |" not in rendered, "an option has no help"


PAGES = ["README.md", "CONTRIBUTING.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = (ROOT / page).parent / name if name else ROOT / page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            broken.append(link)
    assert broken == []


def anchors(text: str) -> set[str]:
    """Return the anchors of the headings of a page, as GitHub makes them."""
    headings = re.findall(r"(?m)^#+ (.+)$", text)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_format_has_its_section() -> None:
    page = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
    assert [name for name in FORMATS if f"`{name}`" not in page] == []
    for heading in re.finditer(r"(?m)^## ", page):
        assert page[: heading.start()].endswith("\n\n")


def test_readme_names_every_verb() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    verbs = [verb.__name__.rpartition(".")[2].rstrip("_") for verb in VERBS]
    assert [verb for verb in verbs if f"standoff {verb}" not in readme] == []
