"""Problems that any reader reports about a work: a queue with days, an answer for whoever reported, take-down."""
