"""The land register: parcels as OGC API Features."""
