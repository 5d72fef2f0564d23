"""The parts of `rebuild.py` by themselves: dials, the search along them, settings laid over params.yaml."""

from pathlib import Path

import numpy as np
import pytest

from recon.coding import payload
from recon.coding.payload import PayloadError
from recon.core.errors import UserError
from recon.families.fractal import method as fractal
from recon.families.fractal.params import points_of
from recon.families.fractal.rebuilder import searched
from recon.families.fractal.search import Matches
from recon.families.shared import trained
from recon.families.shared.family import Dial, Family, middle, scale
from recon.rebuilding import methods, search
from recon.rebuilding.overlay import laid_over
from recon.settings.core import lookup, read_params
from refusals import refusal

ROOT = Path(__file__).resolve().parents[2]
SIDE = 16
GRAY = np.full((SIDE, SIDE, 1), 100, np.uint8)


class Levels(Family):
    """A family whose payload at n is n bytes, and whose picture is off by 30 - n gray levels everywhere."""

    def open(self):
        self.encoded, self.decoded = [], []

    def dial(self, pixels):
        return Dial("level", range(1, 30), 20, pixels, self.encode)

    def encode(self, value):
        self.encoded.append(value)
        return bytes(value)

    def decode(self, data):
        self.decoded.append(len(data))
        return GRAY + np.uint8(30 - len(data))


@pytest.fixture
def family():
    return Levels({}, "levels")


def bpp_at(level):
    return 8 * level / SIDE**2


def psnr_at(level):
    return 20 * np.log10(255 / (30 - level))


def found(family, what, target):
    return search.found(family.dial(GRAY), what, target, family).value


@pytest.mark.parametrize("level", [1, 2, 15, 28, 29])
def test_a_rate_is_kept_by_the_finest_level_that_does(family, level):
    assert found(family, "bpp", bpp_at(level)) == level
    assert found(family, "bpp", bpp_at(level + 0.9)) == level


@pytest.mark.parametrize("level", [1, 2, 15, 28, 29])
def test_a_quality_is_reached_by_the_coarsest_level_that_does(family, level):
    """Of the last digits of a float only as many are asked for as a rounding to 1e-9 leaves."""
    assert found(family, "psnr", psnr_at(level) - 1e-9) == level
    assert found(family, "psnr", psnr_at(level - 0.9)) == level


def test_a_search_halves_what_is_left(family):
    """Of 29 levels five are tried at most, each once; for a rate nothing is decoded."""
    found(family, "bpp", bpp_at(11))
    assert len(family.encoded) == len(set(family.encoded)) <= 5
    assert family.decoded == []


def test_what_is_out_of_reach_is_refused_with_the_range(family):
    with pytest.raises(
        UserError, match=r"0.010 bpp .*: levels goes from 0.031 bpp \(level=1\) to 0.906 bpp \(level=29\)"
    ):
        found(family, "bpp", 0.01)
    with pytest.raises(
        UserError, match=r"60.00 dB .*: levels goes from 18.88 dB \(level=1\) to 48.13 dB \(level=29\)"
    ):
        found(family, "psnr", 60)


def test_a_level_is_a_whole_number_among_those_there_are(family):
    dial = family.dial(GRAY)
    assert isinstance(dial.checked(7.0), int)
    for wrong in (0, 30, 7.5):
        assert "--level" in refusal(dial.checked, wrong)


@pytest.mark.parametrize(("values", "found"), [([3], 3), ([5, 1, 3], 3), ([1, 2, 3, 4], 3)])
def test_the_middle_of_a_sweep_is_one_of_its_values(values, found):
    assert middle(values) == found


@pytest.mark.parametrize(("first", "last"), [(80, 0.5), (0.02, 24)])
def test_a_scale_has_both_ends_and_equal_ratios(first, last):
    """To the 0.5 % that three digits leave of each of two numbers."""
    values = scale(first, last, per_octave=8)
    assert (values[0], values[-1]) == (first, last)
    ratios = np.divide(values[1:], values[:-1])
    assert ratios == pytest.approx(2 ** (np.sign(last - first) / 8), rel=0.011)


# --- Settings laid over params.yaml ---


@pytest.fixture
def params(monkeypatch):
    monkeypatch.chdir(ROOT)
    return read_params()


def test_changes_are_laid_over_params_in_their_order(params):
    changes = ["fractal.coding.largest=8", "fractal.coding.largest=32", 'degrade.subsampling="4:4:4"']
    changes += [
        "autoencoder.experiments.plane.sweep.q_step=[0.1,0.2]",
        "+fractal.experiments.plane.coding={smallest:8}",
    ]
    laid = laid_over(params, [*changes, "~inspect.quality", "+inspect.quality=5"])
    assert lookup(laid, "fractal.coding.largest") == 32
    assert lookup(laid, "degrade.subsampling") == "4:4:4"
    assert lookup(laid, "autoencoder.experiments.plane.sweep.q_step") == [0.1, 0.2]
    assert lookup(laid, "fractal.experiments.plane.coding") == {"smallest": 8}
    assert lookup(laid, "inspect.quality") == 5


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("fractal", "-S fractal: expected KEY=VALUE, such as coordinates.training.epochs=5"),
        ("fractal.coding.largest=[8", "expected KEY=VALUE"),
        ("fractal.coding.largest=8,16", "one value at a time; a list goes in brackets"),
        ("fractal.coding.bigest=8", "`bigest` is missing in fractal.coding; known keys: largest, "),
        ("+fractal.codings.largest=8", "`codings` is missing in fractal; known keys: "),
        ("+epochs.many=8", "`many` is missing in epochs; known keys: none"),
        ("~fractal.coding.bigest", "`bigest` is missing in fractal.coding"),
        ("~fractal.coding.largest", "fractal.coding.largest: missing"),
        ("fractal.coding.largest=7", "fractal.coding.largest: input should be 2, 4, 8, 16 or 32 (got 7)"),
        ("coordinates.experiments.plane.settings.depth=0", "counts start at 1"),
    ],
)
def test_a_change_that_cannot_be_is_one_line(params, change, complaint):
    assert complaint in refusal(laid_over, params, [change])


# --- Files and methods ---


def test_the_suffix_of_a_method_is_its_own_or_the_container_s():
    suffixes = {name: method.suffixes[0] for name, method in methods.known().items()}
    assert len(suffixes) == len(methods.rooms.names(methods.ROOM)) + 3  # four codecs are one family
    assert set(suffixes.values()) == {".jpg", ".jp2", ".webp", ".avif", methods.CONTAINER}


def test_no_two_families_begin_their_payloads_alike():
    families = {method.family for method in methods.known().values() if method.suffixes[0] == methods.CONTAINER}
    packed = {name: payload.pack(family=name, rows=9, columns=9, channels=1, body=b"") for name in families}
    assert all([method.family for method in methods.of_payload(data)] == [name] for name, data in packed.items())


def test_weights_are_found_by_what_they_hold(tmp_path):
    paths = [tmp_path / name for name in ("one.h5", "two.h5")]
    for path in paths:
        path.write_bytes(path.name.encode())
    about = {"family": "autoencoder", "rows": 9, "columns": 9, "channels": 3, "body": b"some"}
    data = payload.pack(**about, model_id=payload.model_id(b"two.h5"))
    asked = {"family": "autoencoder", "command": "dvc repro some"}
    assert trained.made_with(data, paths=paths, **asked) == paths[1]
    for gone in ([], paths[:1]):
        with pytest.raises(
            PayloadError, match=r"needs model [0-9a-f]{16}, which models/autoencoder does not hold; .* some$"
        ):
            trained.made_with(data, paths=gone, **asked)
    with pytest.raises(PayloadError, match="checksum is wrong"):
        trained.made_with(data[:-1], paths=paths, **asked)
    with pytest.raises(PayloadError, match="names no model"):
        trained.made_with(payload.pack(**about), paths=paths, **asked)


def test_blocks_are_matched_as_in_the_pipeline():
    params = {"fractal": {"coding": CODING, "experiments": {"plane": {"subject": "plane"}}}}
    coding = points_of(params, "plane")[0].settings.coding
    pixels = np.random.default_rng(0).integers(0, 256, (21, 37, 3), np.uint8)
    ours, its = searched(pixels, coding), fractal.searched(pixels, coding)
    assert (ours.rows, ours.columns, ours.channels, ours.coding) == (
        its.rows,
        its.columns,
        its.channels,
        its.coding,
    )
    for part, same_part in zip(ours.matches, its.matches, strict=True):
        for (shape, matches), (same_shape, same) in zip(part, same_part, strict=True):
            assert shape == same_shape
            for one, other in zip(matches, same, strict=True):
                for name in Matches.__dataclass_fields__:
                    np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


CODING = {
    **{"largest": 8, "smallest": 2, "domain_step": 4, "max_contrast": 0.9, "contrast_steps": 7},
    **{"brightness_step": 4, "tolerance": 8, "chroma_tolerance": 0.5},
}
