"""Pages about what we learned."""
