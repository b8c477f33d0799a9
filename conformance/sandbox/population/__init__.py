"""The National Population Database: what of its agency no word of the declarations says."""
