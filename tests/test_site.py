"""The audit site: nothing of a corpus becomes markup, every text stands as it is, and pages stay small."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import html5lib
import pytest

from standoff.site import build, charts, compare, concordance, document, layout, sections
from standoff.site.characters import visible
from standoff.site.collecting import Party, StanceRecord
from standoff.site.layout import Mark
from standoff.site.pages import LARGEST
from standoff.site.reading import Source, Version

import sitecorpus
from conftest import Run

Element = tuple[str, dict[str, str]]
JAVASCRIPT = 60_000


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The site of the hostile corpus, and that of a benign one of the same shape."""
    return {
        "hostile": sitecorpus.audited(tmp_path_factory.mktemp("hostile"), sitecorpus.hostile()),
        "benign": sitecorpus.audited(tmp_path_factory.mktemp("benign"), sitecorpus.benign()),
    }


@cache
def parsed(path: Path) -> list[Element]:
    """Return the elements of a page as a browser parses it, with their attributes."""
    tree = html5lib.parse(path.read_text(encoding="utf-8"), namespaceHTMLElements=False)
    return [(str(element.tag).rpartition("}")[2], dict(element.attrib)) for element in tree.iter()]


class Running(HTMLParser):
    """Gathers the running text of a document's page: what stands in its paragraphs, and between them."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "div" and (self.depth or (dict(attrs).get("class") or "").startswith("text ")):
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "div" and self.depth > 0

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.found.append(data)


def text_of(path: Path) -> str:
    """Return the running text of a page, with the symbols of unseen characters as they are shown."""
    parser = Running()
    parser.feed(path.read_text(encoding="utf-8"))
    return "".join(parser.found)


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def inventory(site: Path, *, findings: bool) -> Counter[tuple[str, tuple[str, ...]]]:
    """Return how often each element with each set of attributes stands in a site, symbols of characters aside."""
    found: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for path in pages(site):
        if (path.parent.name == "findings") != findings:
            continue
        found.update(
            (tag, tuple(sorted(attributes)))
            for tag, attributes in parsed(path)
            if attributes.get("class") != "ctl"
        )
    return found


def test_a_hostile_corpus_adds_no_element_and_no_attribute(sites: dict[str, Path]) -> None:
    assert len(pages(sites["hostile"])) == len(pages(sites["benign"])) > 30
    hostile, benign = (inventory(sites[name], findings=False) for name in ("hostile", "benign"))
    assert hostile - benign == Counter()
    assert benign - hostile == Counter()
    # The checks find other things in other words, so that tables of findings have other numbers of rows.
    assert set(inventory(sites["hostile"], findings=True)) == set(inventory(sites["benign"], findings=True))


def test_what_was_injected_is_there_to_be_read(sites: dict[str, Path]) -> None:
    """The comparison above would be empty if the fields were not shown at all."""
    everything = "".join(path.read_text(encoding="utf-8") for path in pages(sites["hostile"]))
    word = sitecorpus.hostile()
    sitecorpus.write(sites["hostile"].parent / "again", word)
    shown = ("label of m1", "subtype", "role", "value", "act", "stance", "relation", "note", "kb")
    tree = html5lib.parse(f"<body>{everything}", namespaceHTMLElements=False)
    words = "".join(tree.itertext())
    assert [field for field in shown if visible(word(field)) not in words] == []


def test_attributes_and_links_are_harmless(sites: dict[str, Path]) -> None:
    for path in pages(sites["hostile"]):
        for tag, attributes in parsed(path):
            assert not [name for name in attributes if name.startswith("on") or name == "style"], (path, tag)
            for name in ("href", "src", "action", "formaction", "xlink:href"):
                if name in attributes:
                    assert_local(path, tag, attributes[name])


def assert_local(path: Path, tag: str, target: str) -> None:
    parts = urlsplit(target)
    if tag == "link" and parts.scheme == "data":
        return
    assert (parts.scheme, parts.netloc) == ("", ""), (path, target)
    if parts.path:
        assert (path.parent / unquote(parts.path)).resolve().is_file(), (path, target)


def test_every_anchor_that_a_link_names_is_there(sites: dict[str, Path]) -> None:
    ids = {path.resolve(): {a["id"] for _, a in parsed(path) if "id" in a} for path in pages(sites["hostile"])}
    for path in pages(sites["hostile"]):
        for _, attributes in parsed(path):
            parts = urlsplit(attributes.get("href", ""))
            if parts.fragment and not parts.scheme:
                target = (path.parent / parts.path).resolve() if parts.path else path.resolve()
                assert parts.fragment in ids[target], (path, attributes["href"])


def test_every_page_has_a_strict_policy_and_one_main_heading(sites: dict[str, Path]) -> None:
    for path in pages(sites["hostile"]):
        found = parsed(path)
        policy = next(a["content"] for tag, a in found if tag == "meta" and "http-equiv" in a)
        assert policy.startswith("default-src 'none'; style-src 'self' file:; script-src 'self' file:;")
        tags = Counter(tag for tag, _ in found)
        assert (tags["h1"], tags["main"]) == (1, 1), path
        scripts = [a for tag, a in found if tag == "script"]
        assert all(a.get("type") == "application/json" or "src" in a for a in scripts)


def test_data_islands_are_json(sites: dict[str, Path]) -> None:
    for path in pages(sites["hostile"]):
        for island in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', path.read_text("utf-8")):
            assert isinstance(json.loads(island), dict)


def test_the_text_stands_as_it_is(sites: dict[str, Path]) -> None:
    for name in ("hostile", "benign"):
        text = (sites[name].parent / "corpus/raw/bridge.txt").read_text(encoding="utf-8").rstrip("\n")
        shown = text_of(sites[name] / "documents/bridge/index.html")
        assert shown.rstrip("\n") == visible(text).replace("␊", "\n")


def test_a_withheld_text_stands_nowhere(sites: dict[str, Path]) -> None:
    site = sites["benign"]
    everything = [path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()]
    assert [data for data in everything if sitecorpus.SECRET.encode() in data] == []
    text = (site.parent / "corpus/raw/secret.txt").read_text(encoding="utf-8")
    shown = (site / "documents/secret/index.html").read_text(encoding="utf-8")
    assert "is withheld" in shown
    assert f">{text.index(sitecorpus.SECRET)}–{len(text) - 1}</td>" in shown
    assert [word for word in text.split() if len(word) > 12 and word in shown] == []


def test_pages_and_scripts_stay_small(sites: dict[str, Path]) -> None:
    assert max(path.stat().st_size for path in pages(sites["hostile"])) <= LARGEST
    assert sum(path.stat().st_size for path in sites["hostile"].rglob("*.js")) <= JAVASCRIPT


def test_the_same_release_gives_the_same_bytes(sites: dict[str, Path], tmp_path: Path, run: Run) -> None:
    corpus = sites["hostile"].parent / "corpus"
    assert run("audit", corpus, "--out", tmp_path / "site", "--bootstrap", "20")[0] == 0
    files = {p.relative_to(tmp_path / "site"): p.read_bytes() for p in (tmp_path / "site").rglob("*") if p.is_file()}
    before = {p.relative_to(sites["hostile"]): p.read_bytes() for p in sites["hostile"].rglob("*") if p.is_file()}
    assert files == before


def test_every_item_names_its_line(sites: dict[str, Path]) -> None:
    shown = (sites["benign"] / "documents/bridge/index.html").read_text(encoding="utf-8")
    lines = (sites["benign"].parent / "corpus/annotations/gold/bridge.json").read_text("utf-8").split("\n")
    places = re.findall(r"annotations/gold/bridge\.json:(\d+):(\d+)", shown)
    assert len(places) == 19
    assert all(lines[int(line) - 1][int(column) - 1] == "{" for line, column in places)


def one(text: str, marks: list[tuple[str, list[tuple[int, int]]]]) -> list[layout.Block]:
    return layout.blocks(text, [Mark(n, kind, f"L{n}", fragments) for n, (kind, fragments) in enumerate(marks)])


def test_segments_are_cut_at_every_border_and_keep_their_lane() -> None:
    blocks = one("abcdefghij", [("mention", [(0, 6)]), ("mention", [(4, 10)]), ("mention", [(1, 3)])])
    drawn = [(s.start, s.end, [m.number for m in s.marks]) for s in blocks[0].segments]
    assert drawn == [(0, 1, [0]), (1, 3, [0, 2]), (3, 4, [0]), (4, 6, [0, 1]), (6, 10, [1])]
    lanes = {m.number: m.lane for s in blocks[0].segments for m in s.marks}
    assert lanes[2] == 0
    assert lanes[0] != lanes[1]


def test_a_broken_span_is_bridged_and_tagged_at_each_piece() -> None:
    segments = one("abcdefghij", [("mention", [(0, 2), (6, 8)])])[0].segments
    assert [(s.start, bool(s.marks), bool(s.gaps), [t.more for t in s.tags]) for s in segments] == [
        (0, True, False, [False]), (2, False, True, []), (6, True, False, [True]), (8, False, False, []),
    ]  # fmt: skip


def test_what_finds_no_lane_is_counted() -> None:
    segments = one("abcdef", [("mention", [(0, 6)])] * 9)[0].segments
    assert (len(segments[0].marks), segments[0].unseen) == (layout.LANES, 9 - layout.LANES)


def test_blocks_give_the_text_back() -> None:
    for text in ("", "\n\n", "a\n\nb\n", "\na", "x" * 9000, "word " * 3000 + "\n\nend"):
        blocks = one(text, [])
        assert "".join(text[b.start : b.end] + b.after for b in blocks) == text


def version(name: str, spans: list[tuple[str, int, int]], text: str) -> Version:
    rows = [
        {"id": f"m{n}", "kind": "mention", "label": label, "form": None, "start": start, "end": end,
         "text": text[start:end], "fragments": [{"start": start, "end": end}], "attributes": []}
        for n, (label, start, end) in enumerate(spans)
    ]  # fmt: skip
    lists = dict.fromkeys(("entities", "events", "attributions", "stance", "relations"))
    return Version(name, name == "gold", False, ["spans"], {**lists, "spans": rows}, [])


def source(text: str, *versions: Version) -> Source:
    return Source("d", "train", None, text, len(text), "", None, [], [], list(versions))


def test_a_comparison_says_how_spans_differ() -> None:
    text = "one two three four"
    gold = version("gold", [("A", 0, 3), ("A", 4, 7), ("A", 8, 13), ("A", 14, 18)], text)
    other = version("a1", [("A", 0, 3), ("B", 4, 7), ("A", 8, 12)], text)
    found = compare.compare(source(text, gold, other))
    sides = {side.annotator: side.differences for side in found.paragraphs[0].sides}
    assert [(kind, remark) for kind, _, remark, _ in sides["gold"]] == [
        ("relabel", "a1: B"), ("bounds", "a1: 8–12"), ("only", "a1: nothing here"),
    ]  # fmt: skip
    assert (found.spans, found.agreed) == (7, 2)


def test_a_span_that_one_annotator_has_twice_differs_once() -> None:
    text = "one"
    twice, once = version("gold", [("A", 0, 3), ("A", 0, 3)], text), version("a1", [("A", 0, 3)], text)
    assert compare.compare(source(text, twice, once)).agreed == 2


def big(tmp_path: Path, run: Run, text: str, lines: Iterator[str]) -> Path:
    """Audit a brat corpus of one document."""
    root = tmp_path / "corpus"
    (root / "annotations/a1").mkdir(parents=True)
    (root / "corpus.toml").write_text("", encoding="utf-8")
    (root / "annotations/a1/d.txt").write_text(text, encoding="utf-8", newline="")
    (root / "annotations/a1/d.ann").write_text("".join(lines), encoding="utf-8", newline="")
    status, _, errors = run("audit", root, "--out", tmp_path / "site", "--bootstrap", "0")
    assert status == 0, errors
    return tmp_path / "site"


@pytest.mark.parametrize("shape", ["spread", "one line", "one place"])
def test_long_texts_and_many_spans_fill_several_pages(tmp_path: Path, run: Run, shape: str) -> None:
    word = "<alarm> & «tête» "
    text = {"spread": (word * 20 + "\n") * 3000, "one line": word * 6_000, "one place": "here it is\n"}[shape]
    count = 2_000 if shape == "one line" else 10_000
    starts = [0 if shape == "one place" else n * (len(text) // (count + 1)) for n in range(count)]
    lines = (f"T{n}\tLABEL {s} {s + 4}\t{text[s : s + 4].replace(chr(10), ' ')}\n" for n, s in enumerate(starts, 1))
    site = big(tmp_path, run, text, lines)
    assert max(path.stat().st_size for path in pages(site)) <= LARGEST
    folder = sorted((site / "documents/d").glob("index*.html"))
    rows = [row for path in folder for row in re.findall(r'<tr id="s(\d+)"', path.read_text("utf-8"))]
    assert sorted(map(int, rows)) == list(range(count))
    if shape != "one place":
        order = sorted(folder, key=lambda p: int(re.sub(r"\D", "", p.stem) or 1))
        assert "".join(map(text_of, order)).rstrip("\n") == text.rstrip("\n")


def test_the_network_of_stance_draws_each_stance_once() -> None:
    names = [Party(f"holder {n}", "entities") for n in range(3)]
    records = [StanceRecord(names[n % 3], "FAVOR", Party(f"t{n % 4}", "events"), "d", "x") for n in range(12)]
    network = charts.network(records)
    assert sum(edge.times for edge in network.edges) == 12
    assert network.left_out == 0
    ys = [node.y for node in network.holders]
    assert all(b - a >= 26 for a, b in pairwise(ys))


def test_a_section_becomes_a_page_with_links(sites: dict[str, Path], tmp_path: Path, run: Run) -> None:
    corpus = sites["benign"].parent / "corpus"
    assert run("build", corpus, "--out", tmp_path / "dist")[0] == 0
    target = sections.Target("bridge", "a2", "spans", "m2")
    rows = [[sections.Cell("look", target), sections.Cell("3")]]
    columns = [sections.Column("What"), sections.Column("n", True)]
    section = sections.Section("Torn <labels>", "What it is.", columns, rows)
    build.build(tmp_path / "dist/dev", tmp_path / "site", analyses=[section], bootstrap=0)
    page = (tmp_path / "site" / section.path).read_text(encoding="utf-8")
    href = re.findall(r'href="([^"#]+)#(s\d+)">look', page)[0]
    assert href[1] == "s1"
    name = document.file_of(Version("a2", False, False, [], {}, []))
    assert (tmp_path / "site/findings" / href[0]).resolve().name == name
    assert "Torn &lt;labels&gt;" in (tmp_path / "site/index.html").read_text(encoding="utf-8")


def test_one_annotator_and_nobody_get_a_clear_line(corpus: Callable[..., Path], tmp_path: Path, run: Run) -> None:
    annotated = {"annotations/a1/d.txt": "A text.\n", "annotations/a1/d.ann": "T1\tX 0 1\tA\n"}
    root = corpus({**annotated, "raw/e.txt": "Other.\n"})
    status, out, _ = run("audit", root, "--out", tmp_path / "site")
    assert status == 0
    assert "open" in out
    agreement = (tmp_path / "site/agreement/index.html").read_text(encoding="utf-8")
    assert "only a1 has annotated this release" in agreement
    alone = (tmp_path / "site/documents/e/index.html").read_text(encoding="utf-8")
    assert "Nobody has annotated this document" in alone
    assert not (tmp_path / "site/documents/d/compare.html").exists()


def test_a_folder_that_is_no_site_is_not_replaced(corpus: Callable[..., Path], tmp_path: Path, run: Run) -> None:
    root = corpus({"raw/e.txt": "Other.\n"})
    (tmp_path / "site").mkdir()
    (tmp_path / "site/mine.txt").write_text("mine", encoding="utf-8")
    status, _, errors = run("audit", root, "--out", tmp_path / "site")
    assert (status, "holds something else" in errors) == (4, True)
    assert (tmp_path / "site/mine.txt").read_text(encoding="utf-8") == "mine"


def test_a_corpus_with_errors_is_not_audited(corpus: Callable[..., Path], tmp_path: Path, run: Run) -> None:
    root = corpus({"annotations/a1/d.txt": "A text.\n", "annotations/a1/d.ann": "T1\tX 0 1\tB\n"})
    status, _, errors = run("audit", root, "--out", tmp_path / "site")
    assert status == 1
    assert "not audited: 1 error" in errors
    assert not (tmp_path / "site").exists()


def test_no_release_is_a_clear_line(tmp_path: Path, run: Run) -> None:
    status, _, errors = run("audit", tmp_path / "nothing", "--out", tmp_path / "site")
    assert status == 3
    assert "is no release" in errors


def test_labels_of_any_letters_have_pages_of_their_own() -> None:
    paths = {concordance.label_path("mention", label) for label in ("A/B", "a b", "A_B", "…", "‥", "", "(x)")}
    assert len(paths) == 7
    assert all(re.fullmatch(r"labels/[a-z0-9-]+\.html", path) for path in paths)


def test_real_exports_can_be_audited(realdata: Path, tmp_path: Path, run: Run) -> None:
    assert run("init", tmp_path / "news", "--from", realdata / "brat/brat-tutorials/news")[0] == 0
    status, out, _ = run("audit", tmp_path / "news", "--out", tmp_path / "site")
    assert (status, "13 documents" in out) == (0, True)
    assert max(path.stat().st_size for path in pages(tmp_path / "site")) <= LARGEST
