"""What the proof finds: checks over every minute of the next 90 days, not over samples. Pure."""
