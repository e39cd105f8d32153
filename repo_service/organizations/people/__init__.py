"""People of schools and clusters: accounts opened, roles given, one-time links handed over."""
