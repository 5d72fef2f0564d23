"""Training one network of the restoration family on patches, watched on whole validation photographs."""

from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

import keras
import numpy as np

from recon.core import files, images
from recon.core.imageset import ImageSet
from recon.data.manifest import pixels_sha256
from recon.data.patchset import PatchSet
from recon.families.restoration.method import FAMILY, Restorer, build, conditions_by_quality
from recon.families.restoration.params import Run
from recon.jpeg import quantization
from recon.jpeg.degradation import degraded_path
from recon.referee import distortion
from recon.settings.core import Runtime
from recon.training import checkpoints, fitting
from recon.training.batches import Conditions, Patches
from recon.training.towers import in_towers

MODELS = Path("models/restoration")
WEIGHTS, CURVES = "best.weights.h5", "curves.csv"
_LEAST_GAIN_DB = 0.03


def trained(
    net: str,
    how: Run,
    *,
    patches: PatchSet,
    photographs: ImageSet,
    qualities: Sequence[int],
    degrade: bool,
    runtime: Runtime,
    entry: str,
) -> tuple[keras.Model, float]:
    """Build and train a network; return it, with the weights of the best validation PSNR, and the seconds it took.

    models/restoration/ENTRY/[VARIANT/] gets `best.weights.h5` at each improvement, and `curves.csv`. A run that
    was cut goes on where it was, if it is the same in all that decides a bit; its seconds count what came before.

    Args:
        net: its name among the networks.
        how: its settings; the patches are those of its quality, if it has one.
        patches: pairs to train on.
        photographs: those of the split `validation` are watched, as the JPEG files of the stage `degrade`.
        qualities: of these files.
        degrade: go from the original to the JPEG.
        runtime: seed and threads.
        entry: its name in params.yaml.

    Raises:
        UserError: there is no patch of this quality, or the loss is no longer a number.
    """
    # So that no network, nor a name in its file, depends on those before it in a sweep.
    keras.utils.clear_session()
    settings, folder = how.training, MODELS / entry / how.variant
    seed = runtime.seed if settings.seed is None else settings.seed
    keras.utils.set_random_seed(seed)
    model = build(net, how.settings, channels=patches.channels)
    ends = (patches.clean, patches.degraded) if degrade else (patches.degraded, patches.clean)
    conditioned = len(model.inputs) == 2
    data = Patches(
        *ends,
        batch_size=settings.batch_size,
        value_range=settings.value_range,
        seed=seed,
        steps=settings.steps_per_epoch,
        subset=patches.of_quality(how.quality),
        conditions=Conditions(patches.quality, conditions_by_quality(patches.channels)) if conditioned else None,
    )
    pairs = _pairs(photographs.names("validation"), qualities)
    decides = [net, how.settings, settings.model_dump(), how.quality, pairs, degrade, runtime.model_dump()]
    decides += [pixels_sha256(photographs.pixels(name)) for name, _ in pairs]
    checkpoint = checkpoints.Checkpoint(
        checkpoints.folder(family=FAMILY, entry=entry, variant=how.variant),
        fingerprint=checkpoints.fingerprint(decides, *patches.files, *(degraded_path(*pair) for pair in pairs)),
    )
    start = perf_counter()
    fitting.fit(
        in_towers(model) if settings.batch_size > 1 else model,
        data,
        settings=settings,
        epochs=settings.epochs,
        curves=folder / CURVES,
        best=folder / WEIGHTS,
        validate=_validation(photographs, pairs, settings.value_range, degrade),
        checkpoint=checkpoint,
    )
    seconds = checkpoint.spent_before + perf_counter() - start
    _tell_if_nothing_gained(folder / CURVES, ", ".join(filter(None, (entry, how.variant))))
    return model, seconds


def _pairs(names: Sequence[str], qualities: Sequence[int]) -> list[tuple[str, int]]:
    """Go through images and qualities in step until each came once: 20 images and 4 qualities make 20 pairs."""
    return list(islice(zip(cycle(names), cycle(qualities), strict=False), max(len(names), len(qualities))))


def _validation(
    photographs: ImageSet, pairs: Sequence[tuple[str, int]], value_range: images.ValueRange, degrade: bool
) -> Callable[[keras.Model], dict[str, float]]:
    """Return what says of a model {"val_psnr_db": ..., "val_gain_db": ...}, of whole images rounded to 8 bits.

    Both are means over the images; the gain is over the network's input as it stands.
    """

    def validate(model: keras.Model) -> dict[str, float]:
        restorer = Restorer(model, value_range)
        given, made = np.mean([_scores(restorer, *pair) for pair in pairs], axis=0)
        return {"val_psnr_db": float(made), "val_gain_db": float(made - given)}

    def _scores(restorer: Restorer, name: str, quality: int) -> tuple[float, float]:
        content = degraded_path(name, quality).read_bytes()
        source, target = quantization.decode(content), photographs.pixels(name)
        if degrade:
            source, target = target, source
        transformed = restorer.transform(source, content)
        return tuple(distortion.psnr_db(reference=target, reconstruction=x) for x in (source, transformed))

    return validate


def _tell_if_nothing_gained(curves: Path, name: str) -> None:
    """Print a line where the best weights are no better than no network: a dead one gives back its input."""
    gain_db = files.read_csv(curves)["val_gain_db"].max()
    if gain_db < _LEAST_GAIN_DB:
        print(
            f"{name}: gains {gain_db:+.2f} dB on the validation images, nothing to speak of; train longer, or try "
            "another learning_rate or network"
        )
