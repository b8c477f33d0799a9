"""What records say: codes that are in force, times in order, sums that add up, histories kept."""
