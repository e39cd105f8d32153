"""What rounds leave behind: the summary that nobody wrote, and the dates of those to come as a calendar."""
