"""A corpus folder: its settings, its scheme, its files, and one document whole."""
