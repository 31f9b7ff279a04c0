"""Hydrating: a release with withheld texts and own copies of them, from the very file to edited and wrong ones."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from standoff.files import schemafile
from standoff.hydrate import mending, runs
from standoff.release import manifest
from standoff.withholding import windows
from test_build import files_of, rows

from conftest import ROOT, Run

Corpus = Callable[[dict[str, str | bytes]], Path]
Origin = list[int | None]
Fragment = tuple[int, int]

WORDS = [
    "column", "bridge", "river", "orm", "doliv", "harnes", "council", "market", "quiet", "winter", "shell", "report",
    "army", "tower", "gate", "street", "minister", "spoke", "denied", "crossed", "burned", "waited", "turned", "early",
    "late", "seven", "nine", "old", "new", "far", "near", "under", "over", "beside", "after", "before",
]  # fmt: skip
TAIL = "Leave a Reply\nSend\n"


def article(seed: int, words: int = 420) -> str:
    """An invented text: a headline and paragraphs, in which short pieces stand again and again, and no long one."""
    choose = random.Random(seed)
    text = f"Report {seed} from the {choose.choice(WORDS)}\n\n"
    for number in range(words):
        word = choose.choice(WORDS)
        text += word.capitalize() if text.endswith((". ", "\n")) else word
        text += ".\n\n" if number % 60 == 59 else ". " if number % 11 == 10 else " "
    return text.rstrip() + "\n"


def spans_of(text: str, seed: int, count: int = 90) -> list[list[Fragment]]:
    """Stretches of whole words of any length, some of two fragments, no two of the same extent."""
    choose = random.Random(seed)
    borders = [0] + [at for at in range(1, len(text)) if not text[at].isalnum() or not text[at - 1].isalnum()]
    found: set[tuple[Fragment, ...]] = set()
    while len(found) < count:
        at = choose.randrange(len(borders) - 40)
        ends = sorted(choose.sample(range(at, at + choose.choice((3, 9, 39))), 2))
        pieces = [(borders[ends[0]], borders[ends[1]])]
        if choose.random() < 0.15:
            pieces.append((borders[ends[1] + 1], borders[ends[1] + 2]))
        if all(text[a:b] == text[a:b].strip() != "" for a, b in pieces):
            found.add(tuple(pieces))
    return [list(each) for each in sorted(found)]


def edited(text: str, seed: int, count: int = 20) -> tuple[str, Origin]:
    """Make `count` small edits of every kind at places far enough apart; say where each old character stands now."""
    choose = random.Random(seed)
    kinds = ("letter", "insert", "delete", "replace", "blank", "sentence", "line", "double", "case", "mark") * 2
    places = sorted(choose.sample(range(5, len(text) - 40, 45), count))
    pieces: list[str] = []
    origin: Origin = []
    position = length = 0

    def keep(until: int) -> None:
        nonlocal position, length
        pieces.append(text[position:until])
        origin.extend(range(length, length + until - position))
        length += until - position
        position = until

    for place, kind in zip(places, choose.sample(kinds, count), strict=True):
        at = place
        gone, new = {
            "letter": (1, "§"), "insert": (0, "¤odd¤ "), "delete": (7, ""), "replace": (6, "¤§¤"), "blank": (0, "\t"),
            "sentence": (0, "¤ Nobody was there to see it, and nobody asked. ¤"), "line": (0, "\n\n§\n"),
            "double": (0, "¤"), "case": (1, text[at].swapcase()), "mark": (3, "…"),
        }[kind]  # fmt: skip
        while kind == "delete" and (text[at] == text[at + gone] or text[at - 1] == text[at + gone - 1]):
            at += 1  # else it could not be told which of the characters went
        keep(at)
        if text[at : at + gone] == new:
            new = "§"
        pieces.append(new)
        length += len(new)
        origin.extend([None] * gone)
        position = at + gone
    keep(len(text))
    return "".join(pieces), origin


def untouched(origin: Origin, start: int, end: int) -> bool:
    first = origin[start]
    return first is not None and origin[start:end] == list(range(first, first + end - start))


def must_be_found(origin: Origin, start: int, end: int) -> bool:
    """Say whether a stretch stayed together with 64 characters on one side, its own included."""
    last = max(len(origin) - windows.LENGTH, 0)
    first, before = min(start, last), min(max(end - windows.LENGTH, 0), last)
    ahead = untouched(origin, min(first, start), max(end, first + windows.LENGTH))
    return ahead or untouched(origin, min(before, start), max(end, before + windows.LENGTH))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("mode", ["tiles", "annotations"])
def test_runs_place_what_stayed_and_never_what_was_edited(seed: int, mode: str) -> None:
    text = article(seed)
    new, origin = edited(text, seed)
    stretches = [piece for span in spans_of(text, seed) for piece in span]
    starts = list(windows.tiles(len(text)))
    if mode == "annotations":
        starts += windows.at_edges(len(text), stretches)
    record = {"text_sha256": "salt", "text_length": len(text), "windows": windows.written(text, "salt", starts)}
    found = runs.find(windows.of_record(record), new)
    claimed = 0
    for start, end in stretches:
        place = found.place(start, end)
        if place.at:
            claimed += 1
            assert untouched(origin, start, end)
            assert place.at == (origin[start], origin[start] + end - start)  # type: ignore[operator]
            assert new[slice(*place.at)] == text[start:end]
        elif mode == "annotations":
            assert not must_be_found(origin, start, end)
        if not place.at and (gap := found.near(start, end)):
            kept = [at for at in origin[start:end] if at is not None]
            assert all(gap[0] <= at < gap[1] for at in kept)
    assert claimed > len(stretches) * (0.6 if mode == "annotations" else 0.2)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("mode", ["tiles", "annotations"])
def test_an_edit_that_is_undone_proves_what_stands_beside_it(seed: int, mode: str) -> None:
    """All edits but those that took several characters away: what these took nobody can know."""
    text = article(seed)
    new, origin = edited(text, seed)
    stretches = [piece for span in spans_of(text, seed) for piece in span]
    starts = list(windows.tiles(len(text)))
    if mode == "annotations":
        starts += windows.at_edges(len(text), stretches)
    record = {"text_sha256": "salt", "text_length": len(text), "windows": windows.written(text, "salt", starts)}
    recorded = windows.of_record(record)
    before = runs.find(recorded, new)
    found = mending.mended(before, recorded, new)
    claimed = {stretch for stretch in stretches if found.place(*stretch).at}
    for start, end in claimed:
        assert untouched(origin, start, end)
        assert found.place(start, end).at == (origin[start], origin[start] + end - start)  # type: ignore[operator]
    free = {stretch for stretch in stretches if untouched(origin, *stretch)}
    first = {stretch for stretch in stretches if before.place(*stretch).at}
    assert first <= claimed
    assert len(claimed) > len(free) * (0.9 if mode == "annotations" else 0.6)


@pytest.mark.parametrize(
    ("old", "new", "mended"),
    [
        ("bridge", "bridges", True), ("bridge", "bride", True), ("bridge", "brodge", True),
        ("bridge", "old bridge", True), ("bridge", "ford", False), ("the old bridge", "it", False),
    ],
)  # fmt: skip
def test_which_edits_are_undone(old: str, new: str, mended: bool) -> None:
    """The second edit leaves no whole window beside the first; what it took is too long to be tried."""
    words = "the column crossed the river by the old bridge in the night and waited for the morning"
    text = f"{article(3, 60)} {words} §§§§ {article(4, 60)}"
    copy = text.replace(words, words.replace(old, new)).replace("§§§§", "")
    listed = windows.written(text, "s", range(len(text) - 63))
    recorded = windows.of_record({"text_sha256": "s", "text_length": len(text), "windows": listed})
    at = text.index("in the night")
    found = runs.find(recorded, copy)
    assert found.place(at, at + 12).status == "lost"
    place = mending.mended(found, recorded, copy).place(at, at + 12)
    assert (place.at == (copy.index("in the night"), copy.index("in the night") + 12)) == mended


def test_a_repeated_paragraph_is_told_from_its_twin_by_what_is_around_it() -> None:
    twin = "The column crossed the river at night, and the old bridge burned until the morning came."
    text = f"{article(1, 40)}\n{twin}\n{article(2, 40)}\n{twin}\n{article(3, 40)}"
    first, second = text.index(twin), text.rindex(twin)
    starts = [*windows.tiles(len(text)), *windows.at_edges(len(text), [(first + 4, first + 10)])]
    listed = windows.written(text, "s", starts)
    assert {f"{second + 4} {windows.digest_of(text[first + 4 : first + 68], 's')}"} < set(listed)
    known = windows.of_record({"text_sha256": "s", "text_length": len(text), "windows": listed})
    whole = runs.find(known, text)
    assert whole.place(first + 4, first + 10) == ("exact", (first + 4, first + 10))
    assert whole.place(second + 4, second + 10) == ("exact", (second + 4, second + 10))
    gone = runs.find(known, text[:first] + text[first + len(twin) :])
    assert gone.place(first + 4, first + 10) != ("moved", (second + 4 - len(twin), second + 10 - len(twin)))
    assert gone.place(second + 4, second + 10) == ("moved", (second + 4 - len(twin), second + 10 - len(twin)))


def test_without_anything_around_them_twins_are_ambiguous() -> None:
    twin = "The column crossed the river at night, and the old bridge burned until the morning came."
    text = f"{twin}\n{twin}\n"
    starts = windows.at_edges(len(text), [(4, 10)])
    known = windows.of_record(
        {"text_sha256": "s", "text_length": len(text), "windows": windows.written(text, "s", starts)}
    )
    assert runs.find(known, f"¤ {twin} ¤").place(4, 10).status == "ambiguous"
    assert runs.find(known, "nothing of it").place(4, 10).status == "lost"


def test_verify_knows_records_of_other_texts(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    release = released(corpus, run, tmp_path)
    facts = manifest.read(release)
    path = release / "withheld.json"
    value = json.loads(path.read_text(encoding="utf-8"))
    for change in ({"text_length": 7}, {"text_length": "7"}):
        value["documents"]["one"] |= change
        path.write_text(json.dumps(value), encoding="utf-8")
        (release / "manifest.json").write_bytes(manifest.written(facts | {"files": manifest.file_digests(release)}))
        status, out, _ = run("verify", release)
        assert (status, "withheld.json: error[E151]" in out) == (1, True)


def test_windows_are_tiles_and_the_end_and_a_short_text_is_one() -> None:
    text = article(5, 40)[:150]
    assert [entry.split(" ")[0] for entry in windows.written(text, "s", windows.tiles(150))] == ["0", "64", "86"]
    assert [entry.split(" ")[0] for entry in windows.written(text[:20], "s", windows.tiles(20))] == ["0"]
    assert windows.written("", "s", windows.tiles(0)) == []
    assert windows.written(text, "s", [0]) != windows.written(text, "t", [0])


# The command line.


def native(doc_id: str, text: str, seed: int) -> dict[str, Any]:
    """Annotations in all layers over random stretches; each item depends on some of them."""
    stretches = spans_of(text, seed, 60)
    kinds = ("mention", "mention", "trigger", "content", "cue", "evidence")
    spans = [
        {
            "id": f"x{n}", "kind": kinds[n % 6], "label": "ATTACK" if n % 6 == 2 else "ORG",
            **({"start": pieces[0][0], "end": pieces[0][1]} if len(pieces) == 1 else {
                "fragments": [{"start": start, "end": end} for start, end in pieces]
            }),
        }
        for n, pieces in enumerate(stretches)
    ]  # fmt: skip
    groups = range(0, 60, 6)
    return {
        "version": 1, "doc_id": doc_id,
        "layers": ["spans", "entities", "events", "attributions", "stance", "relations"],
        "spans": spans,
        "entities": [
            {"id": f"e{n}", "label": "ORG", "name": f"N{n}", "mentions": [f"x{n}", f"x{n + 1}"]} for n in groups
        ],
        "events": [
            {
                "id": f"v{n}", "label": "ATTACK", "trigger": f"x{n + 2}",
                "arguments": [{"role": "Agent", "filler": f"e{n}"}],
            }
            for n in groups
        ],
        "attributions": [
            {"id": f"a{n}", "source": f"e{n}", "contents": [f"x{n + 3}"], "cues": [f"x{n + 4}"]} for n in groups
        ],
        "stance": [
            {"id": f"s{n}", "holder": f"e{n}", "target": f"v{n}", "label": "FOR", "evidence": [f"x{n + 5}"]}
            for n in groups
        ],
        "relations": [
            {"id": f"r{n}", "label": "BEFORE", "arguments": [
                {"role": "Arg1", "filler": f"v{n}"}, {"role": "Arg2", "filler": f"v{(n + 6) % 60}"},
            ]}
            for n in groups
        ],
        "notes": [{"id": "n1", "target": "x7", "text": "Two readings."}, {"id": "n2", "text": "All."}],
    }  # fmt: skip


TEXTS = {"one": article(101), "two": article(102, 300)}


def released(corpus: Corpus, run: Run, tmp_path: Path, mode: str = "annotations") -> Path:
    """A release with two withheld documents and an open one; the texts lie in `texts/`, and nowhere else."""
    files: dict[str, str | bytes] = {
        "corpus.toml": f'[articles]\nwithhold = ["one", "two"]\nwindows = "{mode}"\n[[articles.cuts]]\n'
        'from = "Leave a Reply"\n[annotations]\npublish = ["gold", "a1"]\n',
        "raw/open.txt": "An open text.\n\nIt has a body, too.\n",
    }
    for number, (name, text) in enumerate(TEXTS.items()):
        files[f"raw/{name}.txt"] = text + TAIL
        for shift, annotator in enumerate(("gold", "a1", "a2")):
            files[f"annotations/{annotator}/{name}.json"] = json.dumps(native(name, text, 10 * number + shift))
    root = corpus(files)
    status, out, err = run("anchor", root, "--write")
    assert status == 0, out + err
    (tmp_path / "texts").mkdir()
    for name in TEXTS:
        (root / f"raw/{name}.txt").rename(tmp_path / f"texts/{name}.html")
    status, _, err = run("build", root, "--out", tmp_path / "dist")
    assert status == 0, err
    return tmp_path / "dist/dev"


def hydrated(run: Run, release: Path, tmp_path: Path, status: int = 0) -> dict[str, Any]:
    found, out, err = run("hydrate", release, "--texts", tmp_path / "texts", "--out", tmp_path / "home", "--json")
    assert found == status, err + out
    value: dict[str, Any] = json.loads(out)
    return value


def rewrite(tmp_path: Path, name: str, change: Callable[[str], str]) -> None:
    path = tmp_path / f"texts/{name}.html"
    path.write_bytes(change(path.read_bytes().decode()).encode())


def items(release: Path, doc_id: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every annotator, layer and item of a document, each once."""
    seen = set()
    for config in ("documents", "annotations"):
        for row in rows(release, config):
            if row["doc_id"] == doc_id and row["annotator"] not in seen:
                seen.add(row["annotator"])
                for layer in ("spans", "entities", "events", "attributions", "stance", "relations", "notes"):
                    yield from ((row["annotator"], layer, item) for item in row[layer] or ())


def check_balance(release: Path, home: Path, found: dict[str, Any]) -> None:
    """Items in = items out + items named; what came out refers to nothing that did not; provenance has each."""
    for document in found["filled_in"]:
        before = {(a, layer, item["id"]) for a, layer, item in items(release, document["doc_id"])}
        after = {(a, layer, item["id"]) for a, layer, item in items(home, document["doc_id"])}
        gone = {
            (fate["annotator"], fate["layer"], fate["id"])
            for fate in document["not_exact"]
            if fate["status"] in ("ambiguous", "lost")
        }
        assert before == after | gone
        assert not after & gone
        assert sum(document["items"].values()) == len(before)
        mine = [row for row in rows(home, "provenance") if row["doc_id"] == document["doc_id"]]
        assert {(row["annotator"], row["layer"], row["id"]) for row in mine} == after
    report = json.loads((home / "hydration.json").read_text(encoding="utf-8"))
    assert schemafile.problems(report, "hydration") == []
    assert {key: value for key, value in found.items() if key != "hydrated"} == report


def check_places(release: Path, home: Path, doc_id: str, origin: Origin, *, complete: bool) -> tuple[int, int, int]:
    """Compare each span with where its characters really went; return all spans, those found, those that had to be."""
    after = {(a, item["id"]): item for a, layer, item in items(home, doc_id) if layer == "spans"}
    count = needed = 0
    for annotator, layer, item in items(release, doc_id):
        if layer != "spans":
            continue
        pieces = [(piece["start"], piece["end"]) for piece in item["fragments"]]
        new = after.get((annotator, item["id"]))
        must = all(must_be_found(origin, start, end) for start, end in pieces)
        count, needed = count + 1, needed + must
        if new:
            assert all(untouched(origin, start, end) for start, end in pieces)
            places = [(piece["start"], piece["end"]) for piece in new["fragments"]]
            assert places == [(origin[start], origin[start] + end - start) for start, end in pieces]  # type: ignore[operator]
        else:
            assert not (complete and must), item
    return count, len(after), needed


def test_from_the_files_themselves_everything_is_exact_and_as_a_build_with_texts(
    corpus: Corpus, run: Run, tmp_path: Path
) -> None:
    release = released(corpus, run, tmp_path)
    found = hydrated(run, release, tmp_path)
    home = tmp_path / "home"
    assert [(each["doc_id"], each["file"], each["found_by"]) for each in found["filled_in"]] == [
        ("one", "one.html", "digest"), ("two", "two.html", "digest"),
    ]  # fmt: skip
    assert all(counts["in"] == counts["exact"] for counts in found["items"].values())
    check_balance(release, home, found)
    assert run("verify", home)[0] == 0
    assert run("build", tmp_path / "corpus", "--texts", tmp_path / "texts", "--out", tmp_path / "built")[0] == 0
    facts, built = (
        json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        for folder in (home, tmp_path / "built/dev-with-texts")
    )
    assert facts["configs"] == built["configs"]
    assert facts["left_out"] == built["left_out"]
    assert facts["scheme"] == built["scheme"]
    assert (facts["publishable"], facts["hydrated"]["filled_in"]) == (False, 2)
    assert not (home / "withheld.json").exists()
    assert not (tmp_path / "built/dev-with-texts/withheld.json").exists()
    assert run("publish", home, "--to", str(tmp_path / "shop"), "--unfrozen")[0] == 2


def test_line_ends_and_a_byte_order_mark_make_no_other_text(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    release = released(corpus, run, tmp_path)
    rewrite(tmp_path, "one", lambda text: "\ufeff" + text.replace("\n", "\r\n"))
    found = hydrated(run, release, tmp_path)
    assert [each["found_by"] for each in found["filled_in"]] == ["text", "digest"]
    assert all(counts["in"] == counts["exact"] for counts in found["items"].values())
    row = next(row for row in rows(tmp_path / "home", "documents") if row["doc_id"] == "one")
    assert row["text"] == TEXTS["one"]


@pytest.mark.parametrize("mode", ["annotations", "tiles"])
def test_in_an_edited_copy_what_stayed_is_found_and_nothing_stands_wrong(
    corpus: Corpus, run: Run, tmp_path: Path, mode: str
) -> None:
    release = released(corpus, run, tmp_path, mode)
    new, origin = edited(TEXTS["one"], 7)
    rewrite(tmp_path, "one", lambda text: new + TAIL)
    found = hydrated(run, release, tmp_path)
    home = tmp_path / "home"
    assert [each["found_by"] for each in found["filled_in"]] == ["windows", "digest"]
    row = next(row for row in rows(home, "documents") if row["doc_id"] == "one")
    assert row["text"] == new
    title = row["sections"][0]
    assert new[title["start"] : title["end"]] == new.splitlines()[0] == row["title"]
    count, placed, needed = check_places(release, home, "one", origin, complete=mode == "annotations")
    assert count > placed > 0
    assert needed > count // 2
    check_balance(release, home, found)
    assert run("verify", home)[0] == 0
    assert {one["doc_id"] for one in rows(home, "ner")} >= {"one", "two"}


def test_a_wrong_file_a_missing_one_and_two_that_fit_alike_leave_a_document_withheld(
    corpus: Corpus, run: Run, tmp_path: Path
) -> None:
    release = released(corpus, run, tmp_path)
    rewrite(tmp_path, "one", lambda text: article(999) + text[1500:1700])
    (tmp_path / "texts/picture.jpg").write_bytes(b"\xff\xd8\xff")
    found = hydrated(run, release, tmp_path, 1)
    home = tmp_path / "home"
    assert found["no_text"] == ["picture.jpg"]
    [each] = found["still_withheld"]
    assert (each["doc_id"], each["candidates"][0]["file"]) == ("one", "one.html")
    assert 0 < each["candidates"][0]["coverage"] < 0.1
    status = {row["doc_id"]: row["text_status"] for row in rows(home, "documents")}
    assert status == {"one": "withheld", "open": "included", "two": "included"}
    assert list(json.loads((home / "withheld.json").read_text())["documents"]) == ["one"]
    assert run("verify", home)[0] == 0
    (tmp_path / "texts/one.html").unlink()
    assert hydrated(run, release, tmp_path, 1)["still_withheld"][0]["candidates"] == []
    half = TEXTS["one"][:1200]
    (tmp_path / "texts/left.txt").write_text(half + "¤ left", encoding="utf-8")
    (tmp_path / "texts/right.txt").write_text(half + "¤ right", encoding="utf-8")
    assert "several files" in hydrated(run, release, tmp_path, 1)["still_withheld"][0]["reason"]
    (tmp_path / "texts/right.txt").write_text(half + "¤ left", encoding="utf-8")
    assert hydrated(run, release, tmp_path)["filled_in"][0]["file"] == "left.txt"


def test_what_was_hydrated_in_part_is_hydrated_on(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    release = released(corpus, run, tmp_path)
    (tmp_path / "texts/one.html").rename(tmp_path / "one.html")
    hydrated(run, release, tmp_path, 1)
    (tmp_path / "home").rename(tmp_path / "half")
    (tmp_path / "one.html").rename(tmp_path / "texts/one.html")
    found = hydrated(run, tmp_path / "half", tmp_path)
    assert [each["doc_id"] for each in found["filled_in"]] == ["one"]
    at_once = json.loads((tmp_path / "home/manifest.json").read_text())["configs"]
    hydrated(run, release, tmp_path)
    assert json.loads((tmp_path / "home/manifest.json").read_text())["configs"] == at_once


def test_nothing_is_replaced_that_is_no_hydrated_release(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    release = released(corpus, run, tmp_path)
    before = files_of(release)
    other = tmp_path / "letters"
    other.mkdir()
    (other / "letter.txt").write_text("Dear Ilda", encoding="utf-8")
    for out in (release, other):
        status, _, err = run("hydrate", release, "--texts", tmp_path / "texts", "--out", out)
        assert (status, "choose another" in err) == (2, True)
    assert files_of(release) == before
    shutil.rmtree(tmp_path / "texts")
    (tmp_path / "texts").mkdir()
    status, _, err = run("hydrate", release, "--texts", tmp_path / "texts", "--out", tmp_path / "home")
    assert (status, "nothing was written" in err, (tmp_path / "home").exists()) == (1, True, False)
    status, _, err = run("hydrate", release, "--texts", tmp_path / "nowhere", "--out", tmp_path / "home")
    assert (status, "no such folder" in err) == (3, True)
    (release / "withheld.json").write_text("{}", encoding="utf-8")
    status, _, err = run("hydrate", release, "--texts", tmp_path / "texts", "--out", tmp_path / "home")
    assert (status, "is not what the manifest says" in err) == (3, True)


def everything_in(folder: Path) -> str:
    """Return all that the files of a release say, the rows of its shards included."""
    shown = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.*") if path.suffix != ".parquet")
    for config in sorted(path.name for path in folder.iterdir() if path.is_dir()):
        shown += json.dumps(rows(folder, config), default=str, ensure_ascii=False)
    return shown


def test_no_run_of_the_words_is_in_the_release_and_no_digest_of_a_short_string(
    corpus: Corpus, run: Run, tmp_path: Path
) -> None:
    release = released(corpus, run, tmp_path)
    shown = everything_in(release) + "".join(
        path.read_text(encoding="utf-8") for path in (tmp_path / "corpus").rglob("*.*") if path.is_file()
    )
    for text in TEXTS.values():
        words = text.split()
        assert [n for n in range(len(words) - 2) if " ".join(words[n : n + 3]) in shown] == []
    for name, record in json.loads((release / "withheld.json").read_text())["documents"].items():
        assert schemafile.problems(record, "withheld") == []
        starts = [int(entry.split(" ")[0]) for entry in record["windows"]]
        assert starts == sorted(set(starts))
        assert all(0 <= start <= len(TEXTS[name]) - windows.LENGTH for start in starts)
        assert windows.of_record(record).fit(TEXTS[name])


def test_windows_of_another_text_are_a_finding(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    released(corpus, run, tmp_path)
    path = tmp_path / "corpus/withheld/one.json"
    record = json.loads(path.read_text())
    record["windows"][3] = f"{record['windows'][3].split(' ')[0]} {'0' * 32}"
    path.write_text(json.dumps(record), encoding="utf-8")
    assert run("validate", tmp_path / "corpus")[0] == 0
    shutil.copy(tmp_path / "texts/one.html", tmp_path / "corpus/raw/one.txt")
    status, out, err = run("validate", tmp_path / "corpus")
    assert (status, "error[E117]" in out + err) == (1, True)


# A release of the documents under some licences.


def test_a_subset_by_licence_names_what_it_leaves_out(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"raw/{name}.txt": f"A text called {name}.\n" for name in ("a", "b", "c", "d")}
    files["raw/metadata.csv"] = "doc_id,license\na,CC-BY-4.0\nb,cc0-1.0\nc,all rights reserved\n"
    root = corpus(files)
    out = tmp_path / "dist"
    status, shown, err = run("build", root, "--out", out, "--license", "cc-by-4.0, CC0-1.0")
    assert status == 0, err
    assert "left out by licence: 2 documents (1 all rights reserved, 1 no licence known)" in shown
    assert [row["doc_id"] for row in rows(out / "dev", "documents")] == ["a", "b"]
    facts = json.loads((out / "dev/manifest.json").read_text(encoding="utf-8"))
    assert facts["subset"] == {
        "licenses": ["cc-by-4.0", "cc0-1.0"],
        "left_out": [{"document": "c", "license": "all rights reserved"}, {"document": "d", "license": None}],
    }
    assert {entry["path"] for entry in facts["inputs"]} & {"raw/c.txt", "raw/d.txt"} == set()
    assert "Documents under other licences: 2" in (out / "dev/README.md").read_text(encoding="utf-8")
    assert run("verify", out / "dev")[0] == 0
    before = files_of(out)
    (root / "corpus.toml").write_text('[articles]\nlicenses = ["cc0-1.0", "cc-by-4.0"]\n', encoding="utf-8")
    assert run("build", root, "--out", tmp_path / "again")[0] == 0
    again = files_of(tmp_path / "again")
    told = {"dev/manifest.json", "dev/README.md", ".state/dev.json"}
    assert {name for name in before if before[name] != again[name]} <= told
    assert run("build", root, "--out", out, "--license", "cc0-1.0")[0] == 0
    assert [row["doc_id"] for row in rows(out / "dev", "documents")] == ["b"]
    status, _, err = run("build", root, "--out", out, "--license", "cc-by-4")
    assert (status, "did you mean 'cc-by-4.0'" in err) == (2, True)
    (root / "corpus.toml").write_text('[articles]\nlicenses = ["mit"]\n', encoding="utf-8")
    status, _, err = run("build", root, "--out", out)
    assert (status, "no document is under any of them" in err) == (2, True)


# The corpus that comes with it, where its withheld article is at hand.


@pytest.fixture
def own_copy(tmp_path: Path) -> Path:
    """A folder with the withheld article, which lies in corpus/raw/ only where somebody has put an own copy of it."""
    article = ROOT / "corpus/raw/militia-revenge-2021.txt"
    if not article.is_file():
        pytest.skip("the withheld article is not at hand")
    (tmp_path / "texts").mkdir()
    return Path(shutil.copy(article, tmp_path / "texts")).parent


def test_the_article_of_the_corpus_from_its_own_file_and_from_an_edited_copy(
    own_copy: Path, run: Run, tmp_path: Path
) -> None:
    assert run("build", ROOT / "corpus", "--out", tmp_path / "dist")[0] == 0
    release, home = tmp_path / "dist/dev", tmp_path / "home"
    found = hydrated(run, release, tmp_path)
    assert all(counts["in"] == counts["exact"] for counts in found["items"].values())
    doc_id = found["filled_in"][0]["doc_id"]
    row = next(row for row in rows(home, "documents") if row["doc_id"] == doc_id)
    text = row["text"]
    words = text.split()
    shown = everything_in(release)
    assert [n for n in range(len(words) - 5) if " ".join(words[n : n + 6]) in shown] == []
    path = next(path for path in own_copy.rglob("*") if path.is_file())
    raw = path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    for number in range(3):
        new, origin = edited(text, number)
        path.write_bytes((new + raw[len(text) :]).encode())
        found = hydrated(run, release, tmp_path)
        assert found["filled_in"][0]["found_by"] == "windows"
        print(check_places(release, home, doc_id, origin, complete=True), found["items"])
        check_balance(release, home, found)
        row = next(row for row in rows(home, "documents") if row["doc_id"] == doc_id)
        assert row["text"] == new
