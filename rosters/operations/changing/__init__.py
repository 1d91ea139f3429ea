"""Changing the contact matrix: many cells at once, all or nothing, never over somebody's work."""
