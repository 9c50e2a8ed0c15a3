"""Istio: what its objects mean, and the Envoy configuration that istiod makes of them."""
