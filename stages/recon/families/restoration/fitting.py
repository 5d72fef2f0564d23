"""Training one network of the restoration family on patches, watched on whole validation photographs."""

import math
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from time import perf_counter

import keras
import numpy as np

from recon.core import files, images
from recon.core.imageset import ImageSet
from recon.data.manifest import pixels_sha256
from recon.data.params import Degrade
from recon.data.patchset import PatchSet
from recon.families.restoration.method import Restorer, build
from recon.families.restoration.params import (
    CURVES,
    FAMILY,
    MODELS,
    NOTICEABLE_DB,
    WEIGHTS,
    RestorerEntry,
    RestorerRun,
)
from recon.jpeg import quantization
from recon.jpeg.degradation import degraded_path
from recon.jpeg.files import PLAIN, encode_file
from recon.referee import distortion
from recon.settings.core import Runtime
from recon.training import checkpoints, fitting, weights
from recon.training.batches import Patches
from recon.training.towers import in_towers


def train(
    entry: RestorerEntry,
    run: RestorerRun,
    *,
    patches: PatchSet,
    photographs: ImageSet,
    degrade: Degrade,
    runtime: Runtime,
) -> tuple[keras.Model, float]:
    """Build and train the network of a run; return it, with the weights of the best validation PSNR, and seconds.

    models/restoration/ENTRY/[RUN/] gets `best.weights.h5` at each improvement, and `curves.csv`. An interrupted
    training is resumed, if nothing has changed that its weights depend on; its seconds count what came before.

    Args:
        entry: the run's.
        run: the network's settings; the patches are those of its quality, if it has one.
        patches: pairs to train on.
        photographs: those of the split `validation` are watched, as JPEG files.
        degrade: the stage's settings, whose files these are where the patches were drawn from files of their kind.
        runtime: seed and threads.

    Raises:
        UserError: there is no patch of this quality, or the loss is no longer a number.
    """
    keras.utils.clear_session()  # so that no network, nor a name in its file, depends on those before it
    net, imitates = entry.experiment.net, entry.experiment.direction == "degrade"
    settings, folder = run.training, MODELS / entry.name / run.folder
    seed = runtime.seed if settings.seed is None else settings.seed
    keras.utils.set_random_seed(seed)
    model = build(net, run.network, channels=patches.channels)
    ends = (patches.clean, patches.degraded) if imitates else (patches.degraded, patches.clean)
    data = Patches(
        *ends,
        batch_size=settings.batch_size,
        value_range=settings.value_range,
        seed=seed,
        steps=settings.steps_per_epoch,
        subset=patches.of_quality(run.quality),
        conditions=patches.conditions if len(model.inputs) == 2 else None,
    )
    watched = _read_watched(photographs, patches, run.quality, degrade)
    decides = [net, run.network, settings.model_dump(), run.quality, imitates, runtime.model_dump()]
    for name, content in watched:
        decides += [pixels_sha256(photographs.pixels(name)), sha256(content).hexdigest()]
    checkpoint = checkpoints.Checkpoint(
        checkpoints.folder(family=FAMILY, entry=entry.name, variant=run.folder),
        fingerprint=checkpoints.fingerprint(decides, *patches.files),
    )
    start = perf_counter()
    fitting.fit(
        in_towers(model) if settings.batch_size > 1 else model,
        data,
        settings=settings,
        epochs=settings.epochs,
        curves=folder / CURVES,
        best=folder / WEIGHTS,
        validate=_validation(photographs, watched, settings.value_range, imitates),
        checkpoint=checkpoint,
    )
    if settings.half_precision:  # the network that is scored is the one in the file
        weights.save_rounded(model, folder / WEIGHTS)
    seconds = checkpoint.spent_before + perf_counter() - start
    _report_no_gain(folder / CURVES, ", ".join(filter(None, (entry.name, run.folder))))
    return model, seconds


def _read_watched(
    photographs: ImageSet, patches: PatchSet, quality: int | None, degrade: Degrade
) -> list[tuple[str, bytes]]:
    """Return the validation images, each with a JPEG file of it: those of the stage `degrade`.

    Images and qualities are gone through in step until each came once: 20 images and 4 qualities make 20 files.
    Where the patches were drawn from files of other kinds, the files are of these kinds and qualities instead;
    with as many images as there are pairs of a quality and a kind, each pair comes.
    """
    names, (drawn, kinds) = photographs.names("validation"), patches.drawn_files()
    is_degraded = kinds == [(PLAIN, degrade.subsampling)]
    qualities = [quality] if quality else degrade.qualities if is_degraded else drawn
    period, watched = math.lcm(len(qualities), len(kinds)), []
    for n in range(max(len(names), len(qualities), len(kinds))):
        name, chosen = names[n % len(names)], qualities[n % len(qualities)]
        # After `period` the pairs would repeat; from there on, each quality meets the next kind.
        file, subsampling = kinds[(n + n // period) % len(kinds)]
        if is_degraded:
            content = degraded_path(name, chosen).read_bytes()
        else:
            pixels = photographs.pixels(name)
            content = encode_file(pixels, quality=chosen, file=file, subsampling=subsampling)
        watched.append((name, content))
    return watched


def _validation(
    photographs: ImageSet, watched: Sequence[tuple[str, bytes]], value_range: images.ValueRange, imitates: bool
) -> Callable[[keras.Model], dict[str, float]]:
    """Return a function from a model to {"val_psnr_db": ..., "val_gain_db": ...}, on whole 8-bit images.

    Both are means over the images; the gain is over the network's input itself.
    """

    def validate(model: keras.Model) -> dict[str, float]:
        restorer = Restorer(model, value_range)
        before, after = np.mean([_scores(restorer, *pair) for pair in watched], axis=0)
        return {"val_psnr_db": float(after), "val_gain_db": float(after - before)}

    def _scores(restorer: Restorer, name: str, content: bytes) -> tuple[float, float]:
        source, target = quantization.decode(content), photographs.pixels(name)
        if imitates:
            source, target = target, source
        transformed = restorer.transform(source, restorer.read_conditions(content))
        return tuple(distortion.psnr_db(reference=target, reconstruction=x) for x in (source, transformed))

    return validate


def _report_no_gain(curves: Path, name: str) -> None:
    """Print a line where the best weights are no better than no network: a dead one gives back its input."""
    gain_db = files.read_csv(curves)["val_gain_db"].max()
    if gain_db < NOTICEABLE_DB:
        print(
            f"{name}: gains {gain_db:+.2f} dB on the validation images, nothing to speak of; train longer, or try "
            "another learning_rate or network"
        )
