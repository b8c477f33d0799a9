"""Who asks: credentials, log-ins that obtain them, and forgeries that must not be believed."""
