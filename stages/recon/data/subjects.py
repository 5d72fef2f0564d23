"""Subjects that say more than which photographs, and how large: their color, and what is kept from training."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from recon.data.params import Subject
from recon.settings.core import unique


class ColoredSubject(Subject):
    """The photographs that a family fits and is scored on; `color` is rgb, or gray: luma of the full range."""

    color: Literal["rgb", "gray"] = "rgb"


class PartlySeen(ColoredSubject):
    """The same, where a network is trained on them; `unseen` names those that it is not shown."""

    unseen: Annotated[list[str], AfterValidator(unique)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _something_is_seen(self) -> "PartlySeen":
        if self.images != "all":
            if other := [name for name in self.unseen if name not in self.images]:
                raise ValueError(f"`unseen` names `{other[0]}`, which is not among `images`")
            if len(self.unseen) == len(self.images):
                raise ValueError("all `images` are `unseen`; leave one at least to train on")
        return self
