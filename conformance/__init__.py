"""Conformance suite of Viet Nam's national digital architecture."""

__version__ = "0.1.0"
