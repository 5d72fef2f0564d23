"""The zoo, models/zoo/: trained networks that come with the project, each a file of weights and a row of an index.

Unlike all else in models/ they are in git, and no stage writes them: `record.py` does, from a recorded run. A file
is HDF5 or plain numbers, without pickled objects or code. It is read only where its SHA-256 is that of the index.
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from recon.core import files
from recon.core.errors import UserError
from recon.data.manifest import Sha256, Text, first_fault
from recon.settings.core import EntryName

ZOO = Path("models/zoo")
INDEX = ZOO / "index.json"
RESTORE = f"git checkout -- {ZOO}"  # the remedy for whatever is wrong here
MOST_BYTES = 1_000_000  # of a file, since git keeps every version
_IN_NAME = {"name", "sha256", "net", "value_range"}  # fields that the name of a file follows from


class ZooNetwork(BaseModel):
    """One row of the index: a network of Keras, a codec, or what a codec's fits begin with, a shared start.

    The latter two have no `value_range`, and nothing else of what says how a network of Keras is used.

    Attributes:
        name: the network's name.
        purpose: what it does, a sentence.
        file: the name of its file, NAME-HASH8.SUFFIX, with the first 8 digits of the SHA-256: the suffix is
            weights.h5, codec, or start.
        sha256: the SHA-256 of the file.
        file_bytes: the length of the file in bytes.
        half_precision: whether the weights are stored as float16.
        family: the family whose method uses it.
        net: the name of its architecture; None: it is a shared start.
        settings: those of the architecture, defaults included.
        channels: the number of channels of its images.
        value_range: the range of the pixels that it sees and gives.
        inference: what is done besides one pass through it.
        augment: the kinds of files it was trained on, by keys of `augment` in params.yaml.
        recipe: the recipe of the recorded run that trained it.
        data: the dataset of its training images.
        license: the license of that dataset.
        scores: the results of the recorded run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: EntryName
    purpose: Text
    file: str
    sha256: Sha256
    file_bytes: int
    half_precision: bool = False
    family: str
    net: str | None = None
    settings: dict[str, Any]
    channels: Literal[1, 3]
    value_range: Literal["unit", "symmetric"] | None = None
    inference: dict[str, Any] = Field(default_factory=dict)
    augment: dict[str, Any] = Field(default_factory=dict)
    recipe: str
    data: str
    license: Text
    scores: dict[str, Any]

    @model_validator(mode="after")
    def _file_has_its_hash(self) -> Self:
        if self.file != (expected := file_name(**self.model_dump(include=_IN_NAME))):
            raise ValueError(f"its `file` must be {expected}")
        return self

    @property
    def path(self) -> Path:
        """The path of its file."""
        return ZOO / self.file

    def read_weights(self) -> bytes:
        """Return the content of its file; UserError where that is missing, or not what the index says."""
        if not self.path.is_file():
            raise UserError(f"{self.path}: not found; this restores it: {RESTORE}")
        content = self.path.read_bytes()
        if (digest := sha256(content).hexdigest()) != self.sha256:
            raise UserError(
                f"{self.path}: its SHA-256 is {digest[:12]}..., but {self.sha256[:12]}... in {INDEX.name}; this "
                f"restores it: {RESTORE}"
            )
        return content


def file_name(*, name: str, sha256: str, net: str | None, value_range: str | None) -> str:
    """Return the name of the file of a network, by fields of its row."""
    suffix = "weights.h5" if value_range else "codec" if net else "start"
    return f"{name}-{sha256[:8]}.{suffix}"


def read_index() -> dict[str, ZooNetwork]:
    """Return all networks by name; UserError where the index is missing or damaged."""
    if not INDEX.is_file():
        raise UserError(f"{INDEX}: not found; this restores it: {RESTORE}")
    try:
        networks = [ZooNetwork.model_validate(row) for row in files.read_json(INDEX)]
    except ValidationError as error:
        raise UserError(f"{INDEX}: {first_fault(error)}; this restores it: {RESTORE}") from None
    except (ValueError, TypeError):  # no JSON, or no list
        raise UserError(f"{INDEX}: damaged; this restores it: {RESTORE}") from None
    return {network.name: network for network in networks}


def find_network(name: str, *, family: str | None = None) -> ZooNetwork:
    """Return the network called `name`; UserError lists those of the family, or of all families."""
    networks = {key: row for key, row in read_index().items() if family in (None, row.family)}
    if name not in networks:
        wanted = f"`{name}` of {family}" if family else f"`{name}`"
        raise UserError(f"{INDEX}: no network {wanted}; known: {', '.join(networks) or 'none'}")
    return networks[name]


def identify_weights(name: str | None) -> str:
    """Return a line by which DVC sees whether an entry's weights in the zoo have changed; None: it has none there.

    Raises:
        UserError: there is no such network.
    """
    if name is None:
        return "not in the zoo\n"
    network = find_network(name)
    return f"{network.sha256}  {network.path}\n"


def find_name(experiment: Mapping[str, Any]) -> str | None:
    """Return the name of the weights in the zoo that an entry uses; None: it has none there.

    Its key is `weights`, or `shared_start`, which names the start of a stage, not of the zoo, if it is `trained`.
    """
    name = experiment.get("weights") or experiment.get("shared_start")
    return None if name == "trained" else name


def add(content: bytes, **row: Any) -> ZooNetwork:
    """Write a network's file, put its row into the index in place of any of that name, and remove the old file.

    `row` has all but what follows from `content`, the file of weights.

    Raises:
        UserError: the file is too large.
    """
    if len(content) > MOST_BYTES:
        raise UserError(
            f"{row['name']}: {len(content):,} bytes of weights, but a file of {ZOO} has at most {MOST_BYTES:,}; "
            "train a smaller network, or with `half_precision: true`"
        )
    digest = sha256(content).hexdigest()
    named = dict.fromkeys(_IN_NAME) | {key: row[key] for key in _IN_NAME & row.keys()} | {"sha256": digest}
    network = ZooNetwork(**row, file=file_name(**named), sha256=digest, file_bytes=len(content))
    before = read_index()
    files.write_bytes(network.path, content)
    rows = (before | {network.name: network}).values()
    files.write_json(INDEX, [listed.model_dump(exclude_unset=True) for listed in rows])
    if network.name in before and before[network.name].path != network.path:
        before[network.name].path.unlink(missing_ok=True)
    return network
