"""TLS as requests meet it: real certificates, and what a client says of them."""
