"""Fit networks and latents to each photograph of one entry, at each of its lambdas: `overfitted.py ENTRY`."""

from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import EntryWriter
from recon.families.overfitted import jobs, pool, starts
from recon.families.overfitted.params import FAMILY, Overfitted
from recon.settings.core import Runtime, section

REMEDY = "lower runtime.threads and run again: finished fits are kept"


def main(name: str) -> None:
    """Write the entry's pictures, payloads and seconds: those of encoding are CPU seconds."""
    entry, settings = section(Overfitted, FAMILY).entry(name), section(Runtime, "runtime")
    start = starts.open_start(entry.experiment.shared_start)
    photographs = ImageSet.open(f"data/subjects/{entry.experiment.subject}")
    fits = jobs.list_jobs(entry, photographs, start=start, runtime=settings)
    with EntryWriter(family=FAMILY, entry=name, about={}) as writer:
        pictures = pool.fit_all(fits, workers=settings.threads, remedy=REMEDY)
        for fit, rebuilt in zip(fits, pictures, strict=True):
            writer.add(fit.settings, fit.image, rebuilt, fit.open_codec().describe(fit.lmbda))
    jobs.forget(name)


if __name__ == "__main__":
    run(main)
