"""Train the decoders of one entry with the codes of their images, and rebuild these: `latent_decoder.py ENTRY`."""

from recon.training import runtime

# isort: split
from recon.core import images
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.latent_decoder import method
from recon.families.latent_decoder.fitting import MODELS, codes_of_unseen, fitted
from recon.families.latent_decoder.params import FOUND, experiment_of, runs_of
from recon.families.latent_decoder.pictures import Pictures, between, write_codes
from recon.settings.core import Runtime, read_params, section
from recon.training import checkpoints


def main(entry: str) -> None:
    """Write the entry's decoders, curves, pictures, payloads and seconds."""
    params = read_params()
    experiment, seeded = experiment_of(params, entry), section(Runtime, "runtime")
    runtime.prepare(seeded)
    subject = ImageSet.open(f"data/subjects/{experiment.subject}")
    seen, unseen = (Pictures.of(subject, experiment.patch_size, unseen=unseen) for unseen in (False, True))
    with EntryWriter(family=method.FAMILY, entry=entry, about={}) as writer:
        for how in runs_of(params, entry):
            names = {how.variant_at(q_step): q_step for q_step in experiment.q_step}
            decoder, codes, elapsed = fitted(how, seen.images(), runtime=seeded, entry=entry)
            for epoch, seconds in elapsed:
                writer.add_seconds("elapsed", seconds, variant=f"{how.variant},epoch={epoch}")
            writer.add_seconds("train", elapsed[-1][1], variant=how.variant)
            folder = MODELS / entry / how.variant
            codec = method.load(decoder, folder, value_range=how.training.value_range)
            write_codes(writer, names, codec, seen, codes)
            if experiment.patch_size is None:
                frames = between(codec, codes)
                images.write_png(folder / "between.png", frames.reshape(-1, *frames.shape[2:]))
            for picture in unseen.each():
                found, seconds = codes_of_unseen(
                    decoder, picture.images(), codes.mean(axis=0), settings=how.training, seed=seeded.seed
                )
                own = {variant + FOUND: q_step for variant, q_step in names.items()}
                write_codes(writer, own, codec, picture, found)
                writer.add_seconds("fit", seconds, variant=next(iter(own)), image=next(iter(picture.pixels)))
    checkpoints.remove(family=method.FAMILY, entry=entry)


if __name__ == "__main__":
    run(main)
