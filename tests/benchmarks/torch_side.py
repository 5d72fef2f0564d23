"""PyTorch's turns: `torch_side.py FOLDER MEMORY_FORMAT`, a process that `engine.Engine` starts.

Builds the network that `keras_side.py` wrote to FOLDER, and goes on only if it gives the same output. Imports
nothing of the project but its neighbor, so that its interpreter needs no more than PyTorch and NumPy.
"""

import json
import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from torch import nn

from torch_twin import twin

# Of the largest output. Sums of some thousand float32 products in another order differ by about 1e-6 of it; a
# turned kernel, channels in another order or another slope by a tenth and more.
TOLERANCE = 1e-4


def columns_last(image: np.ndarray) -> torch.Tensor:
    """Return images (batch, rows, columns, channels) as (batch, channels, rows, columns), all else unchanged."""
    found = torch.tensor(image)
    return found.permute(0, 3, 1, 2).contiguous() if found.ndim == 4 else found


def check_equal(model: nn.Module, inputs: list[torch.Tensor], expected: torch.Tensor) -> None:
    """Raise ValueError where the network gives other values than `expected`."""
    model.eval()
    with torch.no_grad():
        difference = float((model(*inputs) - expected).abs().max() / expected.abs().max())
    if not difference <= TOLERANCE:
        raise ValueError(f"the networks are not the same: their outputs differ by {difference:.1e} of the largest")


def main(folder: Path, memory_format: str) -> None:
    """Build the network, hold it against Keras' output and train it, turn by turn."""
    spec = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
    torch.manual_seed(spec["seed"])
    torch.set_num_threads(spec["threads"])
    torch.set_num_interop_threads(1)
    layout = getattr(torch, memory_format)
    with np.load(folder / "weights.npz") as weights:
        model = twin(json.loads((folder / "model.json").read_text(encoding="utf-8")), dict(weights))
    with np.load(folder / "inputs.npz") as inputs, np.load(folder / "outputs.npz") as outputs:
        images = [columns_last(image) for image in inputs.values()]
        target, output = columns_last(outputs["target"]), columns_last(outputs["output"])
    model = model.to(memory_format=layout)
    images = [image.to(memory_format=layout) if image.ndim == 4 else image for image in images]
    check_equal(model, images, output)
    print("ready", flush=True)
    train(model.train(), images, target.to(memory_format=layout), steps=spec["steps"], turns=spec["turns"])


def train(model: nn.Module, images: list[torch.Tensor], target: torch.Tensor, *, steps: int, turns: int) -> None:
    """Train for a turn whenever a line is read, and answer with its seconds."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.0001, fused=True)
    for _ in range(turns):
        sys.stdin.readline()
        start = perf_counter()
        for _ in range(steps):
            optimizer.zero_grad()
            nn.functional.l1_loss(model(*images), target).backward()
            optimizer.step()
        print(perf_counter() - start, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
