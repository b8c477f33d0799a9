"""Authentication and its refusals."""
