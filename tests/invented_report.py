"""A small invented run in the working folder, with all that plots/report.html is made of."""

import base64
import io
import shutil
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import numpy as np
import pandas as pd
from PIL import Image
from ruamel.yaml import YAML

import leaderboard
import plot
import report
from recon.core import files, images, rooms
from recon.core.imageset import ImageSet, write_set
from recon.core.reconstruction import SCORES, EntryWriter, Reconstruction, variant_name
from recon.core.sources import ROOT
from recon.drawing import animations, figures
from recon.families.shared.captions import PLOTS
from recon.referee import scoring
from recon.report import families
from recon.settings.core import read_params

PHOTOGRAPHS = ("meadow", "harbor")
# Family, entry -> points: settings, bytes of the payload, and deviation in gray levels of the noise that is left.
CURVES = {
    ("classical", "jpeg"): [({"quality": 10}, 120, 14), ({"quality": 30}, 250, 8), ({"quality": 70}, 520, 4)],
    ("classical", "avif"): [({"quality": 20}, 110, 9), ({"quality": 40}, 240, 5), ({"quality": 60}, 500, 2)],
    ("autoencoder", "plane"): [({"q_step": 0.3}, 130, 20), ({"q_step": 0.1}, 260, 15)],
    ("restoration", "plane"): [({"quality": 10}, 120, 11), ({"quality": 30}, 250, 7)],
    ("coordinates", "plane"): [
        ({"axis": "width", "across": "20", "bits": 8}, 140, 12),
        ({"axis": "width", "across": "48", "bits": 8}, 300, 9),
    ],
    ("latent_decoder", "plane"): [({"q_step": 0.4}, 150, 13), ({"q_step": 0.1}, 400, 6)],
    ("pixels", "plane"): [({"step": "last"}, 48 * 64 * 3, 0)],
    ("fractal", "plane"): [({"tolerance": 20}, 90, 16), ({"tolerance": 6}, 310, 8)],
}
POINTS = sum(map(len, CURVES.values()))
DRAWN = POINTS - 1  # all but that of the pixels, which is beyond the chart
FAMILIES = list(dict.fromkeys(family for family, _ in CURVES))
ABOUT = {
    "autoencoder": {"num_params": 1000, "macs_per_pixel": 50, "decoder_bytes": 2000},
    "latent_decoder": {"num_params": 500, "macs_per_pixel": 20, "decoder_bytes": 900},
    "coordinates": {"num_params": 77, "macs_per_pixel": 70},
}


def gallery():
    """Return JPEG and AVIF of the plane at two qualities, as if they were a family's own pictures."""
    table = [
        {"group": f"level {level}", "method": method, "family": "classical", "entry": method, "variant": variant}
        for level, variants in enumerate([("quality=10", "quality=20"), ("quality=70", "quality=60")])
        for method, variant in zip(("jpeg", "avif"), variants, strict=True)
    ]
    rows = [
        row | {"image": image, "caption": f"{image} {row['variant']}"} for image in PHOTOGRAPHS for row in table
    ]
    return "Restored: invented photographs", "plane", pd.DataFrame(rows)


def _findings(title: str, captions: dict[str, str], **more: object) -> SimpleNamespace:
    words = {"TITLE": title, "INTRODUCTION": f"{title} are invented.", "FIGURES": captions}
    return SimpleNamespace(**words, describe=lambda: ["First `finding`.", "Second one."], **more)


# In place of the findings of all families. A figure that is not there stands for one that a run has not made.
FINDINGS = {
    "autoencoder": _findings("Autoencoders", {"curves.png": "Curves of some.", "absent.png": "Never drawn."}),
    "restoration": _findings("Restorers", {"qualities.png": "Gains of some."}, gallery=gallery),
    "pixels": _findings("Pixels", {"steps.gif": "Pixels out of noise.", "rmse.png": "Error of some over steps."}),
}


def photograph(index: int) -> np.ndarray:
    """Return uint8 (48, 64, 3): waves that differ from color to color and from photograph to photograph."""
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
    whole["subjects"]["plane"] |= {"source": "some", "images": "all", "rows": None, "columns": None}
    with Path("params.yaml").open("w") as file:
        YAML().dump(whole, file)
    for family in FAMILIES:
        files.write_json(f"data/params/{family}.json", whole.get(family, {"experiments": {}}))
    files.write_json("data/params/families.json", FAMILIES)
    printed = {"bpp": [0.1, 0.5, 0.9, 9], "psnr-rgb": [10, 30, 33, 60]}
    files.write_json("data/published/some/theirs.json", {"name": "Theirs", "results": printed})
    shutil.copytree(ROOT / ".dvc/plots", ".dvc/plots")
    files.write_text("data/sources/report.txt", "0  stages/report.py\n")
    files.write_text("data/sources/networks/unet.txt", "1  stages/recon/networks/unet.py\n")
    pictures = [(image, "test", photograph(index)) for index, image in enumerate(PHOTOGRAPHS)]
    write_set("data/subjects/plane", pictures, source="some", color="rgb")
    _write_plane()
    _write_figures()


def make_page() -> str:
    """Run the stage on what `write_run` wrote, with the invented findings, and return the page."""
    with (
        mock.patch.object(families, "list_families", return_value=list(FINDINGS)),
        mock.patch.object(rooms, "load_part", lambda family, _: FINDINGS[family]),
    ):
        report.main()
    return Path("plots/report.html").read_text(encoding="utf-8")


def _write_plane() -> None:
    references = ImageSet.open("data/subjects/plane")
    parts: dict[str, list[pd.DataFrame]] = {family: [] for family in FAMILIES}
    for (family, entry), points in CURVES.items():
        with EntryWriter(family=family, entry=entry, about=ABOUT.get(family, {})) as writer:
            for seed, (settings, size, deviation) in enumerate(points):
                for index, image in enumerate(PHOTOGRAPHS):
                    pixels = noisy(photograph(index), deviation, seed)
                    writer.add(settings, image, Reconstruction(pixels, bytes(size + index), 0.1, 0.1))
        scores = scoring.score_entry(family=family, entry=entry, subject="plane", references=references)
        parts[family].append(scores)
    for family, scores in parts.items():
        files.write_csv(SCORES / f"{family}.csv", scoring.round_floats(scoring.gather(scores)))
    leaderboard.main()
    plot.main()


def _write_figures() -> None:
    for name in ("autoencoder/curves.png", "restoration/qualities.png", "restoration/new.png", "pixels/rmse.png"):
        figure = figures.new_figure(4, 2.5)
        figures.draw_curve(figure.subplots(), [0, 1], [1, 2], label="some", index=0)
        figures.save(PLOTS / name, figure)
    frames = [noisy(photograph(0), deviation, 0) for deviation in (90, 40, 0)]
    animations.write_gif(PLOTS / "pixels/steps.gif", frames, milliseconds=500, last_milliseconds=500)


def saved_pixels(family: str, entry: str, settings: dict, image: str) -> np.ndarray:
    """Return the picture of a point as it was saved."""
    place = f"data/reconstructions/{family}/{entry}/{variant_name(settings)}/{image}.png"
    return images.read_image(place)


def decoded(source: str) -> Image.Image:
    """Return the picture in a data URI."""
    return Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2])))


def pixels_of(source: str) -> np.ndarray:
    """Return the pixels of the picture in a data URI: uint8 (rows, columns, 3)."""
    return images.from_pillow(decoded(source))
