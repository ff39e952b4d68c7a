"""Owns how profiles come in: intake, imports, résumé and card parsing, duplicates."""
