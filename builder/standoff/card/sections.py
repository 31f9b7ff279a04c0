"""The sections of the card that come from corpus.toml and the manifest, with the headings of the Hub's template."""

from __future__ import annotations

from typing import Any

from standoff.card import citation, markdown, structure
from standoff.card.frontmatter import languages_of, rows_of
from standoff.card.markdown import escape, prose
from standoff.card.statistics import Numbers
from standoff.checks.codes import CODES
from standoff.corpus.config import Dataset
from standoff.files import vocabularies
from standoff.release import manifest
from standoff.spelling import counted

GLOSSARY = {
    "stand-off annotation": "annotation kept beside the text, which it points into by offset",
    "layer": "one kind of annotation: spans, entities, events, attributions, stance, relations",
    "mention": "a span that refers to an entity; an entity has one or more",
    "trigger": "the word that expresses an event",
    "attribution": "who says what: a source, a cue such as `said`, and the content",
    "factuality": "how sure a source is that an event happened, or did not",
    "stance": "for or against: of a holder, towards a target",
    "gold": "what was adjudicated; `a1`, `a2` … are the annotators",
    "story": "the articles that tell one story; a story is never divided between splits",
}
"""Words that every card uses."""

_NOUNS = {
    "documents": ("document", "documents"), "spans": ("span", "spans"), "entities": ("entity", "entities"),
    "events": ("event mention", "event mentions"), "attributions": ("attribution", "attributions"),
    "stance": ("stance", "stances"), "relations": ("relation", "relations"),
}  # fmt: skip
"""Config -> what one of its rows is called where they are counted."""

PAPERS = {
    "DATASHEET.md": "answers the questions of Datasheets for Datasets.",
    "GUIDELINES.md": "is what the annotators worked by.",
    "CHANGELOG.md": "lists what changed between the versions.",
    "scheme.toml": "has the inventory: labels, roles and values, with their descriptions.",
}
"""Paper of the corpus that may lie in a release -> what the card says of it."""


def details(facts: dict[str, Any], dataset: Dataset, numbers: Numbers) -> str:
    """Return what the dataset is, who made it, where it lives, and which release this is."""
    card = dataset.card
    described = {
        "Curated by": card.get("curated_by") or ", ".join(map(escape, dataset.authors)),
        "Funded by": card.get("funded_by"),
        "Shared by": card.get("shared_by"),
        "Languages": ", ".join(map(_language, languages_of(dataset, numbers))),
        "Licence": _license(dataset),
    }
    sources = {
        "Home": escape(dataset.homepage or ""),
        "Repository": card.get("repository"),
        "Paper": card.get("paper"),
        "Demo": card.get("demo"),
    }
    parts = ["## Dataset Details\n", "### Dataset Description\n", prose(dataset.description) + "\n"]
    parts += [_at_a_glance(facts, numbers), _listed(described)]
    if any(sources.values()):
        parts += ["### Dataset Sources\n", _listed(sources)]
    return "\n".join([*parts, "### This release\n", _release(facts, dataset)])


def _at_a_glance(facts: dict[str, Any], numbers: Numbers) -> str:
    """Return how much there is, by whom, and the lines that load it."""
    rows = {name: rows_of(facts, name) for name in _NOUNS if name in facts["configs"]}
    counted = [f"{count:,} {_NOUNS[name][count != 1]}" for name, count in rows.items()]
    who = [escape(name) for name in numbers.coverage]
    by = f" Annotated by {', '.join(who)}." if who else ""
    return f"{', '.join(counted)}.{by}\n\n{markdown.fence(structure.loading(facts), 'python')}"


def _release(facts: dict[str, Any], dataset: Dataset) -> str:
    built = facts["built_with"]
    inferred = facts["scheme"]["inferred"]
    rows = {
        "Version": escape(dataset.version or ""),
        "Released": escape(dataset.release_date or ""),
        "Content digest": f"`{facts['content_digest']}`",
        "Built with": f"Standoff {built['standoff']}, pyarrow {built['pyarrow']}, row schema {built['schema']}",
        "Inputs": f"{counted(len(facts['inputs']), 'file')}, digest `{manifest.inputs_digest(facts)}`",
        "Labels": "inferred from the annotations; there is no scheme.toml" if inferred else "declared in scheme.toml",
        "Only documents under": escape(", ".join(facts["subset"]["licenses"])) if "subset" in facts else "",
        "Not for publication": "" if facts["publishable"] else "withheld texts are filled in",
    }
    return _listed(rows)


def uses(dataset: Dataset) -> str:
    """Return what the dataset is for, and what it is not for."""
    card = dataset.card
    return (
        f"## Uses\n\n### Direct Use\n\n{prose(card.get('direct_use'))}\n\n"
        f"### Out-of-Scope Use\n\n{prose(card.get('out_of_scope_use'))}\n"
    )


def sources(dataset: Dataset, numbers: Numbers) -> str:
    """Return why the dataset was made, and where its articles come from."""
    card = dataset.card
    withheld = numbers.total - numbers.documents["with text"].total() if numbers.documents else 0
    parts = [
        f"## Dataset Creation\n\n### Curation Rationale\n\n{prose(card.get('curation_rationale'))}\n",
        f"### Source Data\n\n#### Data Collection and Processing\n\n{prose(card.get('source_data'))}\n",
    ]
    if withheld:
        have = "has its" if withheld == 1 else "have their"
        parts.append(
            f"Of {counted(numbers.total, 'document')}, {withheld:,} {have} text withheld: offsets, labels and "
            "digests are here, the words are not. [How to read the columns](#how-to-read-the-columns) says how to join "
            "them with a copy of one's own.\n"
        )
    return "\n".join([*parts, f"#### Who are the source data producers?\n\n{prose(card.get('source_producers'))}\n"])


def annotation(dataset: Dataset, *, has_guidelines: bool) -> str:
    """Return how the dataset was annotated, and by whom."""
    card = dataset.card
    named = {"Tools": "annotation_platform", "Programs and models": "machine_annotation_tools"}
    guidelines = "[GUIDELINES.md](GUIDELINES.md)" if has_guidelines else ""
    tools = _listed({"Guidelines": guidelines, **{name: card.get(key) for name, key in named.items()}})
    return (
        f"### Annotations\n\n#### Annotation process\n\n{prose(card.get('annotation_process'))}\n\n"
        f"{tools}{tools and chr(10)}#### Who are the annotators?\n\n{prose(card.get('annotators'))}\n"
    )


def risks(facts: dict[str, Any], dataset: Dataset) -> str:
    """Return personal information, biases and limits as stated, and what the build itself knows to be missing."""
    card = dataset.card
    stated = [card[key].strip() for key in ("biases", "limitations", "social_impact") if card.get(key)]
    parts = [
        f"#### Personal and Sensitive Information\n\n{prose(card.get('personal_information'))}\n",
        "## Bias, Risks, and Limitations\n\n" + ("\n\n".join(stated) or markdown.NOT_DOCUMENTED) + "\n",
    ]
    lines = left_out(facts)
    if lines:
        parts.append("### What is left out, and what is doubtful\n\n" + "\n".join(lines) + "\n")
    return "\n".join([*parts, f"### Recommendations\n\n{prose(card.get('recommendations'))}\n"])


def left_out(facts: dict[str, Any]) -> list[str]:
    """Return a line for each reason for which something is not in the release, or is not as it should be."""
    lines = []
    if facts["left_out"]["ner"]:
        reasons = ", ".join(f"{count:,} {escape(reason)}" for reason, count in facts["left_out"]["ner"].items())
        lines.append(
            f"- Mentions that the flat tags of `ner` cannot show: {reasons}. They are in `spans` and `entities`."
        )
    lines += [
        f"- By the corpus's own scheme: {escape(rule)}: {count:,}."
        for rule, count in facts["left_out"]["mapped"].items()
    ]
    lines += [
        f"- In the annotation files, and not taken over: {escape(what)}: {count:,} document{'s' * (count != 1)}."
        for what, count in facts["left_out"].get("unread", {}).items()
    ]
    lines += _left_out_documents(facts)
    if facts["not_annotated"]:
        lines.append(f"- Documents without annotations: {len(facts['not_annotated']):,}.")
    if facts.get("excluded"):
        lines.append(
            f"- Items left out because of known faults: {len(facts['excluded']):,}, each named in `manifest.json` "
            f"under `excluded`; items that stay without a part of them: {len(facts['shortened']):,}."
        )
    for key, what in (("waived", "Known faults, left as they are"), ("findings", "Warnings of the checks")):
        if facts.get(key):
            lines.append(f"- {what}:")
            lines += [f"  - {_code(code)}: {count:,}" for code, count in facts[key].items()]
    return lines


def _left_out_documents(facts: dict[str, Any]) -> list[str]:
    """Return what is said of documents that are not there, or not whole: because of a licence, or of an own copy."""
    lines = []
    if "subset" in facts:
        count = len(facts["subset"]["left_out"])
        lines.append(f"- Documents under other licences: {count:,}, each named in `manifest.json` under `subset`.")
    if "hydrated" in facts:
        found = facts["hydrated"]
        lines.append(
            f"- Withheld texts that `standoff hydrate` filled in: {found['filled_in']}, not found: "
            f"{found['still_withheld']}. Annotations without a sure place in these copies: {found['left_out']}, each "
            "named in `hydration.json`."
        )
    return lines


def _code(code: str) -> str:
    meaning = CODES[code].sentence.rstrip(".") if code in CODES else ""
    return f"`{code}` ({escape(meaning)})" if meaning else f"`{escape(code)}`"


def closing(dataset: Dataset, papers: list[str]) -> str:
    """Return citation, glossary, further information, authors and contact; `papers` are those of the release."""
    card = dataset.card
    terms = _listed({name: escape_term(text) for name, text in {**GLOSSARY, **card.get("glossary", {})}.items()})
    parts = [
        f"## Citation\n\n{markdown.fence(citation.bibtex(dataset), 'bibtex')}",
        f"## Glossary\n\n{terms}",
        f"## More Information\n\n{_more(card, papers)}",
    ]
    if card.get("card_authors"):
        parts.append(f"## Dataset Card Authors\n\n{', '.join(map(escape, card['card_authors']))}\n")
    parts.append(f"## Dataset Card Contact\n\n{prose(card.get('contact') or escape(dataset.homepage or ''))}\n")
    return "\n".join(parts)


def escape_term(text: str) -> str:
    """Return the meaning of a term on one line; it is the maker's own text, and may use Markdown."""
    return " ".join(text.split())


def _more(card: dict[str, Any], papers: list[str]) -> str:
    lines = [card[key].strip() + "\n" for key in ("maintenance", "more_information") if card.get(key)]
    lines.append(
        "`manifest.json` has the SHA-256 of every file and of every input, `croissant.json` describes files and "
        "columns to machines. `standoff verify` proves them all. Every number in this card was counted in the "
        "shards.\n"
    )
    if papers:
        lines += ["Beside this card:\n", *(f"- [{name}]({name}) {PAPERS[name]}" for name in papers), ""]
    return "\n".join(lines)


def _language(code: str) -> str:
    name = vocabularies.load()["languages"].get(code)
    return f"{name} (`{code}`)" if name else f"`{escape(code)}`"


def _license(dataset: Dataset) -> str:
    if dataset.license == "other":
        name = escape(dataset.license_name or "other")
        return f"{name}, {escape(dataset.license_link)}" if dataset.license_link else name
    url = vocabularies.license_url(dataset.license)
    name = escape(dataset.license or "")
    return f"[{name}]({url})" if url else name


def _listed(rows: dict[str, Any]) -> str:
    """Return a list of names and values; what has no value is left out."""
    lines = [f"- **{escape(name)}:** {' '.join(str(value).split())}" for name, value in rows.items() if value]
    return "\n".join(lines) + "\n" if lines else ""
