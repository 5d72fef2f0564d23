"""Train the networks of one entry, rebuild its photographs at each point of its sweep: `autoencoder.py ENTRY`."""

from pathlib import Path
from time import perf_counter

from recon import runtime

# isort: split
from recon import autoencoder_training
from recon.errors import run
from recon.imageset import ImageSet
from recon.methods import autoencoder
from recon.params.autoencoder import epochs_of, experiment_of, points_of, runs_of, settings_of
from recon.params.core import Runtime, read_params, section
from recon.reconstruction import EntryWriter


def main(entry: str) -> None:
    """Write the entry's weights, reconstructions, payloads and seconds."""
    params = read_params()
    experiment, settings, epochs = experiment_of(params, entry), settings_of(params, entry), epochs_of(params)
    seeded = section(Runtime, "runtime")
    runtime.prepare(seeded)
    photographs = ImageSet.open(f"data/subjects/{experiment.subject}")
    channels = photographs.pixels(photographs.names()[0]).shape[-1]
    about = autoencoder.describe(experiment.net, settings, channels=channels)
    snapshots = experiment.sweep.epochs_up_to(epochs)
    with EntryWriter(family=autoencoder.FAMILY, entry=entry, about=about) as writer:
        for how in runs_of(params, entry):
            folder = Path("models/autoencoder") / entry / how.variant
            model = autoencoder.build(experiment.net, settings, channels=channels)
            data = autoencoder_training.shown(experiment.trained_on, model, how.training, seed=seeded.seed)
            start = perf_counter()
            autoencoder_training.train(
                model,
                data,
                settings=how.training,
                epochs=epochs,
                snapshots=snapshots,
                folder=folder,
                seed=seeded.seed,
            )
            writer.add_seconds("train", perf_counter() - start, variant=how.variant)
            for variant, weights, q_step in points_of(experiment, how, epochs):
                codec = autoencoder.load(model, folder, weights, value_range=how.training.value_range)
                for name, pixels in photographs:
                    writer.add(variant, name, codec.rebuild(pixels, q_step=q_step))


if __name__ == "__main__":
    run(main)
