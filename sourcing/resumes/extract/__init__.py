"""Owns turning one file format each into lines of text in reading order. Runs inside the sandbox."""
