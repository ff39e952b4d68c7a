"""Owns reading résumés: a file in, text and fields out, each with the place it was found. Free of Django."""
