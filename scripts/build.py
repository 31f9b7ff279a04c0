"""Set up `.venv/` and build the corpus into `dist/dev`: `python3 scripts/build.py [options of standoff build]`."""

from __future__ import annotations

import subprocess
import sys

from environment import ROOT, ready

if __name__ == "__main__":
    standoff = ready() / "standoff"
    raise SystemExit(subprocess.run([str(standoff), "build", *sys.argv[1:]], cwd=ROOT, check=False).returncode)
