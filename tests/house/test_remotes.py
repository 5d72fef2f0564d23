"""DVC remotes, in a folder and by S3: what one clone has pushed, another pulls, and has nothing left to do."""

import os
import shutil
import subprocess
import sys
from urllib.request import Request, urlopen

import pytest
from moto.server import ThreadedMotoServer

from project_copy import RUNNING, Copy

TARGETS = ["classical"]
WITH_DATA = ["--with-deps", *TARGETS]
BUCKET = "store"
pytestmark = pytest.mark.slow
KEYS = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def computed(tmp_path_factory):
    """A project in which some stages have run, committed."""
    copy = Copy(tmp_path_factory.mktemp("first") / "project", hash_seed=1, **KEYS)
    try:
        copy.dvc("repro", "-q", *TARGETS)
        yield copy
    finally:
        copy.stop()
        shutil.rmtree(copy.folder)


@pytest.fixture(params=["folder", "s3"])
def remote(request, tmp_path):
    """The address of a remote, and its settings."""
    if request.param == "folder":
        yield f"{tmp_path / 'remote'}", {}
        return
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    try:
        address = "http://{}:{}".format(*server.get_host_and_port())
        urlopen(Request(f"{address}/{BUCKET}", method="PUT")).close()
        yield f"s3://{BUCKET}/project", {"endpointurl": address}
    finally:
        server.stop()


def git(*words, folder, environment):
    subprocess.run(["git", *words], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)


def test_a_clone_pulls_what_was_pushed_and_has_nothing_to_do(computed, remote, tmp_path):
    address, settings = remote
    computed.dvc("remote", "add", "-f", "-d", "store", address)
    for name, value in (settings | {"verify": "true"}).items():
        computed.dvc("remote", "modify", "store", name, value)
    assert "pushed" in computed.dvc("push", *WITH_DATA)
    places = {"folder": computed.folder, "environment": computed.environment}
    git("add", "-A", **places)
    git("commit", "-qm", "Keep results in a remote", **places)

    clone = tmp_path / "clone"
    git("clone", "-q", computed.folder, clone, folder=tmp_path, environment=computed.environment)
    run = [sys.executable, "-m", "dvc"]
    options = {"cwd": clone, "env": computed.environment | os.environ | KEYS, "text": True, "check": True}
    subprocess.run([*run, "pull", "-q", *WITH_DATA], **options)
    done = subprocess.run([*run, "repro", *TARGETS], **options, stdout=subprocess.PIPE)
    assert not RUNNING.findall(done.stdout)
    assert "up to date" in done.stdout
