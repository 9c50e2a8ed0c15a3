"""Tests of loads at the proxies of a mesh, in bulk."""
