"""Decides: plain Python, no database, no clock."""
