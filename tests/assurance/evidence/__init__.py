"""Signed evidence in a locked bucket, on moto in this process."""
