"""Set up `.venv/` with the test extras, check style and types, and run the tests; with options, only pytest.

`--faults` runs the fault tests whole: 500 kills, every call that fails, 1,000 bit flips. That takes many minutes.
`--fuzz` gives every reader 10,000 spoiled files, and as many to every file of settings; it takes about as long.
"""

from __future__ import annotations

import os
import subprocess
import sys

from environment import ROOT, ready

if __name__ == "__main__":
    programs = ready("[test]")
    if "--faults" in sys.argv[1:]:
        sys.argv[1:] = ["tests/test_faults.py", *(word for word in sys.argv[1:] if word != "--faults")]
        os.environ["STANDOFF_FAULTS"] = "1"
    if "--fuzz" in sys.argv[1:]:
        files = ["tests/test_fuzz.py", "tests/test_fuzz_rows.py", "tests/test_fuzz_settings.py"]
        sys.argv[1:] = [*files, *(word for word in sys.argv[1:] if word != "--fuzz")]
        os.environ["STANDOFF_FUZZ"] = "1"
    steps = [["pytest", *sys.argv[1:]]]
    if not sys.argv[1:]:
        steps = [["ruff", "check", "."], ["mypy"], ["pytest", "--numprocesses", "auto"]]
    for step in steps:
        status = subprocess.run([str(programs / step[0]), *step[1:]], cwd=ROOT, check=False).returncode
        if status:
            raise SystemExit(status)
