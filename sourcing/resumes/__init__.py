"""Owns reading résumés: a file in, its text and fields out, each with the place it was found. Knows nothing of Django."""
