"""What colleagues say about a published work, each time with a purpose (R16): no likes, no scores, no open feed."""
