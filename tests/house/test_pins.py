import re

import pytest
import yaml

import pins
from recon.core.sources import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize(("requirements", "lock"), pins.LOCKS.items())
def test_a_lock_has_the_pins_of_its_requirements(requirements, lock):
    """A renewed pin needs `make pins`."""
    locked = {name: version for name, (version, _) in pins.read_lock(ROOT / lock).items()}
    assert locked == pins.read_pins(ROOT / requirements)


@pytest.mark.parametrize("lock", pins.LOCKS.values())
def test_every_package_is_installed_by_its_hash(lock):
    locked = pins.read_lock(ROOT / lock)
    assert all(sums for _, sums in locked.values())
    assert all(re.fullmatch("[0-9a-f]{64}", sum_) for _, sums in locked.values() for sum_ in sums)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_its_commit(path):
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
    actions = [step["uses"] for job in jobs for step in job["steps"] if "uses" in step]
    assert actions
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action) for action in actions)
