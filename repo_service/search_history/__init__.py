"""What a person searched for lately: offered to that person alone, and theirs to delete."""
