"""Decode mutated payloads of every method and count the outcomes: `fuzz.py COUNT SEED FOLDER`.

A process of its own, so that a crash, which ends it, is seen, and so that its memory can be limited. FOLDER gets
`payload`, the last one that was decoded, and `report.json`.
"""

import faulthandler
import json
import re
import resource
import struct
import sys
import time
import traceback
import warnings
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

import numpy as np
from PIL import Image

from case import Case
from cases import CASES
from mutations import MAGIC, SHAPE, Payload, mutated
from pictures import picture
from recon.coding import rate
from recon.coding.payload import PayloadError
from recon.jpeg.jpegxl_files import is_jpegxl, read_header

SIDES = (19, 27)
MEMORY = 2 * 2**30  # bytes that decoding may take beside what the process has when all is loaded
HANG = 600  # seconds after which one decoding, which takes less than one, is taken for endless


@dataclass
class Victim:
    """A decoder, a payload of its own, the outcomes of mutated ones, and the most that one of them cost."""

    name: str
    case: Case
    channels: int
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("decoded", "refused", "failed"), 0))
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0  # of all threads
    memory: int = 0  # bytes beside what the process had before

    def prepare(self, folder: Path) -> None:
        """Make the shared model and the payload, and decode it."""
        self.case.share(folder, self.channels, 1)
        with patch.object(rate, "encode_groups", wraps=rate.encode_groups) as encode:
            data = self.case.rebuild(folder, picture(*SIDES, self.channels)).payload
        groups = [group for call in encode.call_args_list for group in call.args[0]]
        self.payload = Payload(data, rate.encode_groups(groups) if groups else b"", groups)
        assert self.payload.code in data
        self.decode = self.case.decoder(folder, self.channels)
        check_picture(self.decode(data), data)

    def meet(self, data: bytes) -> None:
        """Decode a payload: a picture of the shape it claims, or a PayloadError of one line, is right."""
        Path("/proc/self/clear_refs").write_text("5")  # the peak of memory is what is held now
        start, held = time.process_time(), memory("VmRSS")
        try:
            outcome = self._decode(data)
        except Exception:
            outcome = "failed"
            self.failures.append(f"{traceback.format_exc()}{data.hex()}")
        self.seconds = max(self.seconds, time.process_time() - start)
        self.memory = max(self.memory, memory("VmHWM") - held)
        self.counts[outcome] += 1

    def _decode(self, data: bytes) -> str:
        try:
            pixels = self.decode(data)
        except PayloadError as error:
            line = str(error)
        else:
            check_picture(pixels, data)
            return "decoded"
        assert line
        assert line.isprintable()
        return "refused"


def memory(name: str) -> int:
    """Return a size of this process in bytes, by its name in /proc/self/status."""
    return int(re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text())[1]) * 1024


def check_picture(pixels: np.ndarray, data: bytes) -> None:
    """Raise AssertionError where `pixels` are no picture of the shape that the payload claims."""
    if data.startswith(MAGIC):
        rows, columns, channels = struct.unpack("<HHB", data[SHAPE])
        channels &= 0x7F
    elif is_jpegxl(data):
        rows, columns, channels = *read_header(data)[:2], pixels.shape[-1]
    else:
        with Image.open(BytesIO(data)) as image:
            (columns, rows), channels = image.size, pixels.shape[-1]
    assert pixels.dtype == np.uint8
    assert pixels.shape == (rows, columns, channels)
    assert channels in (1, 3)


def main(count: int, seed: int, folder: Path) -> None:
    """Mutate and decode `count` payloads, of each method in turn."""
    rng = np.random.default_rng(seed)
    victims = [Victim(name, case, (3, 1)[(n + seed) % 2]) for n, (name, case) in enumerate(CASES.items())]
    for victim in victims:
        victim.prepare(folder / victim.name)
    loaded = memory("VmSize")
    resource.setrlimit(resource.RLIMIT_AS, (loaded + MEMORY, loaded + MEMORY))
    for number in range(count):
        victim = victims[number % len(victims)]
        data = mutated(rng, victim.payload, victims[rng.integers(len(victims))].payload.data)
        (folder / "payload").write_bytes(data)
        faulthandler.dump_traceback_later(HANG, exit=True)
        victim.meet(data)
    faulthandler.cancel_dump_traceback_later()
    report = {
        victim.name: {
            "family": victim.case.family,
            **victim.counts,
            **{"seconds": victim.seconds, "memory": victim.memory, "failures": victim.failures[:20]},
        }
        for victim in victims
    }
    (folder / "report.json").write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    faulthandler.enable()
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)  # see pyproject.toml
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
