"""The cloud: load balancers, and the controllers that set them up."""
