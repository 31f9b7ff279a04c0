"""The virtual environment `.venv/` of this checkout: made once, renewed when what it is made of changes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv"
PROGRAMS = FOLDER / ("Scripts" if os.name == "nt" else "bin")


def ready(extras: str = "") -> Path:
    """Install the project with its pinned dependencies into `.venv/` unless that is done; return its programs."""
    if sys.version_info < (3, 11):  # noqa: UP036 (whoever has an older one is to be told so)
        raise SystemExit(f"Standoff needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    stamp = FOLDER / f"installed{extras or '-core'}"
    state = _state()
    if stamp.is_file() and stamp.read_text() == state:
        return PROGRAMS
    print(f"setting up {FOLDER} …", file=sys.stderr)
    if not (PROGRAMS / "pip").exists() and not (PROGRAMS / "pip.exe").exists():
        venv.create(FOLDER, with_pip=True, clear=True)
    python = str(PROGRAMS / "python")
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*command, "--constraint", str(ROOT / "constraints.txt"), "--editable", f"{ROOT}{extras}"], check=True
    )
    stamp.write_text(state)
    return PROGRAMS


def _state() -> str:
    """Return a digest of what the environment is made of: the checkout's place, its requirements, the Python."""
    parts = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    return hashlib.sha256(b"\0".join([*parts, str(ROOT).encode(), sys.version.encode()])).hexdigest()
