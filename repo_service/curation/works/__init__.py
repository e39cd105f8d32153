"""The works of rounds: which ones a round takes, and why each deserves a look, in words and never as a number."""
