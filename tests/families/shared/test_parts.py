import numpy as np

from recon.families.shared import parts


def test_parts_are_put_where_they_were(monkeypatch):
    monkeypatch.setattr(parts, "SIDE", 16)
    pixels, shapes = np.random.default_rng(0).integers(0, 256, (37, 90, 3), np.uint8), []

    def invert(part):
        shapes.append(part.shape)
        return 255 - part

    np.testing.assert_array_equal(parts.transform_by_parts(pixels, invert), 255 - pixels)
    assert len(shapes) == 3 * 6
