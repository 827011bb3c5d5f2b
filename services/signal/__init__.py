"""HTTP, event streams, and the gateway that ends the data channels."""
