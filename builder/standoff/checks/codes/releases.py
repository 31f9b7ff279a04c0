"""Level 1, E151 to E160: files and rows of a finished release."""

from __future__ import annotations

from standoff.checks.codes.code import Code

CODES = {
    "E151": Code(
        "A file of a release is not what its manifest says.",
        "Build the release again, or fetch it again; do not use the file.",
    ),
    "E152": Code(
        "A file that the manifest lists is not in the release.",
        "Build the release again, or fetch it again.",
    ),
    "E153": Code(
        "A release holds a file that its manifest does not list.",
        "Take the file out of the folder.",
    ),
    "E154": Code(
        "A shard cannot be read, or has other columns than the schema.",
        "Build the release again, or fetch it again.",
    ),
    "E155": Code(
        "The rows of a config are not those that the manifest counts or digests.",
        "Build the release again.",
    ),
    "E156": Code(
        "The card does not say what the shards hold.",
        "Build the release again; the card is generated and not edited by hand.",
    ),
    "E157": Code(
        "`datasets.load_dataset` cannot load a config or split of the release.",
        "Build the release again with the pinned versions, and report it if it stays so.",
    ),
    "E158": Code(
        "A value of a row is empty where the schema wants one, or not one of those it allows.",
        "Build the release again.",
    ),
    "E159": Code(
        "A frozen version is not the one that releases.toml records.",
        "Do not use the folder: remove it, check out what was released, and build it again with `--release`.",
    ),
    "E160": Code(
        "Rows of a release contradict each other: a text and its digest, an item and its row in another config.",
        "Build the release again; do not use the file, whatever its digests say.",
    ),
}
