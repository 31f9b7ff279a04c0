"""Standoff: raw news articles and hand-made annotations become a versioned, validated dataset."""

__version__ = "0.1.0"
