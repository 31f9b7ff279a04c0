"""The format of brat: annotations (.ann) and its configuration."""
