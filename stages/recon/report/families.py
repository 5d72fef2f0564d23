"""The five families: their titles, their stories, and the figures of each that the page shows, in words too."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from recon.report import embedding, stories

PLOTS = Path("plots")


@dataclass(frozen=True)
class Figure:
    """A figure of the page: data URIs of it and, where it moves, of a still; its size, and words for it."""

    source: str
    still: str
    width: int
    height: int
    caption: str


@dataclass(frozen=True)
class Family:
    """A family: a key, a title, the sentences of its story, and its figures."""

    key: str
    title: str
    story: list[str]
    figures: list[Figure]


TITLES: dict[str, tuple[str, Callable[[pd.DataFrame, float], list[str]]]] = {
    "autoencoder": ("Autoencoders", stories.autoencoder),
    "restoration": ("JPEG restoration", stories.restoration),
    "coordinates": ("Coordinate networks", stories.coordinates),
    "latent_decoder": ("Latent decoders", stories.latent_decoder),
    "noise": ("Out of noise", stories.noise),
}
# What is seen in each figure, the most telling first. A run that has not all of them shows those that it has.
CAPTIONS = {
    "autoencoder": {
        "autoencoder/snapshots.png": "The original, and each autoencoder after more and more epochs.",
        "autoencoder/curves.png": "Training loss and PSNR of each autoencoder over its epochs.",
    },
    "restoration": {
        "restoration/qualities.png": "What each restorer gains on the JPEG file, over the file's quality.",
        "restoration/factors.png": "What each factor of a network or its training changes, one at a time.",
        "restoration/pareto.png": "Gain over JPEG against the network's parameters and multiply-adds.",
        "restoration/training.png": "Validation gain of each network as its training went on.",
    },
    "coordinates": {
        "coordinates/sheets/mappings.png": "One photograph by each mapping and two optimizers.",
        "coordinates/sheets/inpainting.png": "Hidden pixels made up by a network, and by two methods without.",
        "coordinates/sheets/scales.png": "Sigma of the Gaussian mapping, from too smooth to learned by heart.",
        "coordinates/sheets/paper.png": "Three of four pixels hidden: mappings beside interpolation.",
        "coordinates/sheets/plane.png": "The networks of the plane: width against rate.",
        "coordinates/sheets/photograph.png": "A photograph by heart, and how many bits a weight needs.",
        "coordinates/sheets/siren.png": "Sines instead of a mapping (SIREN).",
        "coordinates/sheets/grid.png": "A learned grid of features instead of a mapping.",
        "coordinates/sheets/losses.png": "Loss against mapping.",
        "coordinates/sheets/factors.png": "What each factor changes, one at a time.",
        "coordinates/sheets/thumbnail.png": "A thumbnail with as many features as pixels.",
        "coordinates/sheets/thumbnail_factors.png": "The thumbnail's factors, one at a time.",
        "coordinates/sheets/resolution.png": "Rendered finer than the network was shown.",
    },
    "latent_decoder": {
        "latent_decoder/sheets/patterns_between.gif": "From code to code, by decoder.",
        "latent_decoder/sheets/patches.png": "A seen and an unseen photograph by each decoder.",
        "latent_decoder/sheets/patterns.png": "Three patterns as each decoder gives them back.",
        "latent_decoder/sheets/patterns_artifacts.png": "What each decoder does to the patterns, measured.",
        "latent_decoder/sheets/patterns_training.png": "Training loss of the decoders of the patterns.",
    },
    "noise": {
        "pixels/steps.gif": "Pixels out of noise, by columns gradient descent, momentum and Adam.",
        "fractal/passes.gif": "A fractal out of noise, pass by pass of its decoder.",
        "pixels/steps.png": "Pixels from noise to the photograph in eight steps, by optimizer.",
        "pixels/rmse.png": "Error of the pixels over steps, the closed form as a line.",
        "fractal/passes.png": "From noise to the photograph in eight passes, for blocks of several sizes.",
        "fractal/blocks.png": "The blocks of each fractal, drawn over the photograph.",
        "fractal/rmse.png": "Error over passes, and two noises ending in one picture.",
    },
}


def gather(board: pd.DataFrame, target: float) -> list[Family]:
    """Return the families with their stories near the rate `target` and the figures that there are."""
    with ThreadPoolExecutor() as pool:  # packing is Pillow's work, which lets other threads go on
        figures = {key: pool.map(_figure, found, found.values()) for key, found in _found().items()}
        told = TITLES.items()
        return [Family(key, name, story(board, target), list(figures[key])) for key, (name, story) in told]


def _found() -> dict[str, dict[Path, str]]:
    """Return the figures that there are, each with its caption, by family."""
    paths = {key: {PLOTS / name: caption for name, caption in CAPTIONS[key].items()} for key in TITLES}
    return {key: {path: said for path, said in named.items() if path.is_file()} for key, named in paths.items()}


def _figure(path: Path, caption: str) -> Figure:
    if path.suffix == ".gif":
        source, still, (width, height) = embedding.animation(path)
    else:
        (source, (width, height)), still = embedding.figure(path), ""
    return Figure(source, still, width, height, caption)
