"""Signing in with the province's own provider (OpenID Connect); local accounts go on beside it."""
