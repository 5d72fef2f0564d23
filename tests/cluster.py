"""A Dask scheduler and workers on this machine, as processes with folders of their own."""

import os
import subprocess
import sys
import time
from pathlib import Path

from recon.core.files import read_json
from recon.core.sources import STAGES

_PATIENCE = 60  # seconds
_ALONE = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--preload", "recon")


class Cluster:
    """A scheduler and some workers, which import the library and share nothing else."""

    def __init__(self, folder: Path, *, workers: int) -> None:
        self._file = folder / "scheduler.json"
        self.scheduler = self._start("dask_scheduler", folder, "--port", "0", "--no-dashboard", "--no-show")
        self.workers = [self._add_worker(folder / f"worker{number}") for number in range(workers)]

    @property
    def address(self) -> str:
        """The scheduler's, once it has one."""
        end = time.monotonic() + _PATIENCE
        while not self._file.exists():
            assert time.monotonic() < end, "the scheduler does not start"
            time.sleep(0.05)
        return read_json(self._file)["address"]

    def stop(self) -> None:
        """End all processes."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _add_worker(self, folder: Path) -> subprocess.Popen:
        folder.mkdir()
        return self._start("dask_worker", folder, *_ALONE)

    def _start(self, program: str, folder: Path, *words: str) -> subprocess.Popen:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(STAGES), *sys.path])}
        command = [sys.executable, "-m", f"distributed.cli.{program}", "--scheduler-file", self._file, *words]
        with (folder / "log").open("w") as log:
            return subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
