"""The family `autoencoder`."""
