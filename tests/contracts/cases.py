"""How each method is tried out: tiny networks, and codecs at one setting."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

# isort: split
import keras

from recon.core import tiles
from recon.core.reconstruction import Reconstruction
from recon.families.autoencoder import method as autoencoder
from recon.families.autoencoder.params import BEST
from recon.families.classical import method as classical
from recon.families.coordinates import method as coordinates
from recon.families.coordinates.params import InputMapping
from recon.families.deblocking import method as deblocking
from recon.families.fractal import method as fractal
from recon.families.fractal.params import Fit
from recon.families.latent_decoder import method as latent_decoder
from recon.families.pixels import method as pixels
from recon.families.restoration import fitting
from recon.families.restoration import method as restoration
from recon.families.restoration.params import Inference
from recon.settings.networks import network_settings
from recon.training import fitting as training


def nothing_to_share(folder: Path, channels: int, seed: int) -> None:
    """Stand for a method without a shared model."""


@dataclass(frozen=True)
class Case:
    """A method as encoder and decoder that have only files in common.

    Attributes:
        method: the module's name in recon/methods.
        rebuild: (folder, pixels) -> Reconstruction, from the shared model in `folder`.
        decoder: (folder, channels) -> (payload -> pixels), all objects made anew.
        share: (folder, channels, seed) puts a shared model into `folder`; it need not be trained.
        has_checksum: every damage is noticed; else a damaged payload may give a damaged picture.
    """

    method: str
    rebuild: Callable[[Path, np.ndarray], Reconstruction]
    decoder: Callable[[Path, int], Callable[[bytes], np.ndarray]]
    share: Callable[[Path, int, int], None] = nothing_to_share
    has_checksum: bool = True


def _classical(codec: str, setting: float) -> Case:
    return Case(
        "classical",
        rebuild=lambda folder, pixels: classical.rebuild(pixels, codec=codec, setting=setting),
        decoder=lambda folder, channels: partial(classical.decode, channels=channels),
        has_checksum=False,
    )


def _deblocking(filter: str) -> Case:
    return Case(
        "deblocking",
        rebuild=lambda folder, pixels: deblocking.rebuild(pixels, filter=filter, quality=30, progressive=True),
        decoder=lambda folder, channels: partial(deblocking.decode, filter=filter),
        has_checksum=False,
    )


def _autoencoder(net: str, settings: dict[str, Any], value_range: str) -> Case:
    def build(channels: int) -> keras.Model:
        return autoencoder.build(net, settings, channels=channels)

    def share(folder: Path, channels: int, seed: int) -> None:
        keras.utils.set_random_seed(seed)
        training.save_weights(build(channels), autoencoder.weights_path(folder, BEST))

    def codec(folder: Path, channels: int) -> autoencoder.Codec:
        return autoencoder.load(build(channels), folder, BEST, value_range=value_range)

    return Case(
        "autoencoder",
        rebuild=lambda folder, pixels: codec(folder, pixels.shape[-1]).rebuild(pixels, q_step=0.01),
        decoder=lambda folder, channels: codec(folder, channels).decode,
        share=share,
    )


def _restoration(net: str, settings: dict[str, Any], **inference: Any) -> Case:
    def share(folder: Path, channels: int, seed: int) -> None:
        keras.utils.set_random_seed(seed)
        model = restoration.build(net, settings, channels=channels)
        for weights in model.weights:  # a last layer of zeros would hide what the rest does
            weights.assign(keras.random.normal(weights.shape, stddev=0.1, seed=seed))
        training.save_weights(model, folder / fitting.WEIGHTS)

    def restorer(folder: Path, channels: int) -> restoration.Restorer:
        model = restoration.build(net, settings, channels=channels)
        model.load_weights(folder / fitting.WEIGHTS)
        return restoration.Restorer(model, "unit", Inference(**inference))

    return Case(
        "restoration",
        rebuild=lambda folder, pixels: restorer(folder, pixels.shape[-1]).rebuild(pixels, quality=30),
        decoder=lambda folder, channels: restorer(folder, channels).decode,
        share=share,
        has_checksum=False,
    )


def _coordinates(net: str, settings: dict[str, Any], kind: str, value_range: str = "unit") -> Case:
    mapping = InputMapping(kind=kind, num_frequencies=4, scale=2.0)
    settings = network_settings(net, settings, "case", room="families/coordinates/networks")

    def rebuild(folder: Path, pixels: np.ndarray) -> Reconstruction:
        """Stand for a fit by random weights, which make a picture too."""
        field = coordinates.Field(net, settings, mapping, 1, pixels.shape[-1], value_range)
        keras.utils.set_random_seed(1)
        model = field.build()
        for seed, weights in enumerate(model.weights):
            weights.assign(keras.random.normal(weights.shape, stddev=0.5, seed=seed))
        rows, columns, _ = pixels.shape
        return coordinates.rebuild(field, model, bits=8, rows=rows, columns=columns)

    return Case("coordinates", rebuild=rebuild, decoder=lambda folder, channels: coordinates.decode)


def _latent_decoder(net: str, settings: dict[str, Any], latents: int = 4, value_range: str = "unit") -> Case:
    side = 8

    def build(channels: int) -> keras.Model:
        settled = network_settings(net, settings, "case", room="families/latent_decoder/networks")
        return latent_decoder.build(net, settled, latents=latents, image_shape=(side, side, channels))

    def share(folder: Path, channels: int, seed: int) -> None:
        keras.utils.set_random_seed(seed)
        training.save_weights(build(channels), folder / latent_decoder.WEIGHTS)

    def codec(folder: Path, channels: int) -> latent_decoder.Codec:
        return latent_decoder.load(build(channels), folder, value_range=value_range)

    def rebuild(folder: Path, pixels: np.ndarray) -> Reconstruction:
        """Stand for codes that were found by random projections of the patches."""
        patches = tiles.cut(pixels, side).reshape(tiles.count(*pixels.shape[:2], side), -1) / 255 - 0.5
        ways = np.random.default_rng(0).normal(size=(patches.shape[1], latents))
        rows, columns, channels = pixels.shape
        codes = (patches @ ways).astype(np.float32)
        return codec(folder, channels).rebuild(codes, q_step=0.1, rows=rows, columns=columns)

    return Case(
        "latent_decoder",
        rebuild=rebuild,
        decoder=lambda folder, channels: codec(folder, channels).decode,
        share=share,
    )


def _fractal(**settings: int) -> Case:
    told = {"largest": 8, "smallest": 4, "domain_step": 4, "max_contrast": 0.9, "contrast_steps": 7}
    told |= {"brightness_step": 4, "tolerance": 6, "chroma_tolerance": 0.5}
    fit = Fit(**told | settings)
    return Case(
        "fractal",
        rebuild=lambda folder, pixels: fractal.rebuild(fractal.searched(pixels, fit.coding), fit),
        decoder=lambda folder, channels: fractal.decode,
    )


CASES = {
    "jpeg": _classical("jpeg", 50),
    "jpeg2000": _classical("jpeg2000", 2.0),
    "webp": _classical("webp", 50),
    "avif": _classical("avif", 50),
    "deblocking_none": _deblocking("none"),
    "deblocking_shift_average": _deblocking("shift_average"),
    "deblocking_shift_average_clipped": _deblocking("shift_average_clipped"),
    "conv_autoencoder": _autoencoder("conv_autoencoder", {"filters": [8, 4]}, "unit"),
    "residual_autoencoder": _autoencoder(
        "residual_autoencoder", {"width": 8, "blocks": 1, "latents": 4}, "symmetric"
    ),
    "restoration": _restoration("space_to_depth", {"width": 8, "blocks": 1, "conditioned": True}),
    "restoration_ensemble": _restoration(
        "space_to_depth", {"width": 4, "blocks": 1}, ensemble=True, projection=0.6
    ),
    "coordinates_gaussian": _coordinates("mlp", {"width": 6, "depth": 2}, "gaussian"),
    "coordinates_basic": _coordinates("mlp", {"width": 6, "output_activation": "tanh"}, "basic", "symmetric"),
    "coordinates_siren": _coordinates("siren", {"width": 6}, "none"),
    "coordinates_grid": _coordinates("grid", {"width": 6, "levels": 2, "table_rows": 32}, "none"),
    "pixels": Case(
        "pixels",
        rebuild=lambda folder, image: pixels.rebuild(image),
        decoder=lambda folder, channels: pixels.decode,
    ),
    "latent_decoder_linear": _latent_decoder("linear", {"output_activation": "linear"}),
    "latent_decoder_of_one_latent": _latent_decoder("mlp", {"width": 8}, latents=1),
    "latent_decoder_conv": _latent_decoder("conv", {"width": 4, "levels": 1, "grid": 2}),
    "latent_decoder_coordinate": _latent_decoder(
        "coordinate", {"width": 8, "depth": 2, "output_activation": "tanh"}, value_range="symmetric"
    ),
    "fractal_fixed": _fractal(largest=4),
    "fractal_quadtree": _fractal(largest=8, smallest=2),
    "restoration_patchwise": _restoration("dense_latent", {"patch_size": 16, "filters": [4, 4], "latents": 8}),
}
