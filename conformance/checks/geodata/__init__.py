"""Features on the earth: OGC API Features and what stands beside it."""
