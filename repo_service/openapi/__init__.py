"""The API document and its human page."""
