"""What comes in from elsewhere, made readable."""
