"""The data exchange platform: providers behind one address, as users of their services see it."""
