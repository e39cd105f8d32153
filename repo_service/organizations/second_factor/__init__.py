"""Second factors as the house sees them: wanted of the department, taken off for who lost the phone."""
