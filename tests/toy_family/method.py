"""svd: each channel as the sum of its first singular triples, in half precision; `rank` says how many."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from recon.coding import payload
from recon.core.images import to_uint8
from recon.families.shared.codec import Codec
from recon.families.shared.family import Dial, Family
from recon.settings.core import EntryName, Section
from recon.settings.entries import Entry, Group
from recon.settings.sweeps import Points, Run

FAMILY = "svd"
METHODS = {"svd": (".rcn",)}
SETTINGS = {"rank": "svd: singular triples of each channel"}


class SvdPoints(Points):
    """The number of singular triples."""

    rank: list[Annotated[int, Field(ge=1, le=255)]] | None = None


class SvdExperiment(Section):
    """One set of photographs."""

    subject: str
    points: SvdPoints


class Svd(Group):
    """The whole group."""

    experiments: Annotated[dict[EntryName, SvdExperiment], Field(min_length=1)]

    def entry(self, name: str) -> Entry[SvdExperiment, Run]:
        """Return the entry `name`; UserError lists the known ones."""
        return Entry(FAMILY, name, self.experiment(name, FAMILY), [Run(None, None, None, None)])


GROUP = Svd


@dataclass(frozen=True)
class SvdCodec(Codec):
    """One picture, uint8 (rows, columns, channels)."""

    pixels: np.ndarray | None

    def encode(self, setting: float) -> bytes:
        """Return the payload of the first `setting` triples: u * s and v of each channel, float16."""
        rows, columns, channels = self.pixels.shape
        u, s, v = np.linalg.svd(np.moveaxis(self.pixels / 255.0, -1, 0), full_matrices=False)
        rank = min(int(setting), s.shape[-1])
        scaled = (u[..., :rank] * s[:, np.newaxis, :rank]).astype("<f2")
        body = scaled.tobytes() + v[:, :rank].astype("<f2").tobytes()
        return payload.pack(family=FAMILY, rows=rows, columns=columns, channels=channels, body=body)

    def decode(self, data: bytes) -> np.ndarray:
        """Return the pixels of a payload."""
        head = payload.unpack(data, family=FAMILY)
        rank, rest = divmod(len(head.body), 2 * head.channels * (head.rows + head.columns))
        if rest or not rank:
            raise payload.PayloadError("payload holds no whole number of singular triples; encode it again")
        values = np.frombuffer(head.body, "<f2").astype(float)
        u, v = np.split(values, [head.channels * head.rows * rank])
        product = u.reshape(head.channels, head.rows, rank) @ v.reshape(head.channels, rank, head.columns)
        return to_uint8(payload.check_values(np.moveaxis(product, 0, -1)), "unit")


class Rebuilder(Family):
    """A picture of your own by its singular triples."""

    usual_entry = "plane"

    def open(self) -> None:
        """Nothing is shared."""

    def dial(self, pixels: np.ndarray) -> Dial:
        """Return the rank."""
        return Dial("rank", range(1, 256), 16, pixels, SvdCodec(pixels).encode)

    def decode(self, payload: bytes) -> np.ndarray:
        """Return the pixels of a payload."""
        return SvdCodec(None).decode(payload)
