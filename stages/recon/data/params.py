"""The data groups of params.yaml: `data`, `inspect`, `degrade`, `augment`, `synthesize`, and the subjects."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from recon.core.images import MAX_SIDE, MIN_SIDE, Color, Fit
from recon.jpeg.degradation import Subsampling
from recon.jpeg.files import Encoder, Tables
from recon.settings.core import EntryName, Section, lookup, parse, read_params, unique


def _names_or_all(value: Any) -> Any:
    """Check here, since a union of types would complain once per type."""
    is_list = isinstance(value, list) and value and all(isinstance(name, str) for name in value)
    if value != "all" and not (is_list and len(set(value)) == len(value)):
        raise ValueError('give image names, each once (in quotes if they are digits), or "all"')
    return value


Side = Annotated[int, Field(ge=MIN_SIDE, le=MAX_SIDE)]
Quality = Annotated[int, Field(ge=1, le=100)]
Qualities = Annotated[list[Quality], Field(min_length=1), AfterValidator(unique)]


class Fitted(Section):
    """Images of the dataset `source`, brought to rows x columns by `fit`, or left as they are (null)."""

    source: EntryName
    fit: Fit
    rows: Side | None
    columns: Side | None

    @model_validator(mode="after")
    def _rows_and_columns_go_together(self) -> "Fitted":
        if (self.rows is None) != (self.columns is None):
            raise ValueError("give both `rows` and `columns`, or null for both")
        return self


class Data(Fitted):
    """The images that are trained on: their color, and the fractions (of image names) held out.

    With a `test_source`, all images of that dataset are the test images, and those that `source` would have held
    out for testing are trained on.
    """

    test_source: EntryName | None
    color: Color
    validation_fraction: float = Field(gt=0, lt=1)
    test_fraction: float = Field(gt=0, lt=1)

    @model_validator(mode="after")
    def _test_images_are_others(self) -> "Data":
        if self.test_source == self.source:
            raise ValueError("`test_source` is `source`, the images that are trained on; use another, or null")
        return self

    @property
    def scored_source(self) -> str:
        """The dataset of the test images."""
        return self.test_source or self.source

    @model_validator(mode="after")
    def _something_is_left_to_train_on(self) -> "Data":
        if self.validation_fraction + self.test_fraction >= 1:
            raise ValueError("`validation_fraction` plus `test_fraction` must be below 1")
        return self


class Subject(Fitted):
    """Photographs that families fit and are scored on.

    images  their names (file stems), or "all"
    color   rgb, or gray: luma of the full range
    unseen  those that a network trained on the others is not shown
    """

    images: Annotated[Literal["all"] | list[str], BeforeValidator(_names_or_all)]
    color: Literal["rgb", "gray"] = "rgb"
    unseen: Annotated[list[str], AfterValidator(unique)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _something_is_seen(self) -> "Subject":
        if self.images != "all":
            if other := [name for name in self.unseen if name not in self.images]:
                raise ValueError(f"`unseen` names `{other[0]}`, which is not among `images`")
            if len(self.unseen) == len(self.images):
                raise ValueError("all `images` are `unseen`; leave one at least to train on")
        return self


def read_subjects() -> dict[str, Subject]:
    """Return the `subjects` of params.yaml by name; UserError names a wrong key."""
    groups = lookup(read_params(), "subjects")
    return {name: parse(Subject, given, f"subjects.{name}") for name, given in groups.items()}


def dataset_names(data: Data, subjects: Iterable[Subject]) -> list[str]:
    """Return the datasets that `data` and these subjects are taken from, each once, sorted."""
    names = {data.source, data.test_source, *(subject.source for subject in subjects)}
    return sorted(name for name in names if name is not None)


class Inspect(Section):
    """What the figures of the data show: so many images beside their JPEG of this quality."""

    images: int = Field(ge=1, le=24)
    quality: Quality


class Degrade(Section):
    """The JPEG files of the validation and test images; `subsampling` is of the chroma."""

    qualities: Qualities
    subsampling: Subsampling
    progressive: bool

    @property
    def options(self) -> dict[str, Any]:
        """Return the keyword arguments of `encode_file`, but for the quality and the kind of file.

        Files of mozjpeg are progressive whatever `progressive` says.
        """
        return {"subsampling": self.subsampling, "progressive": self.progressive}


class Augment(Section):
    """Training patches: how many, how they are turned, and how their degraded partners are compressed.

    Of `qualities`, `subsamplings`, `encoders` and `tables` (see `JpegFile`) one each is drawn for a patch.
    """

    patch_size: Side = Field(multiple_of=8)
    patches_per_image: int = Field(ge=1)
    qualities: Qualities
    subsamplings: Annotated[list[Subsampling], Field(min_length=1), AfterValidator(unique)]
    encoders: Annotated[list[Encoder], Field(min_length=1), AfterValidator(unique)]
    tables: Annotated[list[Tables], Field(min_length=1), AfterValidator(unique)]
    aligned_fraction: float = Field(ge=0, le=1)
    flips: bool
    rotations: bool


class Synthesize(Section):
    """Test patterns of side x side pixels; frequencies in cycles per image side."""

    side: Side
    sine_frequency: float = Field(gt=0)
    checkerboard_frequency: int = Field(ge=1)

    @model_validator(mode="after")
    def _pixels_can_show_it(self) -> "Synthesize":
        if max(self.sine_frequency, self.checkerboard_frequency) > self.side / 2:
            raise ValueError("a frequency above side / 2 cycles cannot be shown by the pixels")
        return self
