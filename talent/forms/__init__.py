"""Forms of the talent community."""
