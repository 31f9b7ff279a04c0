"""CoNLL: columns, coreference in brackets (2012), and CoNLL-U with CorefUD."""
