"""A frozen release -> the Hub, an object store, a folder or a git repository: whole or not at all, and read back."""
