"""What the stage does for an entry with a transform codec."""

from recon.core import files
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.autoencoder.params import FAMILY, MODELS, AutoencoderEntry
from recon.families.autoencoder.transform.method import TransformCodec
from recon.families.autoencoder.transform.params import WEIGHTS
from recon.families.autoencoder.transform.weights import CodecWeights, read_weights
from recon.families.shared import zoo
from recon.settings.core import Runtime


def rebuild(entry: AutoencoderEntry, photographs: ImageSet, runtime: Runtime) -> None:
    """Train the weights, or take those of the zoo, and write them, pictures, payloads and seconds."""
    folder = MODELS / entry.name
    if name := entry.experiment.weights:
        content, seconds = zoo.find_network(name, family=FAMILY).read_weights(), None
    else:
        from recon.families.autoencoder.transform.fitting import train

        content, seconds = train(entry, entry.runs[0], folder=folder, runtime=runtime)
    files.write_bytes(folder / WEIGHTS, content)
    weights = read_weights(content)
    with EntryWriter(family=FAMILY, entry=entry.name, about=describe(weights)) as writer:
        if seconds is not None:
            writer.add_seconds("train", seconds)
        for run in entry.runs:
            for point in run.points:
                for image, pixels in photographs:
                    codec = TransformCodec(weights, pixels, refine=run.refine, seed=runtime.seed)
                    writer.add(point, image, codec.rebuild(point["lmbda"]))


def describe(weights: CodecWeights) -> dict[str, int | float]:
    """Return the costs of decoding, by the fields of the referee."""
    architecture = weights.architecture
    return {
        "macs_per_pixel": architecture.macs_per_pixel,
        "num_params": architecture.num_params,
        "decoder_bytes": 2 * architecture.num_decoder_params,
    }
