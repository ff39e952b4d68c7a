"""The kit of benches: each app's `bench.py` registers functions by name, `manage.py bench` runs them."""
