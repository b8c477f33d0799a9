"""Input that must stay data."""
