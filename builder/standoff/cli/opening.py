"""An export as it is named on the command line: a folder, a file, or a zip, which is unpacked for the while."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.cli import report

if TYPE_CHECKING:
    from standoff.inspection import Survey


def add_caps(parser: argparse.ArgumentParser) -> None:
    """Add the options that bound what a zip may hold."""
    parser.add_argument(
        "--max-size",
        type=report.positive,
        default=1 << 30,
        metavar="BYTES",
        help="most that a zip may unpack to (1 GiB)",
    )
    parser.add_argument(
        "--max-ratio", type=report.positive, default=200, metavar="N", help="most that it may be larger unpacked (200)"
    )
    parser.add_argument(
        "--max-files", type=report.positive, default=100_000, metavar="N", help="most files in a zip (100000)"
    )


@contextmanager
def opened(path: Path, arguments: argparse.Namespace) -> Iterator[Path]:
    """Give the folder or file to read; that of a zip, or of a folder with zips in it, is removed at the end.

    Raises ConfigError if there is no such path, InputError if a zip is damaged or unsafe.
    """
    from standoff.errors import ConfigError
    from standoff.files import archive

    if not path.exists():
        raise ConfigError(path, "there is no such folder or file; name an export: a folder, a file or a zip")
    if not (archive.has_zips(path) if path.is_dir() else archive.is_archive(path)):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="standoff-") as folder:
        root = Path(folder) / "export"
        caps = archive.Caps(arguments.max_size, arguments.max_ratio, arguments.max_files)
        if path.is_dir():
            shutil.copytree(path, root, symlinks=True, ignore_dangling_symlinks=True)
            archive.unpack_within(root, caps)
        else:
            archive.unpack(path, root, caps)
        yield root


def nothing_known() -> str:
    """Return what is said of an export that holds nothing that can be read, with what could be."""
    from standoff.annotations import known_suffixes

    return (
        f"holds no annotation file of a format that can be read. Known are {known_suffixes()}, and saved web pages "
        "(.html). Export from your tool in one of these; docs/formats.md says how each is read"
    )


def print_remarks(remarks: Mapping[str, int]) -> None:
    """Print how files were understood, what begins alike up to a colon on one line."""
    heads: dict[str, list[str]] = {}
    for remark in sorted(remarks, key=lambda remark: (-remarks[remark], remark)):
        head, _, tail = remark.partition(": ")
        heads.setdefault(head, []).append(tail)
    for head, tails in heads.items():
        print(f"remark      {head}: {', '.join(tails)}".rstrip(": "))


def print_doubts(survey: Survey) -> None:
    """Print the remarks on an export, and its warnings by code: what they name is not as it seems, or not read."""
    from standoff.checks.codes import CODES

    remarks: Counter[str] = Counter()
    for part in survey.parts.values():
        remarks.update(part.remarks)
    print_remarks(remarks)
    warnings = Counter(finding.code for finding in survey.findings if finding.severity == "warning")
    for code, count in sorted(warnings.items()):
        print(f"warning     {code} ×{count:,}  {CODES[code].sentence}")
