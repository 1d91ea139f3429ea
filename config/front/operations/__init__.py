"""What the pages over several apps change: sessions, and who has taken the tour."""
