"""The family `deblocking`."""
