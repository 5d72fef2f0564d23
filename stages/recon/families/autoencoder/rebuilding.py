"""What the stage does for an entry."""

from recon.core import files
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.data.patchset import PatchSet
from recon.families.autoencoder import fitting, method
from recon.families.autoencoder.params import FAMILY, LOSSES, MODELS, PATCHES, AutoencoderEntry
from recon.families.autoencoder.transform.fitting import train
from recon.families.autoencoder.transform.method import TransformCodec
from recon.families.autoencoder.transform.params import WEIGHTS, TransformExperiment
from recon.families.autoencoder.transform.weights import read_weights
from recon.families.shared import zoo
from recon.settings.core import Runtime


def rebuild(entry: AutoencoderEntry, photographs: ImageSet, runtime: Runtime) -> None:
    """Write the entry's weights, reconstructions, payloads and seconds."""
    is_transform = isinstance(entry.experiment, TransformExperiment)
    (_rebuild_by_transform if is_transform else _rebuild_by_networks)(entry, photographs, runtime)


def _rebuild_by_networks(entry: AutoencoderEntry, photographs: ImageSet, runtime: Runtime) -> None:
    experiment, seed = entry.experiment, runtime.seed
    channels = photographs.pixels(photographs.names()[0]).shape[-1]
    about = method.describe(experiment.net, entry.runs[0].network, channels=channels)
    with EntryWriter(family=FAMILY, entry=entry.name, about=about) as writer:
        for fit in entry.runs:
            folder = MODELS / entry.name / fit.folder
            model = fitting.build(experiment.net, fit.network, channels=channels, seed=seed)
            data = fitting.open_data(experiment.trained_on, model, fit.training, seed=seed)
            checkpoint = fitting.make_checkpoint(entry, fit, runtime)
            seconds = fitting.train(model, data, fit, folder=folder, seed=seed, checkpoint=checkpoint)
            writer.add_seconds("train", seconds, settings=fit.settings)
            for point in fit.points:
                weights = method.weights_path(folder, point.weights)
                autoencoder = method.load(model, weights, value_range=fit.training.value_range)
                for image, pixels in photographs:
                    codec = method.AutoencoderCodec(autoencoder, pixels)
                    writer.add(point.settings, image, codec.rebuild(point.q_step))


def _rebuild_by_transform(entry: AutoencoderEntry, photographs: ImageSet, runtime: Runtime) -> None:
    content, seconds = _obtain_weights(entry, runtime)
    files.write_bytes(MODELS / entry.name / WEIGHTS, content)
    weights = read_weights(content)
    with EntryWriter(family=FAMILY, entry=entry.name, about=weights.architecture.describe()) as writer:
        if seconds is not None:
            writer.add_seconds("train", seconds)
        for run in entry.runs:
            for point in run.points:
                for image, pixels in photographs:
                    codec = TransformCodec(weights, pixels, refine=run.refine, seed=runtime.seed)
                    writer.add(point, image, codec.rebuild(point["lmbda"]))


def _obtain_weights(entry: AutoencoderEntry, runtime: Runtime) -> tuple[bytes, float | None]:
    """Return the file of weights, of the zoo or trained, and the seconds that training took."""
    if name := entry.experiment.weights:
        return zoo.find_network(name, family=FAMILY).read_weights(), None
    run, patches = entry.runs[0], PatchSet.open(f"data/{PATCHES}")
    checkpoint = fitting.make_checkpoint(entry, run, runtime)
    return train(run, patches, curves=MODELS / entry.name / LOSSES, seed=runtime.seed, checkpoint=checkpoint)
