"""Answers against the contract."""
