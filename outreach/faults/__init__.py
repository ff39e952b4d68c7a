"""Fault runs: real workers are killed while real mails go out, and everything is counted afterwards."""
