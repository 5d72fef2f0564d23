"""A family taken out of a copy of the project, and one put in: a folder, a group of params.yaml, and stages."""

import re
import shutil
from pathlib import Path

from ruamel.yaml import YAML

TOY = Path(__file__).with_name("toy_family")


def remove_family(project: Path, family: str) -> None:
    """Delete the family's folder, its group, and its stages with their scripts and plots, and nothing else."""
    shutil.rmtree(project / "stages" / "recon" / "families" / family)
    shutil.rmtree(project / "tests" / "families" / family, ignore_errors=True)
    yaml = YAML()
    params = yaml.load(project / "params.yaml")
    del params[family]
    yaml.dump(params, project / "params.yaml")
    graph = yaml.load(project / "dvc.yaml")
    graph["vars"][0]["families"].remove(family)
    for name in [name for name in graph["stages"] if name == family or name.startswith(f"{family}_")]:
        stage = graph["stages"].pop(name)
        (project / stage.get("do", stage)["cmd"].split()[1]).unlink()
    graph["plots"] = [plot for plot in graph["plots"] if f"comparisons/{family}/" not in str(plot)]
    yaml.dump(graph, project / "dvc.yaml")


def add_family(project: Path, family: str) -> None:
    """Add the toy's folder of one file, its group, its stage with a script, and its contract case."""
    folder = project / "stages" / "recon" / "families" / family
    folder.mkdir()
    (folder / "__init__.py").touch()
    shutil.copy(TOY / "method.py", folder)
    shutil.copy(TOY / "stage.py", project / "stages" / f"{family}.py")
    if (tests := project / "tests" / "families").is_dir():
        (tests / family).mkdir()
        shutil.copy(TOY / "contract_case.py", tests / family)
    with (project / "params.yaml").open("a", encoding="utf-8") as params:
        params.write((TOY / "group.yaml").read_text(encoding="utf-8"))
    graph = (project / "dvc.yaml").read_text(encoding="utf-8")
    graph = re.sub(r"(families: \[[^\]]*)\]", rf"\1, {family}]", graph, count=1)
    before, plots, after = graph.partition("\nplots:\n")
    stage = (TOY / "stage.yaml").read_text(encoding="utf-8")
    (project / "dvc.yaml").write_text(before + stage + plots + after, encoding="utf-8")
