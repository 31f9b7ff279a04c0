"""What an adjudicator works with: the list of disagreements as files, and a first gold by majority."""
