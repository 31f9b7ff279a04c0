"""The dataset card (README.md of a release), computed from the shards."""

from standoff.card.finishing import finish
from standoff.card.render import render, statistics_tables

__all__ = ["finish", "render", "statistics_tables"]
