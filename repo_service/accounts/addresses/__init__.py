"""E-mail addresses: one that a person types counts once the link in a letter to it was followed."""
