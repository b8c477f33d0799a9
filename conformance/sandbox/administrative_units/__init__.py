"""The catalogue of administrative units: what of it no file declares."""
