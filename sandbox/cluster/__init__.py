"""Real Kubernetes control planes on loopback ports, with simulated nodes behind them."""
