"""Figures by month and subject: what was sent, published and downloaded; of works, never of people."""
