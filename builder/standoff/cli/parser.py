"""The parser of the command line: it says what a misspelt verb, option or choice was probably meant to be."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from standoff.spelling import did_you_mean

_CHOICE = re.compile(r"invalid choice: '(?P<word>[^']*)' \(choose from (?P<known>.*)\)")


class Parser(argparse.ArgumentParser):
    """Like the parser of the standard library, with hints; a verb names its own unknown options."""

    given: Sequence[str] = ()

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Parse arguments; an option that the verb does not know ends the command here, with the verb's usage."""
        self.given = list(sys.argv[1:] if args is None else args)
        found, rest = super().parse_known_args(args, namespace)
        self._refuse_unknown(rest)
        if rest:
            self.error(f"found {' '.join(rest)}, where nothing more is expected; `{self.prog} --help` says what is")
        return found, rest

    def error(self, message: str) -> NoReturn:
        """Print usage and message, with a hint where a word is none of those that can be chosen; status 2."""
        found = _CHOICE.search(message)
        if found:
            known = re.findall(r"[^\s',]+", found["known"])
            words = f"found {found['word']!r}{did_you_mean(found['word'], known)}; expected one of: {', '.join(known)}"
            message = message.replace(found[0], words).replace("argument VERB: ", "")
        elif "are required" in message:
            given, self.given = self.given, []
            self._refuse_unknown(given)
        super().error(message)

    def _refuse_unknown(self, words: Iterable[str]) -> None:
        """End the command at the first option that there is not: what is missing otherwise may be its fault alone."""
        known = [option for action in self._actions for option in action.option_strings]
        for word in words:
            name = word.partition("=")[0]
            if name.startswith("-") and not any(option.startswith(name) for option in known):
                hint = did_you_mean(name, [option for option in known if option.startswith("--")])
                self.error(f"unknown option {name}{hint}; `{self.prog} --help` lists all")
