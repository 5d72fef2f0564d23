"""What the stage does for an entry with a network of Keras."""

from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.autoencoder import fitting, method
from recon.families.autoencoder.params import FAMILY, MODELS, AutoencoderEntry
from recon.settings.core import Runtime


def rebuild(entry: AutoencoderEntry, photographs: ImageSet, runtime: Runtime) -> None:
    """Write the entry's weights, reconstructions, payloads and seconds."""
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
