"""Checks of lifecycles: what is created, replaced, listed and deleted is one and the same thing."""
