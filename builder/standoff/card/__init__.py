"""What describes a release, computed from its shards: card, pictures, Croissant, citation."""

from standoff.card.descriptions import describe, write
from standoff.card.render import count, render, statistics_section

__all__ = ["count", "describe", "render", "statistics_section", "write"]
