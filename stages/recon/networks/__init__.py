"""One file per architecture, each with `build(*, image_shape, ...) -> keras.Model`."""
