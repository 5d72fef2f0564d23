"""A small invented run in the working folder, with all that plots/report.html is made of."""

import base64
import io
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from ruamel.yaml import YAML

import leaderboard
import report
from invented import score, write_scores
from recon.core import files, images
from recon.core.imageset import ImageSet, write_set
from recon.core.reconstruction import EntryWriter, Reconstruction
from recon.core.sources import ROOT
from recon.drawing import animations, figures
from recon.families.restoration import comparison
from recon.referee import scoring
from recon.settings.core import read_params

PHOTOGRAPHS = ("meadow", "harbor")
FAMILIES = ("classical", "autoencoder", "restoration", "coordinates", "latent_decoder", "pixels", "fractal")
# Family, entry, variant: bytes of the payload, and deviation in gray levels of the noise that the method leaves.
CURVES = {
    ("classical", "jpeg"): {"quality=10": (120, 14), "quality=30": (250, 8), "quality=70": (520, 4)},
    ("classical", "avif"): {"quality=20": (110, 9), "quality=40": (240, 5), "quality=60": (500, 2)},
    ("autoencoder", "plane"): {"q_step=0.3": (130, 20), "q_step=0.1": (260, 15)},
    ("restoration", "plane"): {"quality=10": (120, 11), "quality=30": (250, 7)},
    ("coordinates", "plane"): {"width=20,bits=8": (140, 12), "width=48,bits=8": (300, 9)},
    ("latent_decoder", "plane"): {"q_step=0.4": (150, 13), "q_step=0.1": (400, 6)},
    ("pixels", "plane"): {"step=last": (48 * 64 * 3, 0)},
    ("fractal", "plane"): {"tolerance=20": (90, 16), "tolerance=6": (310, 8)},
}
ABOUT = {
    "autoencoder": {"num_params": 1000, "macs_per_pixel": 50, "decoder_bytes": 2000},
    "latent_decoder": {"num_params": 500, "macs_per_pixel": 20, "decoder_bytes": 900},
    "coordinates": {"num_params": 77, "macs_per_pixel": 70},
}


def photograph(index: int) -> np.ndarray:
    """Return uint8 (48, 64, 3): waves of its own in each color."""
    rows, columns = np.mgrid[0:48, 0:64] / 9
    waves = [np.sin(rows * (index + 1) + channel) * np.cos(columns + channel) for channel in range(3)]
    return (127 + 90 * np.stack(waves, axis=-1)).astype(np.uint8)


def noisy(pixels: np.ndarray, deviation: float, seed: int) -> np.ndarray:
    """Return uint8 pixels with noise that is the same each time."""
    noise = np.random.default_rng(seed).normal(0, deviation, pixels.shape)
    return np.clip(pixels + noise, 0, 255).round().astype(np.uint8)


def write_run() -> None:
    """Write params.yaml, data/, metrics/ and plots/ as the stages before the page do."""
    whole = read_params(ROOT / "params.yaml")
    whole["plot"]["mosaic_bpp"] = 0.7
    whole["plane"] |= {"source": "some", "images": "all", "rows": None, "columns": None}
    with Path("params.yaml").open("w") as file:
        YAML().dump(whole, file)
    printed = {"bpp": [0.1, 0.5, 0.9, 9], "psnr-rgb": [10, 30, 33, 60]}
    files.write_json("data/published/some/theirs.json", {"name": "Theirs", "results": printed})
    shutil.copytree(ROOT / ".dvc/plots", ".dvc/plots")
    files.write_text("data/sources/report.txt", "0  stages/report.py\n")
    files.write_text("data/sources/networks/unet.txt", "1  stages/recon/networks/unet.py\n")
    for name in ("plane", "test"):
        pictures = [(image, "test", photograph(index)) for index, image in enumerate(PHOTOGRAPHS)]
        write_set(f"data/subjects/{name}", pictures, source="some", color="rgb")
    _write_plane()
    _write_test()
    _write_others()
    _write_figures()


def make_page() -> str:
    """Run the stage on what `write_run` wrote, and return the page."""
    report.main()
    return Path("plots/report.html").read_text(encoding="utf-8")


def _write_plane() -> None:
    for (family, entry), points in CURVES.items():
        with EntryWriter(family=family, entry=entry, about=ABOUT.get(family, {})) as writer:
            for seed, (variant, (size, deviation)) in enumerate(points.items()):
                for index, image in enumerate(PHOTOGRAPHS):
                    pixels = noisy(photograph(index), deviation, seed)
                    writer.add(variant, image, Reconstruction(pixels, bytes(size + index), 0.1, 0.1))
    references = ImageSet.open("data/subjects/plane")
    for family in FAMILIES:
        entries = [entry for name, entry in CURVES if name == family]
        scores = [
            scoring.score_entry(family=family, entry=entry, subject="plane", references=references)
            for entry in entries
        ]
        files.write_csv(f"metrics/{family}.csv", scoring.rounded(pd.concat(scores)))
    leaderboard.main(*FAMILIES)


def _write_test() -> None:
    """Write restored photographs, and the referee's rows of them behind those of the plane."""
    plane = files.read_csv("metrics/restoration.csv")
    gains = {"jpeg": 0.0, "shift_average": 0.4, "one": 0.9}
    rows = [
        score(entry, 27 + gain, variant=f"quality={quality}", image=image)
        for entry, gain in gains.items()
        for quality in (10, 40)
        for image in PHOTOGRAPHS
    ]
    write_scores(*rows)
    files.write_csv("metrics/restoration.csv", pd.concat([plane, files.read_csv("metrics/restoration.csv")]))
    for seed, entry in enumerate(gains):
        family = comparison.NETWORKS if entry == "one" else comparison.BASELINES
        with EntryWriter(family=family, entry=entry, about={}) as writer:
            for variant in ("quality=10", "quality=40"):
                for index, image in enumerate(PHOTOGRAPHS):
                    pixels = noisy(photograph(index), 12 - 3 * seed, seed)
                    writer.add(variant, image, Reconstruction(pixels, b"", 0.1, 0.1))
    table = comparison.table(comparison.read_scores(), {"one": "unet"}, {"one": 100})
    files.write_csv("metrics/restoration_comparison.csv", table)


def _write_others() -> None:
    """Write the numbers of which the stories tell."""
    rows = files.read_csv("metrics/autoencoder.csv")
    epochs = [{"entry": "deep", "variant": f"epoch={n}", "psnr_db": psnr} for n, psnr in ((10, 12.0), (500, 24.5))]
    files.write_csv("metrics/autoencoder.csv", pd.concat([rows, pd.DataFrame(epochs)]))
    rows = files.read_csv("metrics/coordinates.csv")
    mappings = [
        {"entry": "mappings", "variant": f"base=base,mapping={name},bits=16", "psnr_db": psnr, "rows": 128}
        for name, psnr in (("none", 18.1), ("gaussian", 35.6))
    ]
    files.write_csv("metrics/coordinates.csv", pd.concat([rows, pd.DataFrame(mappings)]))
    decoders = {"net": ["linear", "conv"], "latents": 4, "fit_psnr_db": [20.5, 22.3], "pca_psnr_db": 20.6}
    found = {"found_psnr_db": [23.9, 20.8], "found_pca_psnr_db": 24.0}
    files.write_csv("metrics/latent_comparison.csv", pd.DataFrame(decoders | found))
    curve = {
        "entry": "one",
        "variant": "base=base",
        "image": "meadow",
        "step": [0, 1, 2],
        "rmse": [100, 50, 0.0004],
    }
    files.write_csv("metrics/pixels_rmse.csv", pd.DataFrame(curve | {"closed_form_rmse": [100, 50, 0.0003]}))


def _write_figures() -> None:
    """Write a chart for each of three families, and an animation."""
    for name in ("autoencoder/snapshots.png", "restoration/qualities.png", "pixels/rmse.png"):
        figure = figures.new_figure(4, 2.5)
        figures.draw_curve(figure.subplots(), [0, 1], [1, 2], label="some", index=0)
        figures.save(f"plots/{name}", figure)
    frames = [noisy(photograph(0), deviation, 0) for deviation in (90, 40, 0)]
    animations.write_gif("plots/pixels/steps.gif", frames, milliseconds=500, last_milliseconds=500)


def decoded(source: str) -> Image.Image:
    """Return the picture in a data URI."""
    return Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2])))


def pixels_of(source: str) -> np.ndarray:
    """Return the pixels of the picture in a data URI: uint8 (rows, columns, 3)."""
    return images.from_pillow(decoded(source))
