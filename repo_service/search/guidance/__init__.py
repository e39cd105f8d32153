"""What the search page offers to whoever found nothing."""
