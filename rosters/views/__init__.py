"""Who is on call, and how people are reached."""
