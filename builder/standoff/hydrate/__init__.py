"""A release with withheld texts and the user's own copies -> a release with the texts, for use at home."""
