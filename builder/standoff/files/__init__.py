"""General file kinds, read strictly and with places; output that appears as a whole."""
