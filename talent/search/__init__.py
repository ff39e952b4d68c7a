"""Search in words: what recruiters type, as a typed tree, and the tree as a condition on the fenced candidates."""
