"""Opens, writes and publishes reviews; keeps action items and drills."""
