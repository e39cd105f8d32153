"""Curation rounds: what is published is read again from time to time, with verdicts that are kept for good (R10)."""
