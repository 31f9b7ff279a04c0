"""The audit site: a finished release -> a folder of small static pages, for people to read."""
