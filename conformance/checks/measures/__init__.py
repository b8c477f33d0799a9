"""Measured requirements: shares that are computed from a system's own data."""
