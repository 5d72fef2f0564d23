"""The group `deblocking` of params.yaml."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from recon.data.params import Degrade, Qualities
from recon.jpeg.files import PLAIN, JpegFile
from recon.settings.core import EntryName, Section
from recon.settings.entries import Entry, Group
from recon.settings.sweeps import Points, Run

FAMILY = "deblocking"
HUE = 6  # its color, see `recon.drawing.looks`
Filter = Literal["none", "shift_average", "shift_average_clipped"]


class DeblockingPoints(Points):
    """The JPEG qualities that are scored."""

    quality: Qualities | None = None


class DeblockingExperiment(Section):
    """One filter on photographs as JPEG files of one kind; the qualities are those of `degrade` by default."""

    filter: Filter
    subject: Literal["test", "plane"]
    points: DeblockingPoints | None = None
    file: JpegFile = PLAIN


@dataclass(frozen=True)
class DeblockingRun(Run):
    """The one run of an entry, and the JPEG qualities that it is scored at."""

    qualities: Sequence[int]


class Deblocking(Group):
    """The group: its experiments by name."""

    experiments: Annotated[dict[EntryName, DeblockingExperiment], Field(min_length=1)]

    def entry(self, name: str, *, degrade: Degrade) -> Entry[DeblockingExperiment, DeblockingRun]:
        """Return the entry `name`; UserError lists the known ones."""
        experiment: DeblockingExperiment = self.experiment(name, FAMILY)
        qualities = experiment.points.quality if experiment.points else degrade.qualities
        return Entry(FAMILY, name, experiment, [DeblockingRun(None, None, None, None, qualities)])


GROUP = Deblocking
