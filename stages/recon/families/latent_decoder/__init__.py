"""The family `latent_decoder`."""
