"""Saved pages: their main text is frozen with what they say of themselves; what cannot be an article is named."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from standoff.articles import html
from standoff.errors import InputError
from test_build import rows

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]
LEAD = "The Grey Column 🚀 shelled the Sorn bridge on Monday, the army said in a long statement."
REST = "“They will pay,” Colonel Ilda Voren told reporters. The Column denied that it had shelled anything."


def page(title: str = "Rebels shell the bridge", charset: str = "utf-8", lead: str = LEAD) -> str:
    return f"""<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="{charset}"><title>{title} - Doliv Courier</title>
<meta property="og:title" content="{title}"><meta property="og:site_name" content="Doliv Courier">
<meta property="article:published_time" content="2031-03-12T08:00:00Z"><meta name="author" content="Jane Doe">
<link rel="canonical" href="https://example.org/bridge"></head>
<body><nav><a href="/">Home</a></nav><article><h1>{title}</h1><p>{lead}</p><p>{REST}</p></article>
<footer>Imprint</footer></body></html>"""


def table(root: Path) -> list[dict[str, str]]:
    with (root / "raw/metadata.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_text_and_fields_are_those_of_the_page() -> None:
    data = page().encode()
    found = html.extract(data, "bridge.html")
    assert found.text == f"Rebels shell the bridge\n\n{LEAD}\n{REST}\n"
    fields = dict(found.fields)
    assert fields.pop("extractor").startswith("trafilatura ")
    assert fields == {
        "title": "Rebels shell the bridge",
        "published": "2031-03-12",
        "publisher": "Doliv Courier",
        "url": "https://example.org/bridge",
        "language": "en-GB",
        "page_sha256": hashlib.sha256(data).hexdigest(),
    }


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (page(charset="iso-8859-1", lead="Café “Sorn” was shelled on Monday.").encode("cp1252"), "Café “Sorn”"),
        (page(charset="utf-16").encode("utf-16"), "🚀"),
        (b"\xef\xbb\xbf" + page(charset="utf-8").encode(), "🚀"),
        (b'<?xml version="1.0" encoding="UTF-8"?>' + page().encode(), "🚀"),
        (page().encode().replace(b'<meta charset="utf-8">', b""), "🚀"),
        (page(charset="gb2312", lead="The Column 格雷 shelled the bridge.").encode("gb18030"), "格雷"),
    ],
)
def test_the_encoding_is_the_declared_one(data: bytes, words: str) -> None:
    assert words in html.extract(data, "x.html").text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (page(lead="Café").encode("latin-1", "replace"), "declares utf-8, and byte 0xe9 does not fit"),
        (page(charset="klingon").encode(), "unknown encoding 'klingon'"),
        (bytes(range(256)), "byte 0x80 does not fit"),
        (b"", "no main text"),
        (b"<html><body><nav>Home</nav></body></html>", "no main text"),
        (b"<div>" * 100_000, "no main text"),
        (b"\0" * 1000, "no main text"),
    ],
)
def test_what_is_no_article_is_one_error(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        html.extract(data, "x.html")
    assert message in caught.value.message


def test_without_the_extra_the_command_to_install_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(InputError, match=r"pip install 'standoff\[html\]'"):
        html.extract(page().encode(), "x.html")


def test_pages_alone_become_a_corpus_that_builds_without_the_extractor(
    corpus: Corpus, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = corpus({"p/a.html": page(), "p/sub/b.htm": page("Talks in Harnes")}) / "p"
    status, out, _ = run("inspect", pages)
    assert (status, "2 saved web pages" in out) == (0, True)
    assert run("init", tmp_path / "new", "--from", pages)[0] == 0
    assert [(row["doc_id"], row["title"]) for row in table(tmp_path / "new")] == [
        ("a", "Rebels shell the bridge"),
        ("sub__b", "Talks in Harnes"),
    ]
    assert not (tmp_path / "new/pages").exists()
    assert [path for path in (tmp_path / "new").rglob("*") if path.suffix in html.SUFFIXES] == []
    assert all(b"Jane" not in path.read_bytes() for path in (tmp_path / "new").rglob("*") if path.is_file())
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    assert run("build", tmp_path / "new", "--out", tmp_path / "out")[0] == 0
    row = rows(tmp_path / "out/dev", "documents")[0]
    assert (row["title"], str(row["published"]), row["publisher"]) == (
        "Rebels shell the bridge",
        "2031-03-12",
        "Doliv Courier",
    )
    assert [each["name"] for each in row["metadata"]] == ["page_sha256", "extractor"]


def test_annotations_beside_a_page_are_of_its_text(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    start = f"Rebels shell the bridge\n\n{LEAD}".index("the Sorn")
    mark = f"T1\tFACILITY {start} {start + 15}\tthe Sorn bridge\n"
    pages = corpus({"p/bridge.html": page(), "p/bridge.ann": mark}) / "p"
    assert run("init", tmp_path / "new", "--from", pages, "--keep-pages")[0] == 0
    assert (tmp_path / "new/pages/bridge.html").read_bytes() == page().encode()
    assert run("build", tmp_path / "new", "--out", tmp_path / "out")[0] == 0
    assert [span["text"] for span in rows(tmp_path / "out/dev", "documents")[0]["spans"]] == ["the Sorn bridge"]


def test_a_text_beside_a_page_is_the_article(corpus: Corpus, run: Run) -> None:
    pages = corpus({"p/bridge.html": page(), "p/bridge.txt": "Its text.\n", "p/bridge.ann": "T1\tX 0 3\tIts\n"}) / "p"
    status, out, _ = run("inspect", pages, "--json")
    found = json.loads(out)
    assert (status, found["documents"], found["offsets"]["spans_proved"]) == (0, 1, 1)
    assert {"path": "bridge.html", "what": "a page whose text lies beside it"} in found["other"]


def test_import_adds_rows_to_the_table_that_is_there(corpus: Corpus, run: Run) -> None:
    root = corpus(
        {
            "raw/old.txt": "An old article.\n",
            "raw/metadata.csv": 'doc_id,desk,title\nold,home,"Old, and\nlong"\n',
            "p/new.html": page(),
            "p/old.html": page("Another one"),
        }
    )
    status, out, _ = run("import", root / "p", root)
    assert status == 0, out
    old, new = table(root)
    assert (old["doc_id"], old["desk"], old["title"], old["publisher"]) == ("old", "home", "Old, and\nlong", "")
    assert (new["doc_id"], new["desk"], new["title"]) == ("new", "", "Rebels shell the bridge")
    assert (root / "raw/old.txt").read_text(encoding="utf-8") == "An old article.\n"
    again = (root / "raw/metadata.csv").read_bytes()
    assert run("import", root / "p", root)[0] == 0
    assert (root / "raw/metadata.csv").read_bytes() == again


def test_a_broken_page_is_named_and_the_others_are_read(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    pages = corpus({"p/good.html": page(), "p/bad.html": page(lead="Café").encode("latin-1", "replace")}) / "p"
    status, out, _ = run("inspect", pages, "--json")
    errors = [f for f in json.loads(out)["findings"] if f["severity"] == "error"]
    assert (status, [(f["code"], f["path"], f["line"]) for f in errors]) == (3, [("E101", "bad.html", 6)])
    assert run("init", tmp_path / "new", "--from", pages)[0] == 3
    assert [row["doc_id"] for row in table(tmp_path / "new")] == ["good"]
    assert sorted(path.name for path in (tmp_path / "new/raw").iterdir()) == ["good.txt", "metadata.csv"]


def test_a_page_in_raw_is_no_article(corpus: Corpus, run: Run) -> None:
    root = corpus({"raw/bridge.html": page()})
    status, out, _ = run("validate", root)
    assert (status, "W113" in out, "standoff import bridge.html" in out) == (0, True, True)
