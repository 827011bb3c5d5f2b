"""``make containers``: compose.yaml brought up whole in podman and walked through, as operator and as visitor."""
