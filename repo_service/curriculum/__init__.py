"""The controlled lists of the curriculum: data that the department edits, never code."""
