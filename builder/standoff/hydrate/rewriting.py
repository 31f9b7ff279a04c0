"""The shards of a release -> the same with the rows of some documents made anew; all other rows stay as they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from standoff.corpus.splits import SPLITS
from standoff.errors import InputError
from standoff.hydrate.filling import Filled
from standoff.tables import columns, shards


def rewrite(release: Path, folder: Path, filled: Mapping[str, Filled], configs: Iterable[str]) -> dict[str, str]:
    """Write the shards of the configs into `folder`; return their content digests.

    A document stays in the shard that the hash of its id names. A config without rows is left out.
    """
    digests: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for split in SPLITS:
        mine = {doc_id: each for doc_id, each in filled.items() if each.split == split}
        count = _count(sorted((release / "documents").glob(f"{split}-*.parquet")))
        for config in configs:
            tables = _tables(release / config, config, split, count, mine)
            for number, table in enumerate(tables):
                path = folder / config / f"{split}-{number:05d}-of-{len(tables):05d}.parquet"
                path.parent.mkdir(exist_ok=True)
                shards.write(table, path)
                digests[config].append((split, shards.content_digest(table)))
    return {config: shards.combined_digest(sorted(found, key=_by_split)) for config, found in digests.items()}


def _by_split(entry: tuple[str, str]) -> str:
    return entry[0]


def _tables(folder: Path, config: str, split: str, count: int, filled: Mapping[str, Filled]) -> list[pa.Table]:
    """Return the tables of a split that have rows, in the order of their shards."""
    paths = {_index(path, count): path for path in sorted(folder.glob(f"{split}-*.parquet"))}
    by_index: dict[int, list[Filled]] = defaultdict(list)
    for doc_id in sorted(filled):
        by_index[shards.index_of(doc_id, count)].append(filled[doc_id])
    tables = []
    for index in sorted({*paths, *by_index}):
        old = shards.read(paths[index]) if index in paths else columns.arrow_schema(config).empty_table()
        mine = by_index[index]
        tables.append(_provenance(old, mine) if config == "provenance" else _anew(config, old, mine))
    return [table for table in tables if table.num_rows]


def _anew(config: str, old: pa.Table, filled: list[Filled]) -> pa.Table:
    """Put new rows in the place of the old ones of the documents; sorting is stable, so that all others stay."""
    if not filled:
        return old
    names = pa.array([each.document.id for each in filled], pa.string())
    kept = old.filter(pc.invert(pc.is_in(old["doc_id"], names)))
    new = columns.table(config, [row for each in filled for row in each.rows(config)])
    table = pa.concat_tables([kept, new])
    return table.take(pc.sort_indices(table, [("doc_id", "ascending")])).combine_chunks()


def _provenance(old: pa.Table, filled: list[Filled]) -> pa.Table:
    kept = {each.document.id: each.kept() for each in filled}
    keys = zip(*(old[name].to_pylist() for name in ("doc_id", "annotator", "layer", "id")), strict=True)
    stays = [doc_id not in kept or (annotator, layer, name) in kept[doc_id] for doc_id, annotator, layer, name in keys]
    return old if all(stays) else old.filter(pa.array(stays, pa.bool_())).combine_chunks()


def _count(paths: list[Path]) -> int:
    """Return into how many shards a split was cut: the power of two by which each file has one hash of ids, in order.

    Empty shards are not written, so that there may be fewer files.
    """
    found = [set(shards.read(path, ["doc_id"])["doc_id"].to_pylist()) for path in paths]
    count = 1
    while not _fits(found, count):
        if count > 1 << 20:
            raise InputError(paths[0], "its documents are not those of one shard; `standoff verify` says more")
        count *= 2
    return count


def _fits(found: list[set[str]], count: int) -> bool:
    hashes = [{shards.index_of(name, count) for name in names} for names in found]
    firsts = [min(each) for each in hashes]
    return all(len(each) == 1 for each in hashes) and firsts == sorted(set(firsts))


def _index(path: Path, count: int) -> int:
    return shards.index_of(str(shards.read(path, ["doc_id"])["doc_id"][0].as_py()), count)


