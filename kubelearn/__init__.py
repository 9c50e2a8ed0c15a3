"""A Kubernetes that you can see, break, rewind and fork inside a notebook."""
