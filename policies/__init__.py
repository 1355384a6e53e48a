"""What no stack may contain, whoever wrote it: a policy pack for the engine."""
