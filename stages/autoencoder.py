"""Train the networks of one entry, and rebuild its photographs at each of its points: `autoencoder.py ENTRY`."""

from recon.training import runtime

# isort: split
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.autoencoder import fitting, method
from recon.families.autoencoder.params import FAMILY, Autoencoder
from recon.settings.core import Runtime, lookup, read_params, section
from recon.training import checkpoints


def main(name: str) -> None:
    """Write the entry's weights, reconstructions, payloads and seconds."""
    entry = section(Autoencoder, FAMILY).entry(name, epochs=lookup(read_params(), "epochs"))
    experiment, settings = entry.experiment, section(Runtime, "runtime")
    runtime.prepare(settings)
    photographs = ImageSet.open(f"data/subjects/{experiment.subject}")
    channels = photographs.pixels(photographs.names()[0]).shape[-1]
    about = method.describe(experiment.net, entry.runs[0].network, channels=channels)
    with EntryWriter(family=FAMILY, entry=name, about=about) as writer:
        for fit in entry.runs:
            folder = method.MODELS / name / fit.folder
            model = fitting.build(experiment.net, fit.network, channels=channels, seed=settings.seed)
            data = fitting.open_data(experiment.trained_on, model, fit.training, seed=settings.seed)
            checkpoint = fitting.make_checkpoint(entry, fit, settings)
            seconds = fitting.train(model, data, fit, folder=folder, seed=settings.seed, checkpoint=checkpoint)
            writer.add_seconds("train", seconds, settings=fit.settings)
            for point in fit.points:
                weights = method.weights_path(folder, point.weights)
                autoencoder = method.load(model, weights, value_range=fit.training.value_range)
                for image, pixels in photographs:
                    codec = method.AutoencoderCodec(autoencoder, pixels)
                    writer.add(point.settings, image, codec.rebuild(point.q_step))
    checkpoints.remove(family=FAMILY, entry=name)


if __name__ == "__main__":
    run(main)
