"""The house: one-way layers, no circles, no catch-all modules, small modules and functions, and only cli prints."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT

PACKAGE = ROOT / "builder/standoff"
FILES = sorted(PACKAGE.rglob("*.py"))

FLOORS = [
    {"errors", "finding", "model"},
    {"files.jsonfile", "files.xmlfile", "files.tomlfile", "files.csvfile", "spelling"},
    {"tables.segmentation", "tables.ner", "withholding.windows"},
    {"tables.shards", "files.staging", "checks.codes", "files.schemawords"},
    {"files.schemafile", "files.archive"},
    {"files.vocabularies"},
    {"corpus.config", "tables.columns", "tables.rows", "tables.readback"},
    {"corpus.scheme", "articles", "corpus.aliases", "corpus.waivers"},
    {"annotations", "layers.ordering", "corpus.entries", "layers.arguments"},
    {"corpus.sources", "withholding.withheld", "corpus.subset"},
    {"anchoring", "layers.carried", "corpus.catalogue", "checks"},
    {"layers.chains"},
    {"layers.projection"},
    {"corpus.exclusion", "reanchoring.former"},
    {"reanchoring.relocation"},
    {"corpus.assembly", "corpus.splits", "corpus.workers", "reanchoring.anchor"},
    {"corpus.planning"},
    {"corpus.validation"},
    {"release.keys", "release.reuse"},
    {"release.manifest", "release.shardwork", "inspection"},
    {"inference"},
    {"diff"},
    {"audit"},
    {"card"},
    {"release"},
    {"build", "verify", "where", "publish", "hydrate"},
    {"exports", "site"},
    {"adjudication", "review"},
    {"cli"},
    {"__main__"},
]
"""A module imports from lower floors only, or from within its own package; a package may be spread over floors."""


def name_of(path: Path) -> str:
    """Return the dotted name of a module below the package; the empty string for the package itself."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(path) for path in FILES}


def imports_of(path: Path) -> Iterator[str]:
    """Yield the modules of ours that a module imports, anywhere in it, those for type checking alone included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            below = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [full for full in below if full.removeprefix("standoff.") in NAMES]
            wanted = modules if len(modules) == len(below) else [node.module or "", *modules]
        else:
            continue
        for full in wanted:
            if full.startswith("standoff."):
                name = full.removeprefix("standoff.")
                if name in NAMES:
                    yield name


GRAPH = {name_of(path): sorted(set(imports_of(path)) - {name_of(path)}) for path in FILES}


def test_no_module_imports_itself_through_others() -> None:
    """A package that imports a module of its own is no circle, unless that module imports the package."""
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join([*path[path.index(name) :], name])
        if name not in done:
            for other in GRAPH[name]:
                visit(other, (*path, name))
            done.add(name)

    for name in GRAPH:
        visit(name, ())


def floor_of(name: str) -> int:
    for words in (name, name.split(".", maxsplit=1)[0]):
        for number, floor in enumerate(FLOORS):
            if words in floor:
                return number
    raise AssertionError(f"{name} has no floor; say in FLOORS where it belongs")


def test_a_module_imports_from_lower_floors_only() -> None:
    wrong = [
        f"{name} imports {other}"
        for name, others in GRAPH.items()
        for other in others
        if name and not share_a_floor(name, other) and floor_of(other) >= floor_of(name)
    ]
    assert wrong == []


def share_a_floor(name: str, other: str) -> bool:
    """Modules of one package may import each other, unless FLOORS says of both where in it they stand."""
    named = {word for floor in FLOORS for word in floor}
    return name.split(".", maxsplit=1)[0] == other.split(".", maxsplit=1)[0] and not {name, other} <= named


def test_every_floor_names_modules_that_exist() -> None:
    assert {name for floor in FLOORS for name in floor} - NAMES == set()


def test_the_words_at_the_ground_import_nothing_of_ours() -> None:
    assert [GRAPH[name] for name in sorted(FLOORS[0])] == [[], [], []]
    assert GRAPH[""] == []


def test_no_module_is_a_catch_all() -> None:
    assert {name.rsplit(".", 1)[-1] for name in NAMES} & {
        "utils",
        "util",
        "helpers",
        "helper",
        "common",
        "misc",
    } == set()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_modules_and_functions_are_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno + 1 <= 60, node.name


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_command_line_prints_and_exits(path: Path) -> None:
    if name_of(path).split(".")[0] in ("cli", "__main__"):
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in (
                "print",
                "exit",
                "quit",
                "sys.exit",
                "os._exit",
                "sys.stdout.write",
                "sys.stderr.write",
            )


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_error_is_swallowed_unseen(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"line {node.lineno}: bare except"
            broad = ast.unparse(node.type) in ("Exception", "BaseException")
            idle = all(isinstance(line, ast.Pass | ast.Continue) for line in node.body)
            assert not (broad and idle), f"line {node.lineno}: every error passes unseen"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_modules_and_public_names_have_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


def test_the_package_does_not_shadow_its_annotations() -> None:
    """`from __future__ import annotations` would be found as `standoff.annotations` instead of the sub-package."""
    assert "__future__" not in (PACKAGE / "__init__.py").read_text(encoding="utf-8")
    import standoff.annotations

    assert standoff.annotations is sys.modules["standoff.annotations"]
    assert hasattr(standoff.annotations, "FORMATS")


def test_folders_that_are_no_packages_have_no_init() -> None:
    for name in ("schema", "corpus", "scripts", "tests"):
        assert list((ROOT / name).rglob("__init__.py")) == []


def test_the_command_line_starts_without_heavy_imports() -> None:
    """`standoff explain` needs neither pyarrow nor datasets: heavy imports live inside the commands."""
    import subprocess

    code = "import sys, standoff.cli; print([n for n in ('pyarrow', 'datasets', 'yaml', 'tqdm') if n in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
