"""Train the decoders of one entry with the codes of their images, and rebuild these: `latent_decoder.py ENTRY`."""

from recon.training import runtime

# isort: split
from recon.core import images
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.latent_decoder import method
from recon.families.latent_decoder.analysis import LinearAnalysis
from recon.families.latent_decoder.fitting import MODELS, find_codes, train, write_searches
from recon.families.latent_decoder.params import FAMILY, LatentDecoder
from recon.families.latent_decoder.pictures import Pictures
from recon.settings.core import Runtime, section
from recon.training import checkpoints


def main(name: str) -> None:
    """Write the entry's decoders, curves, pictures, payloads and seconds."""
    entry, settings = section(LatentDecoder, FAMILY).entry(name), section(Runtime, "runtime")
    runtime.prepare(settings)
    patch_size, q_steps = entry.experiment.patch_size, entry.experiment.points.values
    subject = ImageSet.open(f"data/subjects/{entry.experiment.subject}")
    seen, unseen = (Pictures.of(subject, patch_size, unseen=unseen) for unseen in (False, True))
    with EntryWriter(family=FAMILY, entry=name, about={}) as writer:
        for fit in entry.runs:
            shape = {"latents": fit.latents, "image_shape": seen.images().shape[1:]}
            about = method.describe(method.build(fit.net, fit.net_settings, **shape))  # fails before training
            network, codes, elapsed = train(fit, seen.images(), runtime=settings, entry=name)
            for epoch, seconds in elapsed:
                writer.add_seconds("elapsed", seconds, settings={**fit.settings, "epoch": epoch})
            writer.add_seconds("train", elapsed[-1][1], settings=fit.settings)
            folder = MODELS / name / fit.folder
            decoder = method.load(network, folder, value_range=fit.training.value_range)
            method.write_pictures(writer, [fit.point(q_step) for q_step in q_steps], decoder, seen, codes, about)
            if patch_size is None:
                frames = decoder.interpolate(codes)
                images.write_png(folder / "between.png", frames.reshape(-1, *frames.shape[2:]))
            points = [fit.point(q_step, unseen=True) for q_step in q_steps]
            analysis = LinearAnalysis.fit(seen.images(), codes)
            analysis.save(folder / method.ANALYSIS)
            for picture in unseen.each():
                given, image = picture.images(), next(iter(picture.pixels))
                search = {"training": fit.training, "seed": settings.seed}
                found = find_codes(network, given, analysis.find_codes(given), **search)
                method.write_pictures(writer, points, decoder, picture, found.codes, about)
                writer.add_seconds("fit", found.seconds, settings=points[0], image=image)
                from_mean = find_codes(network, given, codes.mean(axis=0), **search)
                write_searches(folder, image, {"analysis": found, "mean": from_mean})
    checkpoints.remove(family=FAMILY, entry=name)


if __name__ == "__main__":
    run(main)
