"""Software that runs on the platform."""
