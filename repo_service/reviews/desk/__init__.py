"""The reviewer's desk: the paper, what was said of its places, what changed since, whom to ask."""
