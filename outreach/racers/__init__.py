"""Small programs that the bench of the drain starts: a sink, and the reference."""
