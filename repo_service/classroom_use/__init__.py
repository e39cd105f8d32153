"""Where a work was taught ("Tôi đã dạy bài này"): the number of schools is the only sign of its worth (R18, R35)."""
