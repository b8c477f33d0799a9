"""The national system of electronic identification and authentication, as a demonstration."""
