"""What people are told: the inbox."""
