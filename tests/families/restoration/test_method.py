"""The restorer around networks whose answer is known, so that only what surrounds them can err."""

from recon.training import runtime

# isort: split
import keras
import numpy as np
import pytest
from keras import layers, ops

from jpeg_files import SAMPLINGS, write_jpeg
from recon.coding.payload import PayloadError
from recon.core import images
from recon.data.params import Degrade
from recon.families.restoration import limits, method
from recon.families.restoration.method import RestorationCodec, Restorer
from recon.families.restoration.params import Inference
from recon.families.shared import parts
from recon.jpeg.conditions import read_conditions
from recon.jpeg.degradation import jpeg_decode, jpeg_encode
from recon.jpeg.files import JpegFile
from recon.jpeg.repacking import repack, unpack
from recon.referee import distortion


def picture(rows, columns, channels, seed=0):
    """Return a smooth pattern with noise."""
    i, j, c = np.ogrid[:rows, :columns, :channels]
    noise = np.random.default_rng(seed).normal(0, 8, (rows, columns, channels))
    return np.clip(128 + 60 * np.sin(i / 7 + c) * np.cos(j / 11) + noise, 0, 255).astype(np.uint8)


def identity(channels, side=None):
    image = keras.Input((side, side, channels))
    return keras.Model(image, layers.Activation("linear")(image))


def lopsided(channels):
    """A network with a preferred direction: a 3x3 convolution with random weights."""
    keras.utils.set_random_seed(3)
    image = keras.Input((None, None, channels))
    return keras.Model(image, image + 0.2 * layers.Conv2D(channels, 3, padding="same")(image))


@pytest.mark.parametrize("ensemble", [False, True])
@pytest.mark.parametrize("side", [None, 16, 40])
@pytest.mark.parametrize("shape", [(37, 53, 3), (8, 9, 1), (64, 48, 1)])
def test_a_network_that_changes_nothing_gives_the_decoded_jpeg(shape, side, ensemble):
    """Of any size, whole or patch by patch, turned or not: nothing is shifted, cut or scaled on the way."""
    restorer = Restorer(identity(shape[-1], side), "symmetric", Inference(ensemble=ensemble))
    content = jpeg_encode(picture(*shape), quality=30)
    np.testing.assert_array_equal(restorer.decode(content), jpeg_decode(content))


@pytest.mark.parametrize("turn", [lambda x: np.rot90(x), lambda x: x[::-1], lambda x: x.swapaxes(0, 1)])
def test_the_ensemble_has_no_preferred_direction(turn):
    """Turning before or after is the same, but for sums in another order, which may round to the next level."""
    pixels = picture(40, 56, 1)
    content = read_conditions(jpeg_encode(pixels, quality=30), channels=1)
    alone, ensemble = (Restorer(lopsided(1), "unit", Inference(ensemble=on)) for on in (False, True))
    difference = turn(ensemble.transform(pixels, content)).astype(int) - ensemble.transform(turn(pixels), content)
    assert np.abs(difference).max() <= 1
    assert np.any(turn(alone.transform(pixels, content)) != alone.transform(turn(pixels), content))


def test_the_ensemble_turns_the_conditions_of_an_image_on_its_side():
    """A network that answers with a step of the table: the mean over eight forms is that of it and its mirror."""
    image, given = keras.Input((None, None, 1)), keras.Input((64,), name="conditions")
    model = keras.Model([image, given], 0 * image + ops.reshape(given[:, 1], (-1, 1, 1, 1)))
    content = jpeg_encode(picture(16, 16, 1), quality=30)
    steps = read_conditions(content, channels=1).reshape(8, 8)
    assert steps[0, 1] != steps[1, 0]
    for ensemble, value in ((False, steps[0, 1]), (True, (steps[0, 1] + steps[1, 0]) / 2)):
        answer = Restorer(model, "unit", Inference(ensemble=ensemble)).decode(content)
        np.testing.assert_array_equal(answer, images.to_uint8(np.full((16, 16, 1), value, np.float32), "unit"))


def test_a_network_for_luma_leaves_the_chroma_of_a_color_file_alone():
    content = jpeg_encode(picture(40, 56, 3), quality=30)
    image = keras.Input((None, None, 1))
    half = Restorer(keras.Model(image, image * 0.5), "unit").decode(content)
    before, after = (np.asarray(images.to_pillow(x).convert("YCbCr")) for x in (jpeg_decode(content), half))
    inside = np.all((half > 0) & (half < 255), axis=-1)  # elsewhere RGB was cut off, and with it the chroma
    assert np.abs(after[inside].astype(int) - before[inside])[:, 1:].max() <= 2  # RGB is rounded, then YCbCr again
    assert np.abs(after[inside][:, 0] - before[inside][:, 0] / 2).max() <= 2


def test_a_network_of_color_restores_a_gray_file_as_one_without_chroma():
    """It sees the gray table twice, as those of luma and chroma, and chroma in full."""
    image, given = keras.Input((None, None, 3)), keras.Input((130,), name="conditions")
    difference = ops.reshape(given[:, 1] - given[:, 65] + given[:, 128], (-1, 1, 1, 1))
    content = jpeg_encode(picture(20, 28, 1), quality=30)
    restored = Restorer(keras.Model([image, given], image + difference), "unit").decode(content)
    np.testing.assert_array_equal(restored, jpeg_decode(content))


@pytest.mark.parametrize("color", ["rgb", *SAMPLINGS])
def test_a_file_of_any_sampling_and_color_space_is_restored_whole(tmp_path, color):
    """By a conditioned network that changes nothing before its training."""
    sampling = {"sampling": SAMPLINGS[color][0]} if color in SAMPLINGS else {"rgb": True}
    content = write_jpeg(tmp_path / "some.jpg", picture(37, 53, 3), **sampling)
    model = method.build("space_to_depth", {"conditioned": True, "width": 4, "blocks": 1}, channels=3)
    np.testing.assert_array_equal(Restorer(model, "unit").decode(content), jpeg_decode(content))


@pytest.mark.parametrize("inference", [Inference(), Inference(projection=0.6)])
def test_a_file_in_a_jpeg_xl_file_is_restored_as_the_file_itself(inference):
    file = JpegFile(encoder="mozjpeg", tables="flat", container="jxl")
    degrade, pixels = Degrade(qualities=[10], subsampling="4:2:0", progressive=True), picture(40, 56, 3)
    restorer = Restorer(lopsided(3), "unit", inference, limits.find_finest_steps([10]))
    codec = RestorationCodec(restorer, pixels, degrade, file)
    payload = codec.encode(30)
    assert not payload.startswith(b"\xff\xd8")
    np.testing.assert_array_equal(codec.decode(payload), restorer.decode(unpack(payload)))


def test_a_damaged_jpeg_xl_file_is_refused():
    payload = repack(jpeg_encode(picture(40, 56, 3), quality=30))
    with pytest.raises(PayloadError):
        Restorer(identity(3), "unit").decode(payload[: len(payload) // 2])


def test_a_large_picture_is_restored_by_parts_as_in_one_piece(monkeypatch):
    """To one gray level: convolutions of other sizes add up in another order, and 8 bits round that away or up."""
    restorer, content = Restorer(lopsided(3), "unit"), jpeg_encode(picture(150, 290, 3), quality=20)
    whole = restorer.decode(content)
    monkeypatch.setattr(parts, "SIDE", 64)
    assert np.abs(restorer.decode(content).astype(int) - whole).max() <= 1


def test_more_pixels_than_a_decoder_should_take_are_refused():
    with pytest.raises(PayloadError, match="at most 500 pixels"):
        Restorer(identity(1), "unit").decode(jpeg_encode(picture(20, 28, 1), quality=30), most_pixels=500)


def test_a_network_the_other_way_sees_the_original_and_has_no_bytes():
    pixels = picture(20, 28, 3)
    degrade = Degrade(qualities=[10], subsampling="4:2:0", progressive=True)
    imitated = RestorationCodec(Restorer(identity(3), "unit"), pixels, degrade).imitate(10)
    np.testing.assert_array_equal(imitated.pixels, pixels)
    assert imitated.payload is None


def test_projection_keeps_the_restored_image_near_the_file():
    """A network that adds light is brought back: the constant is the first coefficient of each block."""
    pixels = picture(48, 64, 1)
    content = jpeg_encode(pixels, quality=20)
    image = keras.Input((None, None, 1))
    brighter = keras.Model(image, image + 0.2)
    free, held = (Restorer(brighter, "unit", Inference(projection=width)).decode(content) for width in (None, 1.0))
    assert distortion.mse(reference=pixels, reconstruction=held) < distortion.mse(
        reference=pixels, reconstruction=free
    )


def test_an_ensemble_costs_eight_times_the_multiply_adds():
    settings = {"width": 8, "blocks": 1}
    alone, ensemble = (
        method.describe("space_to_depth", settings, Inference(ensemble=on), channels=1) for on in (False, True)
    )
    assert ensemble["macs_per_pixel"] == 8 * alone["macs_per_pixel"]
    assert ensemble["num_params"] == alone["num_params"]


@pytest.mark.parametrize(
    ("net", "settings"),
    [("dense_latent", {}), ("arcnn", {}), ("space_to_depth", {}), ("space_to_depth", {"conditioned": True})],
)
def test_the_costs_are_those_of_the_network_that_is_trained(net, settings):
    costs = method.describe(net, settings, Inference(), channels=1)
    assert costs["num_params"] == method.build(net, settings, channels=1).count_params()
    assert costs["macs_per_pixel"] > 0


def test_an_answer_that_is_no_number_is_not_taken_for_a_picture():
    image = keras.Input((None, None, 1))
    broken = Restorer(keras.Model(image, image * float("inf")), "unit")
    with pytest.raises(FloatingPointError, match="no numbers"):
        broken.decode(jpeg_encode(picture(16, 16, 1), quality=10))
