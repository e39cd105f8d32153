"""Looking after what is published: so far, works whose texts are nearly the same."""
