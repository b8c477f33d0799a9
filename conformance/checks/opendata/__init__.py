"""Data that are open to everybody."""
