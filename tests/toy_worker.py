"""A worker of `recon.families.overfitted.pool` that fits nothing: what it answers depends on lambda."""

import os
import signal
from multiprocessing.connection import Connection

from recon.core.errors import UserError
from recon.core.reconstruction import Reconstruction
from recon.families.overfitted.jobs import FitJob, FitProgress

WAITS, REFUSES, FAILS, DIES, FILLS = 0.1, 0.2, 0.3, 0.4, 0.5
EXIT_CODE = 7


def serve(connection: Connection, instructions: str) -> None:
    """Answer each job at once, but for the lambdas above."""
    while True:
        try:
            job: FitJob = connection.recv()
        except EOFError:
            return
        if job.lmbda == WAITS:
            signal.pause()
        if job.lmbda == DIES:
            os._exit(EXIT_CODE)
        if job.lmbda == REFUSES:
            connection.send(UserError("one clear line"))
        elif job.lmbda == FAILS:
            connection.send(RuntimeError("a fit has failed\nwith its traceback"))
        elif job.lmbda == FILLS:
            connection.send(MemoryError())
        else:
            connection.send(FitProgress(1, 0))
            connection.send(FitProgress(2, 0, 0.5, 30.0))
            connection.send(Reconstruction(job.pixels, f"{job.lmbda}".encode(), job.lmbda, 0.0))
