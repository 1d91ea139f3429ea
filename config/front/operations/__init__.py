"""What the pages over several apps change: sessions."""
