"""What is in an export: its files, documents, annotators, counts, labels, offset units and findings."""

from __future__ import annotations

from standoff.inspection.layout import Layout
from standoff.inspection.survey import Part, Survey, of

__all__ = ["Layout", "Part", "Survey", "of"]
