"""People's accounts: sign-in, passwords, personal tokens, one-time links."""
