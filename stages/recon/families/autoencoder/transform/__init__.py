"""A transform codec: transform, prior and synthesis, trained once, and exact files in seconds."""
