"""Stored files, upload sessions, file types and limits."""
