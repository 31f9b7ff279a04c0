"""Source labels -> the fixed layers; ids, order, and what other tools have no place for."""
