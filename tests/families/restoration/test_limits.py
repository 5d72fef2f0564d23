"""A restorer on files with finer quantization than it was trained on: at most 0.05 dB worse than the file."""

from io import BytesIO

from recon.training import runtime

# isort: split
import keras
import numpy as np
import pytest

from recon.core import images
from recon.families.restoration import limits
from recon.families.restoration.method import Restorer
from recon.jpeg.degradation import jpeg_decode, jpeg_encode
from recon.jpeg.files import JpegFile, encode_file
from recon.jpeg.quantization import quantization_tables, read_layout
from recon.referee import distortion

FINEST = limits.find_finest_steps([10, 40])


def picture(rows=96, columns=128, channels=3, seed=0):
    """Return waves, an edge and noise, as a photograph has them."""
    i, j, c = np.ogrid[:rows, :columns, :channels]
    waves = 60 * np.sin(i / 7 + c) * np.cos(j / 11) + 40 * (i > j)
    noise = np.random.default_rng(seed).normal(0, 6, (rows, columns, channels))
    return np.clip(110 + waves + noise, 0, 255).astype(np.uint8)


def smoothing(channels):
    """A network that smooths as strongly as only coarse steps require."""
    image = keras.Input((None, None, channels))
    return keras.Model(image, keras.layers.AveragePooling2D(3, strides=1, padding="same")(image))


def encode(pixels, tables, subsampling="4:2:0"):
    file = BytesIO()
    images.to_pillow(pixels).save(file, "JPEG", qtables=[list(table) for table in tables], subsampling=subsampling)
    return file.getvalue()


def losses_db(content, pixels, finest=FINEST):
    """Return what the smoothing network loses against the file's own pixels, free and held back."""
    network = smoothing(pixels.shape[-1])
    before = distortion.psnr_db(reference=pixels, reconstruction=jpeg_decode(content))
    restorers = (Restorer(network, "unit"), Restorer(network, "unit", finest_steps=finest))
    return [
        before - distortion.psnr_db(reference=pixels, reconstruction=restorer.decode(content))
        for restorer in restorers
    ]


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("subsampling", ["4:2:0", "4:2:2", "4:4:4"])
@pytest.mark.parametrize("quality", [60, 75, 85, 92, 98])
def test_out_of_its_range_a_restorer_is_hardly_worse_than_the_file(quality, subsampling, channels):
    pixels = picture(channels=channels)
    free, held = losses_db(jpeg_encode(pixels, quality=quality, subsampling=subsampling), pixels)
    assert held < 0.05
    assert free > 0.4 or quality < 92


@pytest.mark.parametrize(
    "tables",
    [([8] * 64, [8] * 64), ([20] * 64, [3] * 64), ([3] * 64, [40] * 64), (range(1, 65), range(64, 0, -1))],
)
def test_so_it_is_with_tables_that_no_quality_gives(tables):
    pixels = picture()
    _, held = losses_db(encode(pixels, tables), pixels)
    assert held < 0.05


@pytest.mark.parametrize("quality", [5, 10, 40])
def test_within_its_range_it_is_free(quality):
    content = jpeg_encode(picture(), quality=quality)
    free, held = Restorer(smoothing(3), "unit"), Restorer(smoothing(3), "unit", finest_steps=FINEST)
    np.testing.assert_array_equal(free.decode(content), held.decode(content))


def test_a_file_that_was_turned_without_loss_is_within_range():
    """Its tables are transposed, and so finer in some places than those of quality 40."""
    steps = quantization_tables(jpeg_encode(picture(), quality=40))
    turned = encode(picture(), [table.T.ravel() for table in steps])
    assert (steps[0] > steps[0].T).any()
    assert not limits.is_finer(turned, FINEST)
    assert limits.is_finer(jpeg_encode(picture(), quality=41), FINEST)


@pytest.mark.parametrize("encoder", ["libjpeg", "mozjpeg"])
@pytest.mark.parametrize("tables", ["standard", "flat"])
def test_the_files_of_all_kinds_that_were_trained_on_are_within_range(encoder, tables):
    finest = limits.find_finest_steps([10, 40], ["libjpeg", "mozjpeg"], ["standard", "flat"])
    file = JpegFile(encoder=encoder, tables=tables)
    assert not limits.is_finer(encode_file(picture(), quality=40, file=file), finest)
    assert limits.is_finer(encode_file(picture(), quality=70, file=file), finest)


def test_no_coefficient_changes_by_more_than_a_quarter_of_its_step():
    """Half of half a step, where the steps are just finer; black becoming white asks for much more."""
    black = np.zeros((32, 48, 1), np.uint8)
    content = encode(black, [[32] * 64])
    held = limits.hold_back(np.full_like(black, 255), black, content, np.full((3, 8, 8), 32), channels=1)
    assert np.unique(held).tolist() == [1]  # 32 / 4 in the first coefficient of a block is 8 / 8 of a gray level


def test_the_share_by_hand():
    """Of a mean step of 2 and of each step of 2: 4 / 8 and 4 / 5; then half of 2 / 4, where training began."""
    layout = read_layout(encode(picture(), [[2] * 64] * 2, "4:4:4"))
    for finest, share in ((1, 0.4), (2, 0.4), (4, 0.1)):
        np.testing.assert_allclose(limits.find_shares(layout, np.full((3, 8, 8), finest), channels=3), share)


@pytest.mark.parametrize(("channels", "share"), [(3, 16 / 32 * 16 / 20), (1, 16 / 20 * 16 / 17)])
def test_on_gray_files_the_errors_of_a_network_of_color_are_twice_as_large(channels, share):
    """Of a mean step of 4 and of each step of 4, with errors of 4 and 2, or 2 and 1."""
    layout = read_layout(encode(picture(channels=1), [[4] * 64]))
    np.testing.assert_allclose(limits.find_shares(layout, np.ones((3, 8, 8)), channels=channels), share)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_restorer_holds_back_by_its_network_s_channels(monkeypatch, channels):
    seen = []
    monkeypatch.setattr(limits, "hold_back", lambda restored, *_, channels: seen.append(channels) or restored)
    Restorer(smoothing(channels), "unit", finest_steps=FINEST).decode(jpeg_encode(picture(channels=1), quality=95))
    assert seen == [channels]


def test_r_g_and_b_are_finer_than_luma_of_these_steps():
    """Their errors are independent, so that luma's is two thirds of theirs: by 0.299, 0.587 and 0.114."""
    layout = read_layout(encode(picture(), [[6] * 64] * 2, "4:4:4"))._replace(is_rgb=True)
    mean = 36 * (0.299**2 + 0.587**2 + 0.114**2)
    share = mean / (mean + 16) * 36 / 40
    np.testing.assert_allclose(limits.find_shares(layout, np.ones((3, 8, 8)), channels=3), share)


@pytest.mark.parametrize(("quality", "held"), [(75, False), (90, True), (95, True)])
def test_a_file_of_fine_steps_is_held_back_even_in_the_range_of_training(quality, held):
    content, finest = jpeg_encode(picture(), quality=quality), limits.find_finest_steps([5, 95])
    assert not limits.is_finer(content, finest)
    assert limits.is_held(content, finest) == held


@pytest.mark.parametrize(
    ("encoder", "tables", "quality"),
    [
        ("libjpeg", "standard", 83),
        ("mozjpeg", "standard", 87),
        *((encoder, "psnr", 68) for encoder in ("libjpeg", "mozjpeg")),
        *((encoder, "flat", 52) for encoder in ("libjpeg", "mozjpeg")),
    ],
)
def test_at_which_quality_steps_are_fine_depends_on_the_tables(encoder, tables, quality):
    finest, file = limits.find_finest_steps([100]), JpegFile(encoder=encoder, tables=tables)
    contents = [encode_file(picture(), quality=q, file=file) for q in (quality - 1, quality)]
    assert [limits.is_held(content, finest) for content in contents] == [False, True]


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("quality", [90, 93, 95])
def test_there_an_untrained_network_does_little_harm(quality, channels):
    pixels = picture(channels=channels)
    free, held = losses_db(jpeg_encode(pixels, quality=quality), pixels, limits.find_finest_steps([5, 95]))
    assert held < free / 3


def test_the_finer_the_steps_the_closer_to_the_file():
    pixels = picture()
    distances = []
    for quality in (45, 75, 90, 98):
        content = jpeg_encode(pixels, quality=quality)
        held = Restorer(smoothing(3), "unit", finest_steps=FINEST).decode(content)
        distances.append(distortion.mse(reference=jpeg_decode(content), reconstruction=held))
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] == 0
