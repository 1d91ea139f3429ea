"""Reads reviews, action items and scorecards."""
