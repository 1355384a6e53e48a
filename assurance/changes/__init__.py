"""Which changes of a preview would destroy data, at once or later, and who answers for them."""
