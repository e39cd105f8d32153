"""What belongs to a version: its files, and the works that a topic package holds."""
