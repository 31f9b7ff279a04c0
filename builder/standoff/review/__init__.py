"""Adjudication in a browser: what annotators differ in is decided item by item, and becomes a native gold file."""
