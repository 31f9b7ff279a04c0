"""Annotations on a text that was edited since."""
