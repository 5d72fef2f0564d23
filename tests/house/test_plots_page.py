import base64
import gzip
import json
import re
from pathlib import Path

import pytest

PLOTS = Path(__file__).resolve().parents[2] / ".dvc" / "plots"
PAGE = (PLOTS / "page.html").read_text(encoding="utf-8")
TEMPLATES = sorted(PLOTS.glob("*.json"))


def test_the_page_has_a_place_for_the_plots_and_for_the_refresh_tag():
    assert PAGE.count("{plot_divs}") == PAGE.count("{refresh_tag}") == 1


def test_the_page_loads_nothing_from_elsewhere():
    assert not re.findall(r"\bsrc=|\bhref=|@import|\{scripts\}", PAGE)


def test_the_page_carries_the_library_that_the_plots_call():
    packed = re.search(r'id="vega">([^<]+)</script>', PAGE).group(1)
    source = gzip.decompress(base64.b64decode(packed)).decode("utf-8")
    assert all(f".{name}=" in source for name in ("vega", "vegaLite", "vegaEmbed"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_is_of_the_schema_that_the_page_understands(path):
    assert json.loads(path.read_text(encoding="utf-8"))["$schema"].endswith("/vega-lite/v5.json")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
@pytest.mark.parametrize("anchor", ["DATA", "TITLE", "X", "Y", "X_LABEL", "Y_LABEL"])
def test_a_template_shows_all_that_dvc_yaml_gives(path, anchor):
    assert f'"<DVC_METRIC_{anchor}>"' in path.read_text(encoding="utf-8")
