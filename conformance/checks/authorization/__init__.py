"""Who may do what, and to whose data."""
