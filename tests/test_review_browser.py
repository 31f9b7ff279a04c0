"""An adjudication in a browser: clicks and keys end in the right gold file; no errors, no outside requests."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import html5lib
import pytest

from standoff.cli import main
from standoff.review.desk import Desk
from standoff.review.pages import HERE, LARGEST
from standoff.review.server import Server
from standoff.site.pages import HERE as SITE

import reviewcorpus as ferries
import sitecorpus

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DOC = ferries.DOC
JAVASCRIPT = 60_000

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's chromium, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


class Session:
    """A served corpus and a page that notes errors and outside requests."""

    def __init__(self, root: Path, browser: Any, **options: Any) -> None:
        self.server = Server(Desk(root, by="r1"), "127.0.0.1", 0)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.home = f"http://127.0.0.1:{self.server.gate.port}/"
        self.context = browser.new_context(**options)
        self.faults: list[str] = []
        self.page = self.watched(self.context.new_page())
        self.page.goto(self.server.gate.url)

    def watched(self, page: Any) -> Any:
        page.on("console", lambda message: self.faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.faults.append(f"dialog: {dialog.message}"))
        page.on("request", self._request)
        return page

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.home, "data:image/svg+xml")):
            self.faults.append(f"request: {request.url}")

    def open(self, doc_id: str = DOC, file: str = "index.html") -> Any:
        self.page.goto(f"{self.home}review/{doc_id}/{file}")
        return self.page

    def card(self, key: str) -> Any:
        return self.page.locator(f'.matter[data-key="{key}"]')

    def settled(self, done: int) -> None:
        """Wait until so many differences are decided."""
        from playwright.sync_api import expect

        expect(self.page.locator("#done")).to_have_text(str(done))

    def close(self) -> None:
        self.context.close()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


Serve = Callable[..., Session]


@pytest.fixture
def serve(browser: Any) -> Iterator[Serve]:
    opened: list[Session] = []

    def start(root: Path, **options: Any) -> Session:
        opened.append(Session(root, browser, **options))
        return opened[-1]

    yield start
    for session in opened:
        session.close()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus in which every field is an injection, one document with a draft."""
    root = tmp_path_factory.mktemp("hostile") / "corpus"
    sitecorpus.write(root, sitecorpus.hostile())
    assert main(["anchor", str(root), "--write"]) == 0
    return root


@needs_browser
def test_an_adjudication_by_clicks_ends_in_this_gold_file(tmp_path: Path, serve: Serve) -> None:
    root = ferries.write(tmp_path / "corpus")
    from playwright.sync_api import expect

    session = serve(root)
    page = session.page
    assert page.get_by_role("row", name=DOC).locator(".state").inner_text() == "not begun"
    page.get_by_role("link", name=DOC).click()
    assert page.locator(".tally").inner_text() == "0 of 7 differences decided"
    session.card("a1:m1").get_by_label("“dock union”").check()
    session.settled(1)
    session.card("a2:x8").get_by_label("leave it out").check()
    session.card("a1:m4").get_by_label("FACILITY").check()
    session.settled(3)
    page.get_by_role("button", name="Save gold").click()
    page.locator("#report.bad").wait_for()
    assert "4 differences are not decided" in page.locator("#report").inner_text()
    page.reload()
    assert page.locator(".tally").inner_text() == "3 of 7 differences decided · draft kept"
    event = session.card("a1:ev1")
    event.get_by_label("Thing: Alma, Place").check()
    session.settled(4)
    event.get_by_text("Mix", exact=True).click()
    event.get_by_role("group", name="subtype").get_by_label("accident").check()
    expect(page.locator("#kept")).to_have_text(" · draft kept")
    expect(event.locator("[data-state]")).to_have_text("decided")
    session.card("a1:ev2").get_by_label("Saved").check()
    session.settled(6)  # the trigger follows its event
    session.card("a1:st1").get_by_label("Note").fill("He thanks them.")
    session.card("a1:st1").get_by_label("MIXED").check()
    session.settled(7)
    page.get_by_role("button", name="Save gold").click()
    page.locator("#report.good").wait_for()
    assert page.locator("#report p").inner_text() == "saved: annotations/gold/ferry.json"
    page.get_by_role("link", name="All documents").click()
    assert page.get_by_role("row", name=DOC).locator(".state").inner_text() == "done"
    assert session.faults == []
    found = json.loads((root / f"annotations/gold/{DOC}.json").read_text(encoding="utf-8"))
    spans = {each["id"]: each for each in found["spans"]}
    assert sorted(spans) == ["m2", "m3", "m5", "m6", "m7", "t1", "t2", "t3", "v1", "x1", "x4"]
    assert spans["x1"]["exact"] == "dock union" and spans["x4"]["label"] == "FACILITY"
    first = next(each for each in found["events"] if each["id"] == "ev1")
    assert first == {
        "id": "ev1", "label": "SINK", "subtype": "accident", "trigger": "t1",
        "arguments": [{"role": "Thing", "filler": "e3"}, {"role": "Place", "filler": "e4"}],
        "taken_from": {"a1": "ev1", "a2": "ev1"}, "edited": True,
    }  # fmt: skip
    assert found["stance"][0]["label"] == "MIXED"
    assert found["notes"] == [{"id": "n1", "target": "st1", "kind": "ADJUDICATION", "text": "He thanks them."}]
    assert found["adjudication"][0]["by"] == "r1"
    assert not (root / f".review/gold/{DOC}.json").exists()


@needs_browser
def test_keys_alone_are_enough(tmp_path: Path, serve: Serve) -> None:
    root = ferries.write(tmp_path / "corpus")
    session = serve(root)
    page = session.open()
    for number, key in enumerate("xbabb", 1):
        page.keyboard.press("o")
        page.keyboard.press(key)
        session.settled(number)
    assert page.locator(".is-open").count() == 2
    page.keyboard.press("p")
    page.keyboard.press("u")
    page.locator(".matters .here.is-open").wait_for()
    page.locator("summary", has_text="Keys").click()
    page.get_by_label("single keys work").uncheck()
    before = page.locator("#done").inner_text()
    page.keyboard.press("o")
    page.keyboard.press("a")
    assert page.locator("#done").inner_text() == before
    decided = json.loads((root / f".review/gold/{DOC}.json").read_text(encoding="utf-8"))["decisions"]
    assert {"key": "a2:x8", "layer": "spans", "choice": "out", "members": {"a2": "x8"}} in decided
    assert session.faults == []


@needs_browser
def test_bounds_and_labels_are_edited_and_items_added_by_selecting_words(tmp_path: Path, serve: Serve) -> None:
    root = ferries.write(tmp_path / "corpus")
    session = serve(root)
    page = session.open()
    select = """(words) => {
        const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const at = node.data.indexOf(words);
          if (at < 0 || !node.parentElement.closest('.leaf')) continue;
          const range = document.createRange(); range.setStart(node, at); range.setEnd(node, at + words.length);
          getSelection().removeAllRanges(); getSelection().addRange(range); return; } }"""
    page.evaluate(select, " thanked them")  # after a character of two UTF-16 units
    page.get_by_role("button", name="Add an item").click()
    editor = page.get_by_role("dialog")
    assert editor.locator(".preview").inner_text().strip() == "“ thanked them”"
    editor.get_by_label("kind").select_option("other")
    editor.get_by_label("label").fill("THANKS")
    editor.get_by_role("button", name="Keep").click()
    added = page.locator('.matter[data-key="new:1"]')
    added.wait_for()
    assert "thanked them" in added.inner_text()
    session.card("a1:m4").get_by_role("button", name="Edit").click()
    editor.get_by_label("start").fill(str(ferries.at("near Orre pier")["start"]))
    assert editor.locator(".preview").inner_text() == "“near Orre pier”"
    editor.get_by_label("label").fill("PLACE")
    with page.expect_navigation():
        editor.get_by_role("button", name="Keep").click()
    session.card("a1:ev1").get_by_role("button", name="Edit").click()
    editor.get_by_label("Add to arguments").click()
    editor.get_by_label("role").last.fill("Witness")
    editor.get_by_label("filler").last.select_option("a1:m6")
    with page.expect_navigation():
        editor.get_by_role("button", name="Keep").click()
    assert session.faults == []
    drafted = json.loads((root / f".review/gold/{DOC}.json").read_text(encoding="utf-8"))["decisions"]
    values = {each["key"]: each["value"] for each in drafted}
    thanks, pier = ferries.at(" thanked them"), ferries.at("near Orre pier")
    assert values["new:1"] == {"kind": "other", "label": "THANKS", "fragments": [[thanks["start"], thanks["end"]]]}
    assert values["a1:m4"] == {"kind": "mention", "label": "PLACE", "fragments": [[pier["start"], pier["end"]]]}
    assert values["a1:ev1"]["arguments"][-1] == {"role": "Witness", "filler": "a1:m6"}


@needs_browser
def test_faults_stand_at_their_items_and_a_conflict_says_what_to_do(tmp_path: Path, serve: Serve) -> None:
    root = ferries.write(tmp_path / "corpus")
    session = serve(root)
    desk = session.server.desk
    from standoff.review.decisions import Decision

    while (case := desk.case(DOC)).open:
        matter = case.table.matters[case.open[0]]
        desk.decide(DOC, case.stamp, Decision(matter.key, matter.layer, next(iter(matter.values))))
    desk.decide(DOC, desk.case(DOC).stamp, Decision("a1:t1", "spans", "out"))
    page = session.open()
    page.get_by_role("button", name="Save gold").click()
    page.locator("#report.bad li").first.wait_for()
    assert "trigger refers to what is left out: “sank”" in session.card("a1:ev1").locator("[data-fault]").inner_text()
    assert not (root / "annotations/gold").exists()
    path = root / f"annotations/a2/{DOC}.json"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    page.get_by_role("button", name="Save gold").click()
    page.get_by_role("button", name="Load again").wait_for()
    assert "were changed since this page was loaded" in page.locator("#report").inner_text()
    with page.expect_navigation():
        page.get_by_role("button", name="Load again").click()
    assert [each for each in session.faults if "409" not in each and "422" not in each] == []


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(hostile: Path, serve: Serve, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    session = serve(hostile, color_scheme=scheme)
    found = []
    for path in ("index.html", "bridge/index.html", "secret/index.html", "nothing-here.html"):
        session.page.goto(f"{session.home}review/{path}")
        session.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        report = Axe().run(session.page).response
        assert report["passes"], f"{path}: axe looked at nothing"
        found += [(path, fault["id"], fault["nodes"][0]["html"][:200]) for fault in report["violations"]
                  if fault["impact"] in ("serious", "critical")]  # fmt: skip
    session.open("bridge").locator("[data-do=edit]").first.click()
    session.page.get_by_role("dialog").wait_for()
    report = Axe().run(session.page).response
    found += [("editor", fault["id"], fault["nodes"][0]["html"][:200]) for fault in report["violations"]
              if fault["impact"] in ("serious", "critical")]  # fmt: skip
    assert found == []


@needs_browser
def test_pages_fit_a_phone_and_can_be_read_without_javascript(hostile: Path, serve: Serve) -> None:
    session = serve(hostile, viewport={"width": 360, "height": 740})
    for path in ("index.html", "bridge/index.html", "secret/index.html"):
        session.page.goto(f"{session.home}review/{path}")
        assert session.page.evaluate("document.documentElement.scrollWidth") <= 360, path
    plain = session.context.browser.new_context(
        java_script_enabled=False, storage_state=session.context.storage_state()
    )
    page = plain.new_page()
    page.goto(f"{session.home}review/bridge/index.html")
    assert page.locator(".matters .option").count() > 5
    assert page.locator("#save").is_hidden()
    plain.close()


@needs_browser
def test_a_hostile_corpus_adds_no_element(hostile: Path, tmp_path: Path, serve: Serve) -> None:
    """Every element and attribute that stands on the page stands on that of a benign corpus of the same shape."""
    benign = tmp_path / "benign"
    sitecorpus.write(benign, sitecorpus.benign())
    assert main(["anchor", str(benign), "--write"]) == 0
    shapes = []
    for root in (hostile, benign):
        session = serve(root)
        pages = [session.context.request.get(f"{session.home}review/{path}").text()
                 for path in ("index.html", "bridge/index.html", "secret/index.html")]  # fmt: skip
        shapes.append({shape for page in pages for shape in inventory(page)})
        session.open("bridge")
        session.page.locator("[data-do=edit]").first.click()
        session.page.get_by_role("dialog").wait_for()
        assert session.page.locator("#editor :is(img, svg, script, b, form form)").count() == 0
        assert session.faults == []
    assert shapes[0] - shapes[1] <= {("span", ("class", "title"))}, "symbols of unseen characters alone"


def inventory(page: str) -> set[tuple[str, tuple[str, ...]]]:
    """Return the elements of a page, each with the names of its attributes, those that depend on states aside."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    aside = {"data-drawn", "checked", "open", "hidden", "dir"}
    return {(str(each.tag).rpartition("}")[2], tuple(sorted(set(each.attrib) - aside))) for each in tree.iter()}


def test_pages_and_scripts_keep_their_bounds(hostile: Path) -> None:
    from standoff.review.pages import Press

    press = Press(Desk(hostile), "t")
    for doc_id in ("bridge", "secret", "mill"):
        page = press.sheet(doc_id, 1)
        assert page is not None and len(page) <= LARGEST
    scripts = [SITE / "static/site.js", HERE / "static/review.js"]
    assert sum(path.stat().st_size for path in scripts) <= JAVASCRIPT
