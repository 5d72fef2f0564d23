"""An entry of params.yaml, read once: what a stage passes on to all that it calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from recon.core.errors import UserError
from recon.settings.core import EntryName, Section
from recon.settings.sweeps import AnyRun

AnyExperiment = TypeVar("AnyExperiment", bound=Section)


@dataclass(frozen=True)
class Entry(Generic[AnyExperiment, AnyRun]):
    """One entry of a family: its name, what params.yaml says of it, and the fits that it stands for, in order."""

    family: str
    name: str
    experiment: AnyExperiment
    runs: Sequence[AnyRun]

    @property
    def key(self) -> str:
        """Its key in params.yaml, for errors."""
        return f"{self.family}.experiments.{self.name}"


class Group(Section):
    """A family's group of params.yaml: its experiments by entry name, whose type a subclass declares."""

    experiments: dict[EntryName, Section]

    def entry(self, name: str, **context: Any) -> Entry:
        """Return the entry `name`; UserError names a wrong key or value, and `context` is what a family needs."""
        raise NotImplementedError  # each family has other entries, so its group overrides this

    def entries(self, **context: Any) -> list[Entry]:
        """Return all entries, in the order of params.yaml."""
        return [self.entry(name, **context) for name in self.experiments]

    def experiment(self, name: str, family: str) -> Section:
        """Return the experiment `name`; UserError lists the known ones."""
        if name not in self.experiments:
            known = ", ".join(self.experiments)
            raise UserError(f"params.yaml: {family}.experiments: no entry `{name}`; known: {known}")
        return self.experiments[name]
