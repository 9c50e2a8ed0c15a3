"""The object model and the API server: kinds, rules, admission, store."""
