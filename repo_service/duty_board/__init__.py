"""The board of the year: clusters and their duties as rows say them, gentle nudges, exports; nothing is ranked."""
