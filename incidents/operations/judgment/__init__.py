"""What people decide about the calls of an incident; each module is one kind of decision."""
