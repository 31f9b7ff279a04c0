"""W3C Web Annotation, JSON-LD."""
