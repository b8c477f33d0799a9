"""Generated traffic: requests that depart from a good one, each in a place that can be named."""
