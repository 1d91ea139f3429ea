"""Pages of what comes through the alert doors."""
