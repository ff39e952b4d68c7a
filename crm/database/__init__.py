"""Django's way to PostgreSQL, with moments read by the driver itself."""
