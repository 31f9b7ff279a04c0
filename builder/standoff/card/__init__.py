"""What describes a release, computed from its shards: card, pictures, Croissant, citation."""

from standoff.card.descriptions import describe
from standoff.card.finishing import finish, papers_of
from standoff.card.render import count, render, statistics_section

__all__ = ["count", "describe", "finish", "papers_of", "render", "statistics_section"]
