"""What describes a release, computed from its shards: card, pictures, Croissant, citation."""

from standoff.card.files import files, write
from standoff.card.figures import statistics as statistics_section
from standoff.card.plots import plots
from standoff.card.render import count, render

__all__ = ["count", "files", "plots", "render", "statistics_section", "write"]
