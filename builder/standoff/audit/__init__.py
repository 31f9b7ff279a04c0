"""Audits of a finished release: how far its annotators agree."""
