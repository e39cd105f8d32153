"""Peer review: rounds, assignments, decisions, comments. No scores, no stars."""
