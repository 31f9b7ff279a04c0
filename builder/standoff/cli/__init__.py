"""The command line: `standoff VERB`. Only this package prints, and only it decides on an exit status.

Exit status: 0 ok, 1 findings at or above --fail-on, 2 usage or configuration, 3 input unreadable, 4 output cannot
be written, 130 interrupted.
"""

from standoff.cli.main import main

__all__ = ["main"]
