"""Checks of state: what repeating, racing and storing do."""
