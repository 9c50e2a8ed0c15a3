"""Spring: Spring Cloud Gateway as a workload, and Eureka, which Kubernetes replaces."""
