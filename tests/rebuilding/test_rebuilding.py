"""The parts of `rebuild.py` by themselves: the search, changes of params.yaml, the methods of files."""

import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from recon.coding import payload
from recon.core import rooms
from recon.core.errors import UserError
from recon.families.shared.family import Dial, Family, scale
from recon.rebuilding import methods, search
from recon.rebuilding.overlay import load_project
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

    def decode(self, payload):
        self.decoded.append(len(payload))
        return GRAY + np.uint8(30 - len(payload))


def made(kind, **attributes):
    """Return a family without params.yaml."""
    family = kind(SimpleNamespace(families=defaultdict(dict)), kind.__name__.lower())
    vars(family).update(attributes)
    return family


@pytest.fixture
def family():
    return made(Levels)


def bpp_at(level):
    return 8 * level / SIDE**2


def psnr_at(level):
    return 20 * np.log10(255 / (30 - level))


def find_level(family, measure, target):
    return search.find_point(family.dial(GRAY), measure, target, family).value


@pytest.mark.parametrize("level", [1, 2, 15, 28, 29])
def test_a_rate_is_kept_by_the_finest_level_that_does(family, level):
    assert find_level(family, "bpp", bpp_at(level)) == level
    assert find_level(family, "bpp", bpp_at(level + 0.9)) == level


@pytest.mark.parametrize("level", [1, 2, 15, 28, 29])
def test_a_quality_is_reached_by_the_coarsest_level_that_does(family, level):
    """Less 1e-9 dB, so that rounding does not decide."""
    assert find_level(family, "psnr", psnr_at(level) - 1e-9) == level
    assert find_level(family, "psnr", psnr_at(level - 0.9)) == level


def test_a_search_halves_the_range_at_each_step(family):
    """Of 29 levels at most five are tried, each once; for a rate nothing is decoded."""
    find_level(family, "bpp", bpp_at(11))
    assert len(family.encoded) == len(set(family.encoded)) <= 5
    assert family.decoded == []


def test_a_target_out_of_reach_is_refused_with_the_range(family):
    with pytest.raises(
        UserError, match=r"0.010 bpp .*: levels goes from 0.031 bpp \(level=1\) to 0.906 bpp \(level=29\), of 6"
    ):
        find_level(family, "bpp", 0.01)
    with pytest.raises(
        UserError, match=r"60.00 dB .*: levels goes from 18.88 dB \(level=1\) to 48.13 dB \(level=29\)"
    ):
        find_level(family, "psnr", 60)


class Wavering(Levels):
    """Whose quality falls again beyond a level."""

    best = 22

    def decode(self, payload):
        return super().decode(payload[: self.best - abs(self.best - len(payload))])


def test_a_point_that_was_tried_and_reaches_the_target_is_taken_where_quality_is_not_monotonic():
    family = made(Levels, decode=lambda payload: GRAY + np.uint8(1 if len(payload) == 1 else 20))
    assert find_level(family, "psnr", 40) == 1


def test_the_range_is_of_what_was_measured_where_quality_falls_again():
    with pytest.raises(UserError, match=r"goes from \S+ dB \(level=1\) to 29.05 dB \(level=23\), of 5"):
        find_level(made(Wavering), "psnr", 45)


# --- Searches of long fits ---


class Fits(Levels):
    """A family each of whose lambdas is a fit, like those measured: curves are smooth, and none is as expected."""

    power, octave_db, start_db, start_bpp, noise = -0.6, 3.3, 38, 1.2, 0.0

    def open(self):
        self.encoded = []
        self.rng = np.random.default_rng(0)

    def dial(self, pixels):
        values = scale(0.05, 1e-4, per_octave=24)
        return Dial("lmbda", values, 0.002, np.zeros((512, 512, 1)), self.encode, rate_power=-0.55)

    def encode(self, value):
        self.encoded.append(value)
        bpp = self.start_bpp * (value / 0.001) ** self.power * 2 ** self.rng.normal(0, self.noise)
        return bytes(round(bpp * 512**2 / 8))

    def decode(self, payload):
        psnr_db = self.start_db + self.octave_db * np.log2(8 * len(payload) / 512**2 / self.start_bpp)
        return np.full((512, 512, 1), 255 * 10 ** (-psnr_db / 20))


@pytest.fixture(params=[(-0.4, 2), (-0.5, 3), (-0.6, 4), (-0.7, 4)])
def fits(request, monkeypatch):
    power, octave_db = request.param
    monkeypatch.setattr(
        search.distortion,
        "psnr_db",
        lambda *, reference, reconstruction: 20 * np.log10(255 / reconstruction.mean()),
    )
    return made(Fits, power=power, octave_db=octave_db)


@pytest.mark.parametrize("bpp", [0.3, 0.6, 1.0, 2.0])
def test_two_to_four_fits_find_a_rate_that_is_kept_and_used_to_three_percent(fits, bpp):
    point = search.find_point(fits.dial(GRAY), "bpp", bpp, fits)
    assert 0.97 * bpp <= point.bpp <= bpp
    assert len(fits.encoded) == len(set(fits.encoded)) <= 4


@pytest.mark.parametrize("psnr_db", [35, 37, 38, 40])
def test_two_to_four_fits_find_a_quality_that_is_reached_and_hardly_exceeded(fits, psnr_db):
    point = search.find_point(fits.dial(GRAY), "psnr", psnr_db, fits)
    assert psnr_db <= point.psnr <= psnr_db + 0.15
    assert len(fits.encoded) == len(set(fits.encoded)) <= 4


def test_fits_whose_rate_wavers_keep_to_the_target_too(fits):
    fits.noise = 0.05
    for bpp in (0.3, 0.5, 1.0):
        fits.encoded = []
        assert search.find_point(fits.dial(GRAY), "bpp", bpp, fits).bpp <= bpp
        assert len(fits.encoded) <= 8


@pytest.mark.parametrize(("measure", "target", "end"), [("bpp", 90, 1e-4), ("psnr", 10, 0.05)])
def test_a_target_beyond_all_fits_gives_the_last_of_them(fits, measure, target, end):
    assert search.find_point(fits.dial(GRAY), measure, target, fits).value == end
    assert len(fits.encoded) <= 3


def test_a_rate_below_all_fits_is_refused_after_two(fits):
    complaint = refusal(search.find_point, fits.dial(GRAY), "bpp", 0.01, fits)
    assert re.search(
        r"0.010 bpp is .*: fits goes from .*\(lmbda=0.05\) to .*\(lmbda=0.00202\), of 2 set", complaint
    )
    assert complaint.endswith("; --lmbda takes other values, each a fit")


def test_a_quality_that_rises_too_slowly_is_refused_without_the_longest_fit(fits):
    complaint = refusal(search.find_point, fits.dial(GRAY), "psnr", 90, fits)
    assert "90.00 dB is out of reach for this picture" in complaint
    assert len(fits.encoded) == 2
    assert min(fits.encoded) > 1e-4


def test_the_widest_of_few_sizes_that_keeps_a_rate_is_found():
    """Where no fit is close to the target, the closest two are tried."""
    family = made(Levels)
    dial = replace(family.dial(GRAY), values=[4, 8, 25], usual=8, rate_power=1.0)
    assert search.find_point(dial, "bpp", bpp_at(20), family).value == 8
    assert sorted(family.encoded) == [8, 25]
    assert search.find_point(dial, "psnr", psnr_at(20), family).value == 25


# --- Changes of params.yaml ---


@pytest.fixture
def in_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.usefixtures("in_root")
def test_changes_are_made_in_their_order():
    changes = ["inspect.images=2", "inspect.images=3", 'degrade.subsampling="4:4:4"']
    changes += ["classical.experiments.webp.points.quality=[3,4]", "~inspect.quality", "+inspect.quality=5"]
    changes += ["+classical.experiments.second={codec:jpeg,subject:plane,points:{quality:[7]}}"]
    project = load_project(changes)
    assert project.inspect.images == 3
    assert project.degrade.subsampling == "4:4:4"
    assert project.inspect.quality == 5
    experiments = project.families["classical"].experiments
    assert [experiments[name].points.values for name in ("webp", "second")] == [[3, 4], [7]]


@pytest.mark.usefixtures("in_root")
@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("augment", "-S augment: expected KEY=VALUE, such as runtime.seed=2"),
        ("augment.patch_size=[8", "expected KEY=VALUE"),
        ("augment.patch_size=8,16", "one value at a time; a list goes in brackets"),
        ("augment.patch=8", "`patch` is missing in augment; known keys: patch_size, "),
        ("+augmentation.patch_size=8", "`augmentation` is missing in the top level; known keys: "),
        ("+epochs.many=8", "`many` is missing in epochs; known keys: none"),
        ("~augment.patch", "`patch` is missing in augment"),
        ("~augment.patch_size", "augment.patch_size: missing"),
        ("runtime.threads=0", "runtime.threads: input should be greater than or equal to 1 (got 0)"),
        ("classical.experiments.webp.subject=plain", "unknown subject `plain`; known: plane, "),
    ],
)
def test_a_change_that_cannot_be_is_one_line(change, complaint):
    assert complaint in refusal(load_project, [change])


# --- Files and methods ---


def test_a_method_s_files_have_a_suffix_that_pillow_knows_or_that_of_the_container():
    every = methods.all_methods().values()
    assert {method.family for method in every} == set(rooms.families("rebuilder"))
    assert all(method.formats or method.suffixes == (methods.CONTAINER,) for method in every)


def test_no_two_families_begin_their_payloads_alike():
    families = {method.family for method in methods.all_methods().values() if not method.formats}
    packed = {name: payload.pack(family=name, rows=9, columns=9, channels=1, body=b"") for name in families}
    decoders = {name: [method.family for method in methods.find_decoders(data)] for name, data in packed.items()}
    assert decoders == {name: [name] for name in families}
