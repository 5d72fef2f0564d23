"""The `classical` group of params.yaml."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from recon.families.classical.method import CODECS, FAMILY
from recon.jpeg.files import PLAIN, JpegFile
from recon.settings.core import EntryName, Section
from recon.settings.entries import Entry, Group
from recon.settings.sweeps import Points, Run

HUE = 8  # gray: its color, see `recon.drawing.looks`


def _check_codec(codec: str) -> str:
    if codec not in CODECS:
        raise ValueError(f"unknown codec; known: {', '.join(CODECS)}")
    return codec


CodecName = Annotated[str, AfterValidator(_check_codec)]
Quality = Annotated[int, Field(ge=1, le=100)]
TargetBpp = Annotated[float, Field(gt=0, le=24)]


class ClassicalPoints(Points):
    """What a codec's curve varies: JPEG 2000 aims at a rate, the others at a quality."""

    quality: Annotated[list[Quality], Field(min_length=1)] | None = None
    target_bpp: Annotated[list[TargetBpp], Field(min_length=1)] | None = None


class ClassicalExperiment(Section):
    """One codec on one subject; `file` is of the codec `jpeg`."""

    codec: CodecName
    subject: EntryName
    points: ClassicalPoints
    file: JpegFile = PLAIN

    @model_validator(mode="after")
    def _check_setting(self) -> "ClassicalExperiment":
        if self.points.setting != (setting := CODECS[self.codec].setting):
            raise ValueError(f"the points of {self.codec} are values of `{setting}`")
        if self.file != PLAIN and self.codec != "jpeg":
            raise ValueError(f"`file` is of codec jpeg; {self.codec} has none")
        return self


class Classical(Group):
    """The experiments by name."""

    experiments: Annotated[dict[EntryName, ClassicalExperiment], Field(min_length=1)]

    def entry(self, name: str) -> Entry[ClassicalExperiment, Run]:
        """Return the entry `name`, which fits nothing; UserError lists the known ones."""
        return Entry(FAMILY, name, self.experiment(name, FAMILY), runs=())


GROUP = Classical
