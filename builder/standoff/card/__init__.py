"""The dataset card (README.md of a release), computed from the shards."""

from standoff.card.render import render, statistics_tables

__all__ = ["render", "statistics_tables"]
