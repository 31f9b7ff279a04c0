"""Texts that may not be published: their windows and records."""
