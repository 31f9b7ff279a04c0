"""The card of a release: its words, its numbers, its pictures, its examples, and nothing that a name can smuggle in."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import re
import shutil
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow.parquet as pq
import pytest
import yaml

from standoff import build, card, verify
from standoff.card import citation, frontmatter, markdown, plots, statistics, svg
from standoff.corpus.config import Dataset
from standoff.files import vocabularies
from standoff.release import manifest
from test_build import ARTICLE, NATIVE, files_of, rows, small_corpus

from conftest import ROOT, Run

Corpus = Callable[[dict[str, str | bytes]], Path]
SVG = "{http://www.w3.org/2000/svg}"

SETTINGS = """
[corpus]
name = "small"
title = "Small & <b>bold</b>"
license = "cc-by-4.0"
languages = ["en"]
version = "1.2.0"
release_date = "2031-04-01"
authors = ["Ilda Voren", "The Doliv project"]
tags = ["sorn"]
[card]
direct_use = "To try things **out**."
annotators = "Two students."
glossary = { Column = "a militia" }
[annotations]
publish = ["a1", "a2"]
"""
SECOND = {**NATIVE, "stance": [{**NATIVE["stance"][0], "label": "FAVOR"}]}


def built(parent: Path, files: dict[str, str | bytes]) -> Path:
    """Build a corpus of some files; returns the release."""
    for name, content in files.items():
        path = parent / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    outcome = build.build(parent / "corpus", parent / "out")
    assert outcome.release is not None, outcome.findings
    return outcome.release


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small corpus with a second annotator on one document, built once and only read."""
    papers = {"GUIDELINES.md": "# Guidelines\n", "CHANGELOG.md": "# Changelog\n"}
    extra = {"corpus.toml": SETTINGS, "annotations/a2/native.json": json.dumps(SECOND), **papers}
    return built(tmp_path_factory.mktemp("card"), {**small_corpus(), **extra})


@pytest.fixture(scope="module")
def text(release: Path) -> str:
    return (release / "README.md").read_text(encoding="utf-8")


def front(text: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text.split("---\n")[1])
    return found


@pytest.mark.parametrize(
    ("line", "place", "said"),
    [
        ('license = "CC BY 4.0"', "2:1", "corpus.license: found 'CC BY 4.0' (did you mean 'cc-by-4.0'?)"),
        ('license = "apache2"', "2:1", "(did you mean 'apache-2.0'?)"),
        ('license = "other"', "2:1", "wants a license_name"),
        ('license_name = "house"', "2:1", "only for license = 'other'"),
        ('languages = ["en", "qqq"]', "2:1", "corpus.languages.1: found 'qqq'"),
        ('languages = ["english"]', "2:1", "corpus.languages.0"),
        ('task_categories = ["token-clasification"]', "2:1", "(did you mean 'token-classification'?)"),
        ('task_ids = ["stance-detection"]', "2:1", "expected a task id of the Hub"),
        ('annotations_creators = ["experts"]', "2:1", "expert-generated"),
        ('language_creators = ["no-annotation"]', "2:1", "expected one of"),
        ('multilinguality = "monolangual"', "2:1", "(did you mean 'monolingual'?)"),
        ('source_datasets = ["a b"]', "2:1", "corpus.source_datasets.0"),
    ],
)
def test_a_word_that_the_hub_does_not_know_is_an_error_with_its_place(
    corpus: Corpus, run: Run, line: str, place: str, said: str
) -> None:
    root = corpus({"corpus.toml": f"[corpus]\n{line}\n", "raw/one.txt": "A text.\n"})
    status, out, err = run("validate", root)
    assert status == 2
    assert f"corpus.toml:{place}: " in out + err
    assert said in out + err


def test_an_unknown_key_of_the_card_is_named(corpus: Corpus, run: Run) -> None:
    root = corpus({"corpus.toml": '[card]\nanotators = "x"\n', "raw/one.txt": "A text.\n"})
    status, out, err = run("validate", root)
    assert status == 2
    assert "did you mean 'annotators'?" in out + err


def test_vocabularies_know_what_the_card_computes() -> None:
    words = vocabularies.load()
    assert {"en", "de", "arz", "cop", "sla"} <= vocabularies.languages()
    assert not {"xx", "english", ""} & vocabularies.languages()
    ids = {name for known in words["tasks"].values() for name in known}
    assert {task for task, _ in frontmatter.TASKS.values() if task} <= ids
    assert vocabularies.license_url("cc-by-4.0") == "https://spdx.org/licenses/CC-BY-4.0"
    assert vocabularies.license_url("cc") is None
    assert all(name == name.lower() for name in words["licenses"])


@pytest.mark.parametrize(
    ("rows", "category"),
    [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10**6, "1M<n<10M"), (10**12 - 1, "100B<n<1T"), (10**12, "n>1T")],
)
def test_size_categories(rows: int, category: str) -> None:
    assert frontmatter.size_category(rows) == category


def test_front_matter_is_computed_and_the_hub_s_own_reader_takes_it(release: Path, text: str) -> None:
    from datasets.info import DatasetInfosDict
    from datasets.utils.metadata import MetadataConfigs
    from huggingface_hub import DatasetCard

    found = front(text)
    assert found["pretty_name"] == "Small & <b>bold</b>"
    assert (found["language"], found["multilinguality"]) == (["en"], ["monolingual"])
    assert found["size_categories"] == ["n<1K"]
    assert found["source_datasets"] == ["original"]
    assert found["task_categories"] == ["token-classification", "text-classification"]
    assert "named-entity-recognition" in found["task_ids"]
    assert {"sorn", "event-extraction", "stance-detection", "relation-extraction"} <= set(found["tags"])
    data = DatasetCard.load(release / "README.md", ignore_metadata_errors=False).data
    configs = MetadataConfigs.from_dataset_card_data(data)
    assert list(configs) == list(DatasetInfosDict.from_dataset_card_data(data))
    assert configs["documents"]["default"] is True


def test_tasks_come_only_from_layers_that_have_rows(tmp_path: Path) -> None:
    one = built(tmp_path, {"corpus.toml": "", "raw/one.txt": ARTICLE})
    found = front((one / "README.md").read_text(encoding="utf-8"))
    assert not {"task_ids", "task_categories", "language", "license"} & set(found)
    assert found["tags"] == ["stand-off-annotation", "news"]
    assert verify.verify(one) == []


def test_every_section_of_the_template_is_there(text: str) -> None:
    wanted = [
        "## Dataset Details", "### Dataset Description", "## Uses", "### Direct Use", "### Out-of-Scope Use",
        "## Dataset Structure", "## Dataset Creation", "### Curation Rationale", "### Source Data",
        "#### Data Collection and Processing", "#### Who are the source data producers?", "### Annotations",
        "#### Annotation process", "#### Who are the annotators?", "#### Personal and Sensitive Information",
        "## Bias, Risks, and Limitations", "### Recommendations", "## Citation", "## Glossary", "## More Information",
        "## Dataset Card Contact",
    ]  # fmt: skip
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert [heading for heading in headings if heading in wanted] == wanted
    assert "### Direct Use\n\nTo try things **out**.\n" in text
    assert f"### Curation Rationale\n\n{markdown.NOT_DOCUMENTED}\n" in text
    assert "- **Column:** a militia\n" in text
    assert "Annotated by a1, a2.\n\n```python\nfrom datasets import load_dataset\n" in text
    assert "- **Guidelines:** [GUIDELINES.md](GUIDELINES.md)\n" in text
    assert "- [CHANGELOG.md](CHANGELOG.md) lists" in text and "DATASHEET.md" not in text


def test_what_the_card_links_to_lies_beside_it(release: Path, text: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", text.split("---\n", 2)[2])
    assert {"GUIDELINES.md", "CHANGELOG.md"} < set(links)
    assert [link for link in links if not (release / link).is_file()] == []
    assert (release / "GUIDELINES.md").read_bytes() == b"# Guidelines\n"
    assert {"GUIDELINES.md", "CHANGELOG.md"} < set(manifest.read(release)["files"])


def test_every_example_runs_and_shows_something(release: Path, text: str, tmp_path: Path) -> None:
    programs = [block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "load_dataset" in block]
    facts = manifest.read(release)
    assert len(programs) - 1 == len(facts["configs"]) == 10
    for program in programs:
        here = program.replace("path/to/small", str(release)).replace('")\n', f'", cache_dir="{tmp_path}")\n', 1)
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            exec(compile(here, "example", "exec"), {})
        assert shown.getvalue().strip(), program


def table_under(text: str, heading: str) -> dict[str, list[str]]:
    """Return the first table after a heading, by its first column."""
    lines = text[text.index(heading) :].splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("|"))
    found = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            return found
        name, *cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        found[name] = cells
    return found


def test_numbers_are_those_of_the_rows(release: Path, text: str) -> None:
    train, test = rows(release, "spans"), rows(release, "spans", "test")
    kinds = [Counter(row["kind"] for row in each) for each in (train, test)]
    shown = table_under(text, "<summary>Numbers: kinds of spans")
    for kind in kinds[0] | kinds[1]:
        total = kinds[0][kind] + kinds[1][kind]
        share = f"{100 * total / (len(train) + len(test)):.1f}%"
        assert shown[kind] == [str(kinds[0][kind]), str(kinds[1][kind]), str(total), share]
    roles = Counter(
        argument["role"]
        for split in ("train", "test")
        for row in rows(release, "events", split)
        for argument in row["arguments"]
    )
    assert {name: int(cells[2]) for name, cells in table_under(text, "<summary>Numbers: roles of arg").items()} == roles
    documents = table_under(text, "### Statistics")
    assert documents["documents"] == ["2", "1", "3"]
    characters = sum(len(str(text)) for name, text in small_corpus().items() if name.endswith(".txt"))
    assert documents["characters"][2] == f"{characters:,}"
    tokens = sum(len(row["tokens"]) for split in ("train", "test") for row in rows(release, "ner", split))
    assert documents["tokens"][2] == str(tokens)
    assert table_under(text, "<summary>Numbers: documents by publisher")["*not known*"][2] == "2"


def test_agreement_is_there_only_where_two_annotators_shared_a_document(text: str, tmp_path: Path) -> None:
    assert "#### Agreement" in text
    assert table_under(text, "#### Agreement")["stance: holder and target F1"][0] == "1.000"
    alone = built(tmp_path, small_corpus())
    assert "Agreement" not in (alone / "README.md").read_text(encoding="utf-8")
    assert not (alone / "plots/agreement.svg").exists()


def test_many_shared_documents_are_compared_on_some_and_the_card_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standoff.card.statistics.MOST_COMPARED", 1)
    monkeypatch.setattr("standoff.card.figures.MOST_COMPARED", 1)
    second = {f"annotations/a2/{name}.json": json.dumps({**SECOND, "doc_id": name}) for name in ("native", "other")}
    release = built(tmp_path, {**small_corpus(), "corpus.toml": SETTINGS, **second})
    text = (release / "README.md").read_text(encoding="utf-8")
    assert "Here 1 of the 2 shared documents are compared" in text
    assert {cells[2] for cells in table_under(text, "#### Agreement").values()} == {"1"}


def test_coverage_counts_documents_an_annotator_and_layer(text: str) -> None:
    shown = table_under(text, "<summary>Numbers: annotators and layers")
    assert shown["a1"][0] == "3"
    assert shown["a2"] == ["1"] * 7


def test_pictures_are_well_formed_named_described_and_in_the_card(release: Path, text: str) -> None:
    paths = sorted((release / "plots").glob("*.svg"))
    referenced = re.findall(r"!\[((?:[^\]\\]|\\.)+)\]\((plots/[a-z-]+\.svg)\)", text)
    assert sorted(path for _, path in referenced) == [f"plots/{path.name}" for path in paths]
    assert all(len(alternative) > 20 for alternative, _ in referenced)
    for path in paths:
        root = ET.parse(path).getroot()
        assert root.tag == f"{SVG}svg"
        assert (root.get("role"), root.get("aria-labelledby")) == ("img", "title description")
        assert [each.get("id") for each in root[:2]] == ["title", "description"]
        assert [each.tag for each in root[:2]] == [f"{SVG}title", f"{SVG}desc"]
        assert all(each.text for each in root.iter(f"{SVG}text"))
        assert {each.tag for each in root.iter()} <= {
            f"{SVG}{name}" for name in ("svg", "title", "desc", "style", "rect", "text", "path")
        }


HOSTILE = '<script>alert("x")</script> | `a` [b](http://c) *d* $e$ &lt; \u202e_f_ \x07'


def test_names_and_labels_cannot_break_out_of_card_and_pictures(tmp_path: Path) -> None:
    native = json.dumps(NATIVE).replace('"CAUSE"', json.dumps(HOSTILE)).replace('"AGAINST"', json.dumps(HOSTILE))
    files = {
        **small_corpus(),
        "corpus.toml": f"[corpus]\ntitle = {json.dumps(HOSTILE)}\ncitation = '@misc{{x, note={{```}}}}'\n",
        "annotations/a1/native.json": native,
        "raw/metadata.csv": f'doc_id,publisher,title\nbrat,"{HOSTILE.replace(chr(34), chr(34) * 2)}",x\n',
    }
    release = built(tmp_path, files)
    body = (release / "README.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    prose = re.sub(r"(?ms)^(`{3,}).*?^\1$", "", body)
    assert "<script" not in prose
    assert "](http://c)" not in re.sub(r"\\.", "", prose)
    assert "\u202e" not in prose
    for block in re.findall(r"(?m)(?:^\|.*\n)+", prose):
        lines = [len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()]
        assert len(set(lines)) == 1, block
    assert "````bibtex\n@misc{x, note={```}}\n````" in body
    for path in (release / "plots").glob("*.svg"):
        assert {each.tag.removeprefix(SVG) for each in ET.parse(path).getroot().iter()} <= {
            "svg", "title", "desc", "style", "rect", "text", "path",
        }  # fmt: skip
    assert "&lt;script&gt;" in (release / "plots/labels-stance.svg").read_text(encoding="utf-8")
    assert verify.verify(release) == []


def test_nothing_in_the_card_comes_from_clock_or_folder(release: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(release, tmp_path / "elsewhere"))
    described = card.describe(copy, manifest.read(copy))
    assert {name: content for name, content in files_of(release).items() if name in described} == described
    assert set(described) >= {"README.md", "croissant.json", "CITATION.cff", "plots/coverage.svg"}


@pytest.mark.parametrize("name", ["README.md", "croissant.json", "CITATION.cff", "plots/coverage.svg"])
def test_verify_makes_each_file_again(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Damage that the manifest covers up, as somebody would who writes a number by hand."""
    monkeypatch.setattr(verify, "_loads", lambda *arguments: iter(()))
    copy = Path(shutil.copytree(release, tmp_path / "copy"))
    path = copy / name
    path.write_bytes(path.read_bytes() + b"\n")
    facts = manifest.read(copy)
    facts["files"] = manifest.file_digests(copy)
    (copy / manifest.FILE).write_bytes(manifest.written(facts))
    assert [(finding.code, finding.path) for finding in verify.verify(copy)] == [("E156", name)]


def test_a_withheld_text_leaves_no_word_in_what_describes_the_release(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    secret = "Zefram bridge shelled\n\nKASSAR — Gunners shelled Tornhul.\n"
    native = {"version": 1, "doc_id": "secret", "layers": ["spans"],
              "spans": [{"id": "m1", "kind": "mention", "label": "PERSON", "exact": "Zefram"}]}  # fmt: skip
    root = corpus(
        {
            "corpus.toml": '[articles]\nwithhold = ["secret"]\n',
            "raw/secret.txt": secret,
            "raw/open.txt": "An open text.\n",
            "raw/metadata.csv": "doc_id,title\nsecret,Zefram speaks\n",
            "annotations/a1/secret.json": json.dumps(native),
        }
    )
    assert run("anchor", root, "--write")[0] == 0
    assert run("build", root, "--out", tmp_path / "out")[0] == 0
    release = tmp_path / "out/dev"
    for name in card.describe(release, manifest.read(release)):
        shown = (release / name).read_text(encoding="utf-8")
        assert not [word for word in ("Zefram", "Gunners", "Tornhul", "KASSAR") if word in shown], name
    text = (release / "README.md").read_text(encoding="utf-8")
    assert "Of 2 documents, 1 has its text withheld" in text
    assert table_under(text, "### Statistics")["characters"] == ["14", "14"]


def test_citation_is_stated_or_made(release: Path, text: str) -> None:
    assert "author = {{Ilda Voren} and {The Doliv project}}" in text
    assert citation.bibtex(Dataset("x", citation=" @misc{y}\n")) == "@misc{y}"
    assert citation.cff(Dataset("x")) is None
    cff = yaml.safe_load((release / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cff["type"], cff["license"], cff["version"]) == ("dataset", "CC-BY-4.0", "1.2.0")
    assert cff["authors"] == [{"name": "Ilda Voren"}, {"name": "The Doliv project"}]


def test_citations_are_valid_by_the_schema_of_the_format(release: Path) -> None:
    """The schema of Citation File Format 1.2.0 comes with cffconvert: `pip install --no-deps cffconvert`.

    cffconvert itself wants an older jsonschema than Standoff, and is not run.
    """
    package = importlib.util.find_spec("cffconvert")
    if package is None or package.origin is None:
        pytest.skip("cffconvert, which has the schema, is not installed")
    schema = json.loads((Path(package.origin).parent / "schemas/1.2.0/schema.json").read_text(encoding="utf-8"))
    odd = Dataset("x", authors=["A", "A", ""], tags=["t", "t"], homepage="by post", license="cdla-permissive-2.0")
    files = [(release / "CITATION.cff").read_bytes(), (ROOT / "CITATION.cff").read_bytes(), citation.cff(odd) or b""]
    licensed = [Dataset("x", authors=["A"], license=name) for name in vocabularies.load()["licenses"]]
    files += [citation.cff(dataset) or b"" for dataset in licensed]
    for data in files:
        jsonschema.validate(yaml.load(data, yaml.BaseLoader), schema)


def test_months_become_years_and_years_decades_where_there_are_many() -> None:
    days = {"2031-01": Counter(train=1), "2032-12": Counter(train=2), "": Counter(train=3)}
    assert list(statistics._periods(days))[:2] == ["2031-01", "2031-02"]
    assert len(statistics._periods(days)) == 25
    longer = statistics._periods({**days, "2033-01": Counter(test=1)})
    assert {name: counts.total() for name, counts in longer.items()} == {"2031": 1, "2032": 2, "2033": 1, "": 3}
    ages = statistics._periods({"1801-05": Counter(train=1), "1899-05": Counter(train=4)})
    plot = plots._periods(statistics.Numbers(["train"], periods=ages))
    assert plot and "decade" in plot.alternative and "1890 4" in plot.alternative


def test_long_tables_and_bars_end_in_the_rest() -> None:
    counts = {f"L{number:03}": Counter(train=200 - number) for number in range(150)}
    numbers = statistics.Numbers(["train"], labels={"Events": counts})
    section = card.statistics_section(numbers)
    rest = sum(200 - number for number in range(99, 150))
    assert f"| 51 others | {rest:,} | {rest:,} |" in section
    assert "131 others" in plots.draw(numbers)["labels-events"].content


def test_wide_letters_take_more_room_and_long_names_are_cut() -> None:
    assert svg.text_width("日本") > svg.text_width("ab")
    assert svg.shortened("x" * 200).endswith("…")
    assert svg.text_width(svg.shortened("x" * 200)) <= 260


def test_the_corpus_that_comes_with_it_documents_itself(tmp_path: Path) -> None:
    outcome = build.build(ROOT / "corpus", tmp_path)
    assert outcome.release is not None
    shown = (outcome.release / "README.md").read_text(encoding="utf-8")
    assert markdown.NOT_DOCUMENTED not in shown
    assert "DATASHEET.md" in shown
    spans = sum(pq.read_metadata(path).num_rows for path in (outcome.release / "spans").glob("*.parquet"))
    assert f"{spans:,} in the published annotations" in (
        outcome.release / "plots/labels-kinds-of-spans.svg"
    ).read_text(encoding="utf-8")
