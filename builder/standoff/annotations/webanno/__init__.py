"""WebAnno TSV 3: tokens in lines, annotations in columns."""
