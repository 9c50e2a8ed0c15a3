"""Time, chance and memory of a simulated world; knows nothing of Kubernetes."""
