"""What can be wrong with an agency, by subject."""
