"""A copy of a draft's file with private words put out, made by Kho, compared and taken by the author (R50)."""
