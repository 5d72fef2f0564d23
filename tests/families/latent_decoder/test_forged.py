import numpy as np
import pytest

from recon.coding.payload import PayloadError
from recon.families.latent_decoder.method import DecoderCodec, SharedDecoder, build


def test_a_decoder_of_oblong_images_gives_these_and_no_others():
    """Pictures of other sides are cut into squares, which it has none of."""
    decoder = SharedDecoder(build("linear", {}, latents=4, image_shape=(8, 16, 3)), "unit", b"12345678")
    assert decoder.decode(DecoderCodec(decoder, np.ones((1, 4), np.float32), 8, 16).encode(0.1)).shape == (
        8,
        16,
        3,
    )
    other = DecoderCodec(decoder, np.ones((6, 4), np.float32), 16, 24).encode(0.1)
    with pytest.raises(PayloadError, match="does not fit"):
        decoder.decode(other)
