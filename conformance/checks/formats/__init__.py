"""Encodings and data formats of bodies."""
