"""How a vision-language model reads: what it is told, how its answers are checked, and what they become."""
