"""A shared start in the zoo and in dvc.yaml, as the network of a recorded run is."""

from pathlib import Path

import yaml

from recon.core import files
from recon.families.shared import zoo
from recon.records import networks

ROW = {
    **{"name": "start", "purpose": "Begins.", "family": "overfitted", "settings": {}, "channels": 3},
    **{"recipe": "overfitted-start", "data": "bsds500", "license": "none", "scores": {}},
}


def test_a_shared_start_takes_the_place_of_the_old_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files.write_json(zoo.INDEX, [])
    files.write_text("dvc.yaml", "stages: {}\n")
    first, _ = networks.keep(b"first", ROW)
    second, line = networks.keep(b"second", ROW)
    assert line == f"{second.path}: the run's weights, in place of {first.file}"
    assert [path.name for path in sorted(zoo.ZOO.iterdir())] == ["index.json", second.file]
    assert second.read_weights() == b"second"
    artifacts = yaml.safe_load(Path("dvc.yaml").read_text())["artifacts"]
    assert artifacts == {"start": {"path": str(second.path), "type": "model", "desc": "Begins."}}
