"""Rows -> Parquet shards, and digests of what they say.

Bytes are the same for the same rows, one pyarrow version and these settings; the content digest does not
depend on the writer at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from standoff.errors import InputError

MEAN_TEXT_BYTES = 8 * 1024 * 1024
"""The mean size of a shard's raw texts stays at or below this."""


def count_for(total_bytes: int) -> int:
    """Return the number of shards of a split: the smallest power of two that keeps the mean size."""
    count = 1
    while total_bytes > count * MEAN_TEXT_BYTES:
        count *= 2
    return count


def index_of(doc_id: str, count: int) -> int:
    """Return the shard that a document belongs to; by a hash of its id, so that an insertion touches one shard."""
    return int.from_bytes(hashlib.sha256(doc_id.encode("utf-8")).digest()[:8], "big") % count


def write(table: pa.Table, path: Path) -> None:
    """Write one shard: one row group, zstd, content-defined chunks, page index and page checksums."""
    with path.open("wb") as file:
        pq.write_table(
            table,
            file,
            row_group_size=max(table.num_rows, 1),
            compression="zstd",
            compression_level=3,
            use_content_defined_chunking=True,
            write_page_index=True,
            write_page_checksum=True,
        )


def read(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Return a shard, or some of its columns, with page checksums compared; raises InputError where it is damaged.

    `pq.read_table` would do the same, and import pyarrow.dataset and pandas first, which takes half a second.
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as shard:
            missing = sorted(set(columns or ()) - set(shard.schema_arrow.names))
            if not missing:
                return shard.read(None if columns is None else list(columns))
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0][:200]
        raise InputError(path, f"cannot be read: {reason}; `standoff verify` says more") from None
    raise InputError(path, f"cannot be read: it has no column {missing[0]!r}; `standoff verify` says more")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_digest(table: pa.Table) -> str:
    """Return the SHA-256 of the table's values: column by column, lengths and then bytes, nulls as length -1."""
    digest = hashlib.sha256(f"{table.num_rows}".encode())
    for field, column in zip(table.schema, table.columns, strict=True):
        digest.update(f"\n{field.name}\n".encode())
        for piece in _content(column.combine_chunks()):
            digest.update(piece)
    return digest.hexdigest()


def combined_digest(digests: Iterable[tuple[str, str]]) -> str:
    """Return the content digest of a config, of (split, content digest) of its shards in order."""
    return hashlib.sha256("".join(f"{split} {digest}\n" for split, digest in digests).encode()).hexdigest()


def _content(array: pa.Array) -> Iterator[bytes | pa.Buffer]:
    kind = array.type
    if pa.types.is_struct(kind):
        yield _bytes(pc.is_valid(array).cast(pa.int8()))
        present = array.drop_null()
        for index in range(kind.num_fields):
            yield f".{kind.field(index).name}\n".encode()
            yield from _content(pc.struct_field(present, index))
    elif pa.types.is_list(kind):
        yield _bytes(pc.fill_null(pc.list_value_length(array), -1))
        yield from _content(array.flatten())
    elif pa.types.is_string(kind):
        yield _bytes(pc.fill_null(pc.binary_length(array), -1))
        yield from _string_bytes(array)
    else:
        yield _bytes(pc.is_valid(array).cast(pa.int8()))
        plain = array.drop_null()
        if pa.types.is_boolean(kind):
            plain = plain.cast(pa.int8())
        elif pa.types.is_date(kind):
            plain = plain.cast(pa.int32())
        yield _bytes(plain)


def _bytes(array: pa.Array) -> bytes:
    """Return the values of a null-free array of fixed width, little-endian."""
    width = array.type.bit_width // 8
    buffer = array.buffers()[1]
    if buffer is None:
        return b""
    return memoryview(buffer)[array.offset * width : (array.offset + len(array)) * width].tobytes()


def _string_bytes(array: pa.Array) -> Iterator[bytes]:
    present = pa.concat_arrays([array.drop_null()])
    _, offsets, data = present.buffers()
    if data is not None and len(present):
        bounds = memoryview(offsets).cast("i")
        yield memoryview(data)[bounds[present.offset] : bounds[present.offset + len(present)]].tobytes()
