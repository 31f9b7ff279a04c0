"""An export -> the scheme that it was made by: inventory, projection, and a corpus project around it."""

from __future__ import annotations
