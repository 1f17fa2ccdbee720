"""What reading with a model costs."""
