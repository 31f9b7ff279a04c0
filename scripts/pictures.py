"""Take the pictures of the documents from corpus/: `.venv/bin/python scripts/pictures.py`.

Pages of the audit site, and one of a review as it begins. Needs a Chromium. A picture has two versions, light and dark;
a page shows the one that the reader's device asks for.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs/images"
STANDOFF = [sys.executable, "-m", "standoff"]
PAGES = {
    "document": ("documents/orrel-bridge-shelling/index.html", 1000),
    "overview": ("index.html", 900),
    "compare": ("documents/kassar-general-strike/compare.html", 900),
}
"""The name of a picture, and its page and height in pixels."""
UNDECIDED = "kassar-general-strike"
"""The document of the picture of a review: three annotators worked on it."""


def main() -> None:
    """Make the pages in a temporary folder, and take every picture of them."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("no chromium is installed: apt-get install chromium")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder) / "site"
        subprocess.run([*STANDOFF, "audit", ROOT / "corpus", "--out", site], check=True)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, (page, height) in PAGES.items():
            take(browser, name, height, (site / page).as_uri())
        with review(Path(folder) / "corpus") as address:
            page = f"{address.partition('?')[0]}review/{UNDECIDED}/index.html"
            take(browser, "review", 1000, address, page, scroll=1500)
        browser.close()


def take(browser: Any, name: str, height: int, *addresses: str, scroll: int = 0) -> None:
    """Save what a window of 1,280 by `height` pixels shows of the last of some addresses, in light and in dark."""
    window = browser.new_page(viewport={"width": 1280, "height": height})
    for address in addresses:
        window.goto(address)
    window.evaluate(f"window.scrollTo(0, {scroll})")
    for scheme in ("light", "dark"):
        window.emulate_media(color_scheme=scheme)
        picture = FOLDER / f"{name}-{scheme}.png"
        window.screenshot(path=picture)
        print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size:,} bytes")
    window.close()


@contextmanager
def review(corpus: Path) -> Iterator[str]:
    """Serve a copy of the corpus in which one document has no gold yet; yields the address that lets one browser in."""
    shutil.copytree(ROOT / "corpus", corpus)
    (corpus / f"annotations/gold/{UNDECIDED}.json").unlink()
    with subprocess.Popen([*STANDOFF, "review", corpus], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            yield next(found[0] for line in server.stdout if (found := re.search(r"http://\S+", line)))
        finally:
            server.send_signal(signal.SIGINT)


if __name__ == "__main__":
    main()
