"""The cluster's product of the school year and whether its duty is met."""
