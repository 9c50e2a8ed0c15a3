"""Envoy: a proxy's configuration in its own JSON, and how a request finds its way through it."""
