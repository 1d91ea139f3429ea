"""What every resource of the API shares: one form of errors, strict reading, tags, pages."""
