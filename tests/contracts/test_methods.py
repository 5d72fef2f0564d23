"""What every method promises: its payload, and what it shares, is all that a decoder needs."""

import inspect

import numpy as np
import pytest

from case import share_nothing
from cases import CASES
from pictures import picture
from recon.coding.payload import PayloadError
from recon.core import rooms
from recon.core.reconstruction import RECONSTRUCTIONS, EntryWriter, payload_bytes, read_pixels
from recon.families.shared.codec import Codec
from refusals import outcome

# Sides that are no multiple of any stride or block, and the smallest there may be.
SIDES = {"odd": (37, 53), "even": (32, 24), "small": (8, 9)}
COLORS = {"rgb": 3, "gray": 1}


@pytest.fixture(scope="module", params=[(name, color) for name in CASES for color in COLORS], ids="-".join)
def trained(request, tmp_path_factory):
    """A case, the folder of its shared model, and the number of channels."""
    name, color = request.param
    folder = tmp_path_factory.mktemp("model")
    CASES[name].share(folder, COLORS[color], 1)
    return CASES[name], folder, COLORS[color]


@pytest.fixture(scope="module")
def payload(trained):
    case, folder, channels = trained
    return case.rebuild(folder, picture(*SIDES["odd"], channels)).payload


@pytest.fixture(scope="module")
def decode(trained):
    case, folder, channels = trained
    return case.decoder(folder, channels)


def test_every_family_that_makes_or_reads_payloads_has_a_case():
    families = {family for part in ("params", "method", "rebuilder") for family in rooms.families(part)}
    assert {case.family for case in CASES.values()} == families


@pytest.mark.parametrize("family", rooms.families("method"))
def test_every_codec_of_a_family_is_that_of_a_case(family, tmp_path):
    missing = codecs(rooms.load_part(family, "method").__package__)
    assert missing
    for name in [name for name, case in CASES.items() if case.family == family]:
        if missing:
            CASES[name].share(tmp_path / name, 3, 1)
            missing -= {type(CASES[name].codec(tmp_path / name, picture(*SIDES["even"], 3)))}
    assert missing == set()


def codecs(package, base=Codec):
    """Return the classes of a package that derive from Codec and can be made."""
    below = {kind for derived in base.__subclasses__() for kind in (derived, *codecs(package, derived))}
    return {kind for kind in below if kind.__module__.startswith(f"{package}.") and not inspect.isabstract(kind)}


@pytest.mark.parametrize("room", [room for room in rooms.network_rooms() if room != "networks"])
def test_every_network_of_a_family_has_a_case(room):
    """So have autoencoders in the shared room: their latent is the payload."""
    family = room.split("/")[1]
    assert {f"{family}_{net}" for net in rooms.names(room)} <= CASES.keys()
    assert set(filter(rooms.is_codec, rooms.names("networks"))) <= CASES.keys()


def test_the_saved_payload_alone_gives_the_saved_picture(trained, tmp_path, monkeypatch):
    """Bit for bit, one image at a time, in fresh objects, in another order."""
    monkeypatch.chdir(tmp_path)
    case, folder, channels = trained
    with EntryWriter(family="some", entry="one", about={}) as writer:
        for image, sides in SIDES.items():
            writer.add({"q": 1}, image, case.rebuild(folder, picture(*sides, channels)))
    for image, sides in reversed(SIDES.items()):
        data = (RECONSTRUCTIONS / f"some/one/q=1/{image}.bin").read_bytes()
        where = {"family": "some", "entry": "one", "variant": "q=1", "image": image}
        assert payload_bytes(**where) == len(data)
        decoded = case.decoder(folder, channels)(data)
        assert (decoded.shape, decoded.dtype) == ((*sides, channels), np.uint8)
        np.testing.assert_array_equal(decoded, read_pixels(**where))


def test_equal_pixels_give_equal_payloads(trained, payload):
    case, folder, channels = trained
    assert case.rebuild(folder, picture(*SIDES["odd"], channels)).payload == payload


def test_encoding_and_decoding_take_time(trained):
    case, folder, channels = trained
    result = case.rebuild(folder, picture(*SIDES["even"], channels))
    assert result.encode_seconds > 0
    assert result.decode_seconds > 0


@pytest.mark.parametrize("kept", [0.0, 0.1, 0.5, 0.9])
def test_a_cut_payload_is_refused(decode, payload, kept):
    with pytest.raises(PayloadError):
        decode(payload[: int(kept * len(payload))])


@pytest.mark.parametrize("foreign", [b"", b"RCN", b"some text, long enough for any header there is", bytes(100)])
def test_a_foreign_payload_is_refused(decode, foreign):
    with pytest.raises(PayloadError):
        decode(foreign)


def test_another_method_s_payload_is_refused(trained, decode, tmp_path):
    """A codec's file for the container, and the other way round: JPEG files are the payload of several methods."""
    case, _, channels = trained
    other = next(other for other in CASES.values() if other.has_checksum != case.has_checksum)
    other.share(tmp_path, channels, 1)
    data = other.rebuild(tmp_path, picture(*SIDES["even"], channels)).payload
    with pytest.raises(PayloadError):
        decode(data)


def test_a_flipped_bit_is_noticed_or_at_least_no_crash(trained, decode, payload):
    """A codec's own file may have no checksum: then a picture comes out, or the one clear error."""
    case, _, channels = trained
    for place in np.linspace(0, len(payload) - 1, 40, dtype=int):
        damaged = bytearray(payload)
        damaged[place] ^= 0x10
        found = outcome(decode, bytes(damaged))
        if not isinstance(found, PayloadError):
            assert not case.has_checksum
            assert (found.dtype, found.shape[-1]) == (np.uint8, channels)


# A JPEG file, which has no room for the checksum of a model, is for any restorer.
BOUND = [name for name, case in CASES.items() if case.share is not share_nothing and case.has_checksum]


@pytest.mark.parametrize("name", BOUND)
def test_another_shared_model_is_refused(name, tmp_path):
    case = CASES[name]
    for seed in (1, 2):
        case.share(tmp_path / str(seed), 3, seed)
    payload = case.rebuild(tmp_path / "1", picture(*SIDES["even"], 3)).payload
    with pytest.raises(PayloadError, match="payload needs model"):
        case.decoder(tmp_path / "2", 3)(payload)
