"""Set up `.venv/` with the test extras, check style and types, and run the tests; with options, only pytest."""

from __future__ import annotations

import subprocess
import sys

from environment import ROOT, ready

if __name__ == "__main__":
    programs = ready("[test]")
    steps = [["pytest", *sys.argv[1:]]]
    if not sys.argv[1:]:
        steps = [["ruff", "check", "."], ["mypy"], ["pytest", "--numprocesses", "auto"]]
    for step in steps:
        status = subprocess.run([str(programs / step[0]), *step[1:]], cwd=ROOT, check=False).returncode
        if status:
            raise SystemExit(status)
