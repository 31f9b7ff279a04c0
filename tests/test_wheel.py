"""The wheel carries the schemas and templates as package data; an editable install finds them in the checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from standoff.files import schemafile

from conftest import ROOT


def test_the_checkout_has_the_schemas() -> None:
    assert schemafile.folder() == ROOT / "schema"


def test_the_wheel_has_the_schemas_and_the_templates(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "site")
    code = "from standoff.files.schemafile import folder, load; print(folder()); print(load('document')['$id'])"
    shown = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(tmp_path / "site")},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert shown == [str(tmp_path / "site" / "standoff" / "schema"), "urn:standoff:schema:document:1"]
    package = ROOT / "builder/standoff/site"
    wanted = {p.relative_to(package) for p in package.rglob("*") if p.suffix in (".html", ".css", ".js")}
    carried = tmp_path / "site/standoff/site"
    assert {path for path in wanted if not (carried / path).is_file()} == set()
    assert len(wanted) > 10
