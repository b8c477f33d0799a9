"""Protocols that are not REST."""
