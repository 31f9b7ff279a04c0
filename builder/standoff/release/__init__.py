"""Releases: what is reused of the one before, and versions that never change."""
