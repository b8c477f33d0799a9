"""Personal data on the way and in caches."""
