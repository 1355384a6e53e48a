"""AWS building blocks: one idea per file, for the commercial partition and GovCloud alike."""
