"""The `deblocking` group of params.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from recon.data.params import Degrade, Qualities
from recon.settings.core import EntryName, Section

Filter = Literal["none", "shift_average", "shift_average_clipped"]


class Sweep(Section):
    """The JPEG qualities that are scored."""

    quality: Qualities


class Experiment(Section):
    """One filter on one set of photographs, compressed as `degrade` says; by default at its qualities too."""

    filter: Filter
    subject: Literal["test", "plane"]
    sweep: Sweep | None = None

    def qualities(self, degrade: Degrade) -> list[int]:
        """Return the qualities, in the order given."""
        return self.sweep.quality if self.sweep else degrade.qualities


class Deblocking(Section):
    """The experiments by name."""

    experiments: Annotated[dict[EntryName, Experiment], Field(min_length=1)]
