"""Letters to people by mail: digests of their notices as often as they chose, and one-time links."""
