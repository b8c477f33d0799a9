"""Operation: whether a system is there, and says so."""
