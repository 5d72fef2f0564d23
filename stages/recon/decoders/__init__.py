"""Decoders, one file each: `build(*, latents, image_shape, ...) -> keras.Model`, from latent codes to images."""
