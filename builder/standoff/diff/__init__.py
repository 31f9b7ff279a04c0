"""What changed between two releases: texts apart from annotations, item by item, and what follows for the version."""
