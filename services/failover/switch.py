"""What others read of a controller: a metric that the failover record follows, a row that stacks and guards ask."""

NAMESPACE, METRIC, DIMENSION = "Platform/Failover", "RecoveryActive", "Failover"
"""1 while the recovery region is active, else 0; published at every tick, with the failover's name as dimension."""
KEYS = ("failover", "record")
"""Partition and sort key of the table."""
CURRENT = "current"
"""The record that holds the truth."""
ACTIVE = "active_region"
"""Its attribute that says which region carries the load."""
