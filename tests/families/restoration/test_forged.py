import numpy as np
import pytest

from recon.coding.payload import PayloadError
from recon.families.restoration.method import Restorer, build
from recon.jpeg.degradation import jpeg_encode


def test_a_file_without_a_quantizer_is_nothing_to_restore():
    """A conditioned network is given the logarithm of each step, here 0."""
    content = bytearray(jpeg_encode(np.zeros((19, 27, 3), np.uint8), quality=30))
    content[content.index(b"\xff\xdb") + 9] = 0
    model = build("space_to_depth", {"width": 4, "blocks": 1, "conditioned": True}, channels=3)
    with pytest.raises(PayloadError, match="step is 0"):
        Restorer(model, "unit").decode(bytes(content))
