"""Spring Cloud Gateway 5: predicates, filters and what they share.

A new predicate or filter is a function and one line in its table.
"""
