"""A proxy's router in bulk: each request to a host, by what has become of those before."""
