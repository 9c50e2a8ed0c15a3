"""What proxies tell of the requests that they have passed on: metrics, log lines, spans."""
