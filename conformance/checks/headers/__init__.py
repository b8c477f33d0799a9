"""Response headers."""
