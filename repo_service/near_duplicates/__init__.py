"""Works whose texts are nearly the same: found in the background, shown to who looks after them."""
