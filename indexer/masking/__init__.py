"""Copies of files with private words put out: a real edit inside runs and cells; everything else stays as it was."""

from indexer.masking.copying import LARGEST, MASK, MASKED_ENDINGS, can_mask, mask_file

__all__ = ["LARGEST", "MASK", "MASKED_ENDINGS", "can_mask", "mask_file"]
