"""The networks of one entry, trained here or taken from the zoo."""

from abc import ABC, abstractmethod
from dataclasses import replace

from recon.core import files
from recon.core.imageset import ImageSet
from recon.data.params import Degrade
from recon.data.patchset import PatchSet
from recon.families.restoration import fitting, pretrained
from recon.families.restoration.method import Restorer, describe
from recon.families.restoration.params import FAMILY, MODELS, WEIGHTS, RestorerEntry, RestorerRun
from recon.families.shared import zoo
from recon.families.shared.zoo import ZooNetwork
from recon.jpeg.files import name_libraries
from recon.settings.core import Runtime


class Source(ABC):
    """Where an entry's networks come from; runs that differ in their inference only share one."""

    def __init__(self, entry: RestorerEntry, channels: int) -> None:
        """Take the entry, and the channels of its networks' images."""
        self.entry = entry
        self._channels = channels
        self._restorers: dict[str, Restorer] = {}

    @property
    def about(self) -> dict[str, str]:
        """What holds for all of the entry's rows: the libraries that write its JPEG files, if it decodes any."""
        experiment = self.entry.experiment
        return {} if experiment.direction == "degrade" else {"library": name_libraries(experiment.file)}

    def obtain(self, run: RestorerRun) -> tuple[Restorer, float | None]:
        """Return a run's restorer, and the seconds that its training took; None if it was not trained for it."""
        seconds = None
        if run.weights_key not in self._restorers:
            self._restorers[run.weights_key], seconds = self._make(run)
        return replace(self._restorers[run.weights_key], inference=run.inference), seconds

    def describe(self, run: RestorerRun) -> dict[str, int | float]:
        """Return what `method.describe` does."""
        return describe(
            self.entry.experiment.net,
            run.network,
            run.inference,
            channels=self._channels,
            half_precision=self._is_half_precision(run),
        )

    @abstractmethod
    def _make(self, run: RestorerRun) -> tuple[Restorer, float | None]:
        """Write the weights of a run's network below MODELS; return it, and the seconds of its training."""

    @abstractmethod
    def _is_half_precision(self, run: RestorerRun) -> bool: ...


class TrainingSource(Source):
    """Networks that are trained on data/patches, and watched on JPEG files of the same kinds."""

    def __init__(self, entry: RestorerEntry, degrade: Degrade, runtime: Runtime) -> None:
        """Take the entry, the settings of the stage `degrade`, seed and threads."""
        self._patches = PatchSet.open("data/patches")
        super().__init__(entry, self._patches.channels)
        self._photographs = ImageSet.open("data/normalized")
        self._degrade, self._runtime = degrade, runtime

    def _make(self, run: RestorerRun) -> tuple[Restorer, float]:
        model, seconds = fitting.train(
            self.entry,
            run,
            patches=self._patches,
            photographs=self._photographs,
            degrade=self._degrade,
            runtime=self._runtime,
        )
        return Restorer(model, run.training.value_range), seconds

    def _is_half_precision(self, run: RestorerRun) -> bool:
        return run.training.half_precision


class ZooSource(Source):
    """A network of the zoo, whose file becomes that of each of the entry's runs."""

    def __init__(self, entry: RestorerEntry, network: ZooNetwork) -> None:
        """Take the entry, and what the zoo's index says of its network."""
        super().__init__(entry, network.channels)
        self._network = network

    def _make(self, run: RestorerRun) -> tuple[Restorer, None]:
        files.write_bytes(MODELS / self.entry.name / run.folder / WEIGHTS, self._network.read_weights())
        return Restorer(pretrained.load(self._network), self._network.value_range), None

    def _is_half_precision(self, run: RestorerRun) -> bool:
        return self._network.half_precision


def open_source(entry: RestorerEntry, *, degrade: Degrade, runtime: Runtime) -> Source:
    """Return the source of an entry's networks; UserError if it is a network of the zoo that is not there."""
    if entry.experiment.weights:
        return ZooSource(entry, zoo.find_network(entry.experiment.weights, family=FAMILY))
    return TrainingSource(entry, degrade, runtime)
