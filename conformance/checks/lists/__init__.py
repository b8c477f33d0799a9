"""Checks of lists: pages, filters, orders."""
