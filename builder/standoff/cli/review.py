"""`standoff review`: decide between annotators in a browser; decisions become native gold files."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.cli import report

if TYPE_CHECKING:
    from standoff.review.desk import Desk
    from standoff.review.server import Server


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("review", help="decide between annotators in a browser", description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, metavar="CORPUS", help="the corpus (default: corpus/, else .)")
    parser.add_argument(
        "--annotator", default="gold", metavar="NAME", help="whose version the decisions become (default: gold)"
    )
    parser.add_argument(
        "--by", default="adjudicator", metavar="WHO",
        help="what you are called in the files and in releases: an alias, or a name that may be published",
    )  # fmt: skip
    parser.add_argument("--texts", type=Path, metavar="DIR", help="your own copies of withheld texts, to be shown")
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="the port (default: 0, a free one)")
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS", help="listen elsewhere than on this machine alone (127.0.0.1)"
    )
    parser.add_argument("--open", action="store_true", help="open the browser")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C; that is how it ends, with status 0."""
    from standoff.review import desk
    from standoff.review.server import Server

    root = arguments.corpus or report.default_corpus()
    target = desk.checked(arguments.annotator)
    found = desk.Desk(root, target, arguments.by.strip() or "adjudicator", arguments.texts)
    server = Server(found, arguments.host, arguments.port, lambda line: print(line, file=sys.stderr, flush=True))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _tell(found, server, open_browser=arguments.open)
        server.audit.make()
        server.serve_forever()
    except KeyboardInterrupt:
        print("ended; drafts are kept in .review/", file=sys.stderr)
    finally:
        server.server_close()
    return 0


def _tell(found: Desk, server: Server, *, open_browser: bool) -> None:
    gate = server.gate
    if not gate.is_loopback:
        print(f"warning: {gate.host} can be reached from other machines, and nothing is encrypted: whoever reads "
              "along on the network can read and write as you do", file=sys.stderr)  # fmt: skip
    print(f"{len(found.entries):,} documents; decisions become {found.root / 'annotations' / found.target}")
    if not found.is_published:
        rule = f'[annotations] publish = ["{found.target}", …]'
        print(f"note: corpus.toml does not publish {found.target}; a build does, once it says {rule}", file=sys.stderr)
    print(f"open {gate.url}", flush=True)
    print("The link lets one browser in. Ctrl-C ends it; what is decided is kept.", file=sys.stderr, flush=True)
    if open_browser:
        import webbrowser

        webbrowser.open(gate.url)


def _port(text: str) -> int:
    number = report.whole(text)
    if number > 65535:
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a port from 0 to 65535")
    return number
