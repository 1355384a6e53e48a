"""The stand-in for pulumi-resource-kubernetes: real objects and releases, on the laptop's own control planes only."""
