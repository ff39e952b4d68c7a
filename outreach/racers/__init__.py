"""Small programs that the bench of the drain starts: a sink, the reference, and a worker of ours."""
