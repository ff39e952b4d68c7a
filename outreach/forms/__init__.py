"""The forms of outreach."""
