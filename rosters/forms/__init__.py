"""Forms of rosters; each refuses with a sentence."""
