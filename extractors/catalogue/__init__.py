"""Which models there are, what they cost in tokens and time: data files, and the frozen values they become."""
