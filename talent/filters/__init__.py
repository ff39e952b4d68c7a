"""The filter language: one typed condition tree for lists, segments, branches, rules, reports and the API."""
