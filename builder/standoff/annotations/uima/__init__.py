"""UIMA CAS, in XMI and JSON: what INCEpTION and its relatives save."""
