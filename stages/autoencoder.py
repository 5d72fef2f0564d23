"""Train the networks of one entry, rebuild its photographs at each point of its sweep: `autoencoder.py ENTRY`."""

from pathlib import Path
from time import perf_counter

from recon.training import runtime

# isort: split
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.autoencoder import fitting, method
from recon.families.autoencoder.params import epochs_of, experiment_of, points_of, runs_of, settings_of
from recon.settings.core import Runtime, read_params, section


def main(entry: str) -> None:
    """Write the entry's weights, reconstructions, payloads and seconds."""
    params = read_params()
    experiment, settings, epochs = experiment_of(params, entry), settings_of(params, entry), epochs_of(params)
    seeded = section(Runtime, "runtime")
    runtime.prepare(seeded)
    photographs = ImageSet.open(f"data/subjects/{experiment.subject}")
    channels = photographs.pixels(photographs.names()[0]).shape[-1]
    about = method.describe(experiment.net, settings, channels=channels)
    snapshots = experiment.sweep.epochs_up_to(epochs)
    with EntryWriter(family=method.FAMILY, entry=entry, about=about) as writer:
        for how in runs_of(params, entry):
            folder = Path("models/autoencoder") / entry / how.variant
            model = method.build(experiment.net, settings, channels=channels)
            data = fitting.shown(experiment.trained_on, model, how.training, seed=seeded.seed)
            start = perf_counter()
            fitting.train(
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
                codec = method.load(model, folder, weights, value_range=how.training.value_range)
                for name, pixels in photographs:
                    writer.add(variant, name, codec.rebuild(pixels, q_step=q_step))


if __name__ == "__main__":
    run(main)
