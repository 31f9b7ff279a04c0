"""The audit site in a browser, opened from disk: no errors, no outside requests, keys and filters, no axe fault."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sitecorpus

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed: apt-get install chromium")

KINDS = (
    "index.html", "documents/index.html", "documents/bridge/index.html", "documents/bridge/compare.html",
    "documents/secret/index.html", "documents/nobody/index.html", "labels/index.html", "entities/index.html",
    "events/index.html", "timeline/index.html", "stance/index.html", "agreement/index.html", "findings/index.html",
)  # fmt: skip
"""A page of every kind; that of a label and that of a section have names that are made, and are added."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the hostile corpus."""
    return sitecorpus.audited(tmp_path_factory.mktemp("browser"), sitecorpus.hostile())


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's chromium, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


class Watched:
    """A page that notes errors, and requests that leave the site."""

    def __init__(self, browser: Any, site: Path, **options: Any) -> None:
        self.site = site
        self.page = browser.new_page(**options)
        self.faults: list[str] = []
        self.page.on("console", lambda message: self.faults.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: self.faults.append(f"dialog: {dialog.message}"))
        self.page.on("request", self._request)

    def _request(self, request: Any) -> None:
        if not request.url.startswith((f"file://{self.site}/", "data:image/svg+xml")):
            self.faults.append(f"request: {request.url}")

    def open(self, path: str) -> Any:
        self.page.goto(f"file://{self.site}/{path}")
        return self.page


def kinds(site: Path) -> list[str]:
    label = sorted(site.glob("labels/*-mention-*.html"))[0].name
    section = sorted(site.glob("findings/findings-of*.html"))[0].name
    return [*KINDS, f"labels/{label}", f"findings/{section}"]


def test_every_kind_of_page_opens_from_disk_without_errors_or_outside_requests(browser: Any, site: Path) -> None:
    watched = Watched(browser, site)
    for path in kinds(site):
        page = watched.open(path)
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.classList.contains('scripted')"), path
        assert page.evaluate("getComputedStyle(document.body).margin") == "0px", f"{path}: no style sheet"
    assert watched.faults == []
    watched.page.close()


def test_axe_finds_no_serious_fault_in_light_and_dark(browser: Any, site: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    watched = Watched(browser, site, color_scheme="light", reduced_motion="reduce")
    found = []
    for path in kinds(site):
        page = watched.open(path)
        page.emulate_media(color_scheme="light")
        reports = [Axe().run(page, options={"resultTypes": ["violations"]}).response]
        page.emulate_media(color_scheme="dark")  # what but contrast could change with colours?
        contrast = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
        reports.append(page.evaluate("options => axe.run(document, options)", contrast))
        for report in reports:
            assert report["passes"] or report["incomplete"], f"{path}: axe looked at nothing"
            found += [
                (path, fault["id"], fault["nodes"][0]["html"][:200])
                for fault in report["violations"]
                if fault["impact"] in ("serious", "critical")
            ]
    assert found == []
    watched.page.close()


def test_axe_would_find_colours_that_are_too_faint(browser: Any, site: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    watched = Watched(browser, site, color_scheme="dark")
    page = watched.open("findings/index.html")
    page.evaluate("document.querySelector('.lede').style.color = '#333'")
    contrast = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
    assert Axe().run(page, options=contrast).response["violations"]
    page.close()


def test_no_page_is_wider_than_a_phone(browser: Any, site: Path) -> None:
    watched = Watched(browser, site, viewport={"width": 360, "height": 740})
    wide = [
        path for path in kinds(site)
        if watched.open(path).evaluate("document.documentElement.scrollWidth") > 360
    ]  # fmt: skip
    assert wide == []
    watched.page.close()


def test_without_javascript_everything_is_there(browser: Any, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"file://{site}/documents/bridge/index.html")
    assert page.locator(".card").count() == 10
    assert page.locator(".spans tbody tr").count() == 9
    page.locator(".k-m").uncheck()  # layers are switched by the style sheet alone
    assert page.locator(".g .m").first.is_hidden()
    page.goto(f"file://{site}/index.html")
    assert page.locator("nav[aria-label=Site] a").count() == 9
    context.close()


def test_a_chain_lights_up_and_keys_walk_the_text(browser: Any, site: Path) -> None:
    watched = Watched(browser, site)
    page = watched.open("documents/bridge/index.html")
    page.locator(".g a[data-s='0']").focus()
    assert page.locator(".s.lit").count() > 0
    kin = page.evaluate("[...new Set([...document.querySelectorAll('.kin')].flatMap(e => e.dataset.s.split(' ')))]")
    assert {"0", "2"} <= set(kin), "both mentions of one entity"
    assert page.locator("#lens").inner_text().strip()
    first = page.evaluate("document.activeElement.dataset.s")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.s") != first
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.dataset.s") == first
    page.keyboard.press("Enter")
    assert page.url.endswith(f"#s{first}")
    page.keyboard.press("Escape")
    assert page.locator(".lit").count() == 0
    page.locator("#v0").hover()
    assert page.locator(".kin").count() > 0
    assert watched.faults == []
    page.close()


def test_what_is_copied_is_the_text_without_labels(browser: Any, site: Path) -> None:
    watched = Watched(browser, site)
    page = watched.open("documents/bridge/index.html")
    selected = page.evaluate(
        "(() => { const r = document.createRange(); r.selectNodeContents(document.querySelector('.text'));"
        " const s = getSelection(); s.removeAllRanges(); s.addRange(r); return s.toString(); })()"
    )
    raw = (site.parent / "corpus/raw/bridge.txt").read_text(encoding="utf-8")
    plain = [line for line in raw.split("\n") if line and line.isprintable()]
    assert plain
    assert [line for line in plain if line not in selected] == []
    page.close()


def test_tables_sort_and_filter(browser: Any, site: Path) -> None:
    watched = Watched(browser, site)
    page = watched.open("documents/bridge/index.html")
    table = page.locator(".spans table")
    head = table.get_by_role("columnheader", name="Start")
    for _ in range(2):
        head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    starts = [int(text) for text in table.locator("tbody tr td:nth-child(4)").all_inner_texts()]
    assert starts == sorted(starts, reverse=True)
    page.get_by_label("Search these spans").fill("trigger")
    assert table.locator("tbody tr:visible").count() == 1
    assert page.locator(".tools output").inner_text() == "1 of 9 spans"
    assert watched.faults == []
    page.close()


def test_the_skip_link_is_the_first_stop(browser: Any, site: Path) -> None:
    watched = Watched(browser, site)
    page = watched.open("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.close()
