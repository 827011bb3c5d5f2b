"""``make containers``: compose.yaml brought up whole in podman, and walked through as an operator and a visitor would."""
