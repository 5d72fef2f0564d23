"""The `classical` group of params.yaml."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from recon.families.classical.method import CODECS
from recon.settings.core import EntryName, Section, unique


def _known(codec: str) -> str:
    if codec not in CODECS:
        raise ValueError(f"unknown codec; known: {', '.join(CODECS)}")
    return codec


CodecName = Annotated[str, AfterValidator(_known)]
Quality = Annotated[int, Field(ge=1, le=100)]
TargetBpp = Annotated[float, Field(gt=0, le=24)]


class Sweep(Section):
    """The settings that a codec is run at: JPEG 2000 aims at a rate, the others at a quality."""

    quality: Annotated[list[Quality], Field(min_length=1), AfterValidator(unique)] | None = None
    target_bpp: Annotated[list[TargetBpp], Field(min_length=1), AfterValidator(unique)] | None = None


class Experiment(Section):
    """One codec on one set of photographs."""

    codec: CodecName
    subject: Literal["plane", "autoencoder"]
    sweep: Sweep

    @model_validator(mode="after")
    def _sweep_is_the_codecs_own(self) -> "Experiment":
        if self.sweep.model_dump(exclude_none=True).keys() != {self.parameter}:
            raise ValueError(f"the sweep of {self.codec} has exactly one key, `{self.parameter}`")
        return self

    @property
    def parameter(self) -> str:
        """What is swept: `quality` or `target_bpp`."""
        return CODECS[self.codec].parameter

    @property
    def settings(self) -> list[float]:
        """The values of the parameter, in the order given."""
        return getattr(self.sweep, self.parameter)


class Classical(Section):
    """The experiments by name."""

    experiments: Annotated[dict[EntryName, Experiment], Field(min_length=1)]
