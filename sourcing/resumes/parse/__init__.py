"""Owns finding fields in lines of text. Runs inside the sandbox."""
