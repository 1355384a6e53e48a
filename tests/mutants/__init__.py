"""The smallest patches that break a requirement's clauses, and the run which shows that a marked test sees each."""
