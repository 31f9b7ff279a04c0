"""Annotation files -> Annotations: a format is one file, or a folder where it needs several.

A format whose files are each one annotator's work on one document has `read(data, doc_id, annotator, path)`; one
whose files hold more, or the article too, has `unpack(data, path, siblings)`. All say how a file is recognised
(`sniff`) and, where lines are not items, how they are counted (`tally`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from standoff.annotations import doccano, gate_xml, native, prodigy, project_config, re3d
from standoff.annotations.brat import config as brat_config
from standoff.annotations.brat import reader as brat
from standoff.annotations.configuration import Inventory
from standoff.annotations.conll import columns as conll
from standoff.annotations.conll import conllu
from standoff.annotations.conll import coref as conll_coref
from standoff.annotations.export import Export, Siblings
from standoff.annotations.label_studio import config as label_studio_config
from standoff.annotations.label_studio import reader as label_studio
from standoff.annotations.reading import Reading, tally
from standoff.annotations.uima import cas_json, cas_xmi
from standoff.annotations.w3c import reader as w3c
from standoff.annotations.webanno import tsv as webanno_tsv


class Format(NamedTuple):
    """What is known of one format: suffixes of its files, how a file is recognised, read or unpacked, and counted.

    `configuration` is the name (or a pattern) of the tool's own configuration, where exports have it, and its reader.
    `aside` says what a file of the tool's is that holds no annotations, None for all others.
    """

    suffixes: tuple[str, ...]
    sniff: Callable[[bytes], bool]
    read: Callable[[bytes, str, str, str], Reading] | None = None
    unpack: Callable[[bytes, str, Siblings], Export] | None = None
    tally: Callable[[Reading, bytes], Counter[str]] = tally
    configuration: tuple[str, Callable[[str], Inventory]] | None = None
    aside: Callable[[bytes], str | None] | None = None


_PROJECT = (project_config.FILE, project_config.read)

FORMATS = {
    "native": Format((".json",), native.sniff, read=native.read),
    "brat": Format(
        (".ann",), brat.sniff, read=brat.read, tally=brat.tally, configuration=(brat_config.FILE, brat_config.read)
    ),
    "webanno_tsv": Format((".tsv",), webanno_tsv.sniff, unpack=webanno_tsv.unpack, configuration=_PROJECT),
    "label_studio": Format(
        (".json", ".jsonl"), label_studio.sniff, unpack=label_studio.unpack,
        configuration=(label_studio_config.PATTERN, label_studio_config.read),
    ),
    "prodigy": Format((".jsonl", ".json"), prodigy.sniff, unpack=prodigy.unpack, aside=prodigy.aside),
    "doccano": Format((".jsonl", ".json"), doccano.sniff, unpack=doccano.unpack),
    "conllu": Format((".conllu", ".conll", ".conllup", ".txt"), conllu.sniff, unpack=conllu.unpack),
    "conll_coref": Format(
        (".conll", ".gold_conll", ".v4_gold_conll", ".auto_conll", ".v4_auto_conll", ".coref", ".txt"),
        conll_coref.sniff, unpack=conll_coref.unpack,
    ),
    "conll": Format(
        (".conll", ".txt", ".bio", ".iob", ".iob1", ".iob2", ".bioes", ".tsv", ".conll2003"),
        conll.sniff, unpack=conll.unpack,
    ),
    "gate_xml": Format((".xml",), gate_xml.sniff, unpack=gate_xml.unpack),
    "cas_xmi": Format((".xmi", ".xml"), cas_xmi.sniff, unpack=cas_xmi.unpack, configuration=_PROJECT),
    "cas_json": Format((".json",), cas_json.sniff, unpack=cas_json.unpack, configuration=_PROJECT),
    "re3d": Format((".json",), re3d.sniff, unpack=re3d.unpack),
    "w3c": Format((".json", ".jsonld", ".jsonl"), w3c.sniff, unpack=w3c.unpack),
}  # fmt: skip
"""Name -> format. This table is the one place that lists the formats."""

LYING = ("native", "brat")
"""The formats whose files are found by suffix in a folder annotations/<annotator>/; the others are named as sources."""


def by_suffix() -> dict[str, list[str]]:
    """Return the formats by suffix, of each format its usual one."""
    return {suffix: of_suffix(suffix) for suffix in dict.fromkeys(each.suffixes[0] for each in FORMATS.values())}


def known_suffixes() -> str:
    """Return the suffixes of all formats, for messages: `.json (native, …), .ann (brat)`; for each its usual one."""
    return ", ".join(f"{suffix} ({', '.join(names)})" for suffix, names in by_suffix().items())


def of_suffix(suffix: str) -> list[str]:
    """Return the formats whose files can have a suffix."""
    return [name for name, each in FORMATS.items() if suffix in each.suffixes]


__all__ = ["FORMATS", "LYING", "Format", "Reading", "by_suffix", "known_suffixes", "of_suffix"]
