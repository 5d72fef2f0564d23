"""Train one autoencoder, then rebuild its photographs at each point of its sweep: `autoencoder.py ENTRY`."""

from pathlib import Path
from time import perf_counter

from recon import runtime
from recon.errors import run
from recon.imageset import ImageSet
from recon.methods import autoencoder
from recon.params.autoencoder import epochs_of, experiment_of, settings_of, training_of
from recon.params.core import Runtime, read_params, section
from recon.reconstruction import EntryWriter
from recon.training import snapshot_name


def main(entry: str) -> None:
    """Write the entry's weights, reconstructions, payloads and seconds."""
    params = read_params()
    experiment, epochs = experiment_of(params, entry), epochs_of(params)
    net, settings = experiment.net, settings_of(params, entry)
    training = training_of(params, entry)
    runtime.prepare(section(Runtime, "runtime"))

    photographs = ImageSet.open(f"data/subjects/{experiment.subject}")
    channels = photographs.pixels(photographs.names()[0]).shape[-1]
    model = autoencoder.build(net, settings, channels=channels)
    about = autoencoder.describe(net, settings, channels=channels)
    folder = Path("models/autoencoder") / entry
    snapshots = experiment.sweep.epochs_up_to(epochs)

    with EntryWriter(family=autoencoder.FAMILY, entry=entry, about=about) as writer:
        start = perf_counter()
        autoencoder.train(
            model,
            [pixels for _, pixels in photographs],
            settings=training,
            epochs=epochs,
            snapshots=snapshots,
            folder=folder,
        )
        writer.add_seconds("train", perf_counter() - start)
        points = [(f"epoch={epoch}", snapshot_name(epoch), experiment.q_step) for epoch in snapshots]
        points += [(f"q_step={step:g}", autoencoder.BEST, step) for step in experiment.sweep.q_step or []]
        for variant, weights, q_step in points:
            codec = autoencoder.load(model, folder, weights, value_range=training.value_range)
            for name, pixels in photographs:
                writer.add(variant, name, codec.rebuild(pixels, q_step=q_step))


if __name__ == "__main__":
    run(main)
