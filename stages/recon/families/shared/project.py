"""All of params.yaml as one object: what several families share, and the group of each family."""

from typing import Any

from pydantic import Field

from recon.core.errors import UserError
from recon.data.manifest import Manifest
from recon.data.params import Augment, Data, Degrade, Inspect, Subject, Synthesize
from recon.data.splits import assign_splits
from recon.referee.params import Plot
from recon.settings.core import EntryName, Runtime, Section

# Subjects beside those of params.yaml: the test images of `data`, these as JPEG files, and the drawn patterns.
TEST, JPEG, PATTERNS = "test", "jpeg", "patterns"


class Project(Section):
    """params.yaml; a family's group, of its own type, is in `families` under its name, in their order there."""

    epochs: int = Field(ge=1, le=100_000)
    runtime: Runtime
    data: Data
    inspect: Inspect
    degrade: Degrade
    augment: Augment
    synthesize: Synthesize
    subjects: dict[EntryName, Subject]
    plot: Plot
    families: dict[str, Any] = Field(default_factory=dict)

    def splits(self) -> dict[str, str]:
        """Return the split of each image of `data.source` by itself, by name."""
        return assign_splits(
            [(image.name, image.split) for image in Manifest.load(self.data.source).images],
            validation_fraction=self.data.validation_fraction,
            test_fraction=self.data.test_fraction,
        )

    def scored_source(self, subject: str) -> str:
        """Return the dataset that entries are scored on: of the test images, or of one of `subjects`."""
        return self.data.scored_source if subject == TEST else self.subjects[subject].source

    def subject(self, name: str, key: str) -> Subject:
        """Return the photographs that the entry at `key` names; UserError lists the known ones."""
        if name not in self.subjects:
            raise UserError(
                f"params.yaml: {key}.subject: unknown subject `{name}`; known: {', '.join(self.subjects)}"
            )
        return self.subjects[name]
