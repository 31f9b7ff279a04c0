"""Take the pictures of the documents from the audit site of corpus/: `.venv/bin/python scripts/pictures.py`.

Needs a Chromium. A picture has two versions, light and dark; pages show the one that the reader's device asks for.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs/images"
PICTURES = {"document": ("documents/orrel-bridge-shelling/index.html", 1000)}
"""The name of a picture, and its page and height in pixels."""


def main() -> None:
    """Make the site in a temporary folder, and take every picture of it."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("no chromium is installed: apt-get install chromium")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder) / "site"
        subprocess.run([sys.executable, "-m", "standoff", "audit", ROOT / "corpus", "--out", site], check=True)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, (page, height) in PICTURES.items():
            for scheme in ("light", "dark"):
                take(browser, site / page, FOLDER / f"{name}-{scheme}.png", scheme, height)
        browser.close()


def take(browser: Any, page: Path, picture: Path, scheme: str, height: int) -> None:
    """Save what a window of 1,280 by `height` pixels shows of a page, in the colours of a scheme."""
    window = browser.new_page(viewport={"width": 1280, "height": height}, color_scheme=scheme)
    window.goto(page.as_uri())
    window.screenshot(path=picture)
    window.close()
    print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
