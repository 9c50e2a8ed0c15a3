"""The service mesh: istiod's configuration of proxies, and what the proxies make of it."""
