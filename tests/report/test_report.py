"""The page of a small invented run, read as text: what is in it, and that nothing else is needed."""

import hashlib
import html
import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import invented_report
from recon.core import files, images
from recon.referee import fields
from recon.report import page, plane

VOID = {"meta", "link", "img", "input", "source", "br", "path"}


class Reader(HTMLParser):
    """Collects a page's elements: tag and attributes; remembers those that were never closed."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.crossed = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if tag not in VOID and self.open.pop() != tag:
            self.crossed.append(tag)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The working folder of an invented run, and its page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("run"))
        invented_report.write_run()
        yield invented_report.make_page()


@pytest.fixture(scope="module")
def reader(run):
    return Reader(run)


def test_equal_files_give_an_equal_page(run):
    assert invented_report.make_page() == run


def test_the_page_is_well_formed(reader):
    assert (reader.open, reader.crossed) == ([], [])


def test_nothing_is_loaded_from_elsewhere(reader):
    addresses = [attributes.get(name) for _, attributes in reader.elements for name in ("src", "srcset", "href")]
    assert all(address.startswith(("data:", "#")) for address in addresses if address)
    assert not [attributes for attributes in reader.all("script") if "src" in attributes]


def test_the_styles_and_scripts_name_no_address():
    for path in page.TEMPLATES.iterdir():
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"https?://[^\s\"']+", text)) <= {"https://vega.github.io/schema/vega-lite/v5.json"}
        assert not re.search(r"url\(|@import|</script", text) or path.suffix == ".html"


def test_a_link_leads_to_a_place_of_the_page(reader):
    places = {attributes["id"] for _, attributes in reader.elements if "id" in attributes}
    assert {address[1:] for a in reader.all("a") if (address := a["href"])} <= places


def test_no_two_elements_have_one_name(reader):
    names = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(names) == len(set(names))


def test_every_picture_is_told_in_words(reader):
    pictures = [attributes for attributes in reader.all("img") if "class" not in attributes]  # those of <template>
    assert len(pictures) > 30
    assert all(len(attributes["alt"]) > 10 for attributes in pictures)


def test_a_picture_is_to_the_pixel_what_was_decoded(run):
    for image in invented_report.PHOTOGRAPHS:
        caption = re.escape(f"{image}, AVIF: quality=40: ")
        source = re.search(rf'<img src="([^"]+)" width="64" height="48" alt="{caption}', run).group(1)
        saved = invented_report.saved_pixels("classical", "avif", {"quality": 40}, image)
        assert np.array_equal(invented_report.pixels_of(source), saved)


def test_each_method_is_shown_at_every_rate(run):
    board = files.read_csv("metrics/leaderboard.csv")
    for group in plane.points_near_rates(board, 0.7):
        shown = re.findall(rf'data-method="(\w+)"[^>]* data-groups="[^"]*{re.escape(group)}', run)
        assert set(shown) == {"original", *board["method"]} - {"pixels"}  # as far off as they are off the chart
        assert len(shown) == len(invented_report.PHOTOGRAPHS) * board["method"].nunique()


def test_the_table_has_all_rows_and_columns_of_the_leaderboard(run):
    board = files.read_csv("metrics/leaderboard.csv")
    table = re.search(r'<table class="sortable" id="board">(.*?)</table>', run, re.DOTALL).group(1)
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in table.split("<tr")[1:]]
    assert len(rows) == 1 + len(board)
    names = [field.name for field in fields.list_filled(board) if field.name not in page.ELSEWHERE]
    assert {len(row) for row in rows} == {len(names)}
    psnr = names.index("psnr_db")
    assert [row[psnr] for row in rows[1:]] == [f"{value:.2f}" for value in board["psnr_db"]]


def test_the_chart_has_every_point_of_each_photograph_but_those_beyond_it(run):
    data = json.loads(re.search(r'id="chart-data">(.*?)</script>', run, re.DOTALL).group(1))
    counts = dict.fromkeys((plane.MEAN, *invented_report.PHOTOGRAPHS), 0)
    for point in data["points"]:
        counts[point["image"]] += 1
    assert set(counts.values()) == {invented_report.DRAWN}


def test_curves_published_for_the_plane_s_whole_set_are_drawn_as_far_as_the_others_reach(run):
    data = json.loads(re.search(r'id="chart-data">(.*?)</script>', run, re.DOTALL).group(1))
    (theirs,) = data["published"]
    assert (theirs["name"], theirs["bpp"], theirs["psnr_db"]) == ("Theirs", [0.1, 0.5, 0.9, 9], [10, 30, 33, 60])
    assert "1&nbsp;Theirs" in run
    assert "No published curve is drawn" not in run


def test_where_no_published_curve_is_of_these_photographs_the_page_says_so(run):
    Path("data/published/some/theirs.json").rename("theirs.json")
    without = invented_report.make_page()
    Path("theirs.json").rename("data/published/some/theirs.json")
    assert "No published curve is drawn" in without
    assert "as published" not in without


def test_the_settings_are_those_of_the_run_to_the_letter(run):
    shown = re.search(r"<pre tabindex=\"0\"><code>(.*?)</code></pre>", run, re.DOTALL).group(1)
    assert html.unescape(shown) == Path("params.yaml").read_text(encoding="utf-8")


def test_the_digest_is_what_the_command_beside_it_gives(run):
    command = "find data/sources -type f | LC_ALL=C sort | xargs cat"
    listed = subprocess.run(command, shell=True, capture_output=True, check=True).stdout
    assert hashlib.sha256(listed).hexdigest() in run
    assert command in " ".join(html.unescape(run).split())


def test_each_family_has_its_introduction_its_place_in_the_plane_and_its_findings(run):
    part = run.partition('id="families"')[2]
    introductions = re.findall(r"<h3[^>]*>(\w+)</h3>\s*<p>(.*?)</p>", part)
    assert [title for title, _ in introductions] == ["Autoencoders", "Restorers", "Pixels"]
    for title, text in introductions:
        assert text.startswith(f"{title} are invented. In the plane it reaches ")
    assert part.count("<li>First <code>finding</code>.</li>") == len(invented_report.FINDINGS)


def test_a_figure_that_the_run_has_not_is_left_out_and_one_without_a_caption_is_shown(run):
    captions = re.findall(r"<figcaption>([^<]+)", run.partition('id="families"')[2])
    assert [html.unescape(caption).strip() for caption in captions] == [
        *(
            "Curves of some.",
            "Gains of some.",
            "The figure new.png.",
            "Pixels out of noise.",
            "Error of some over steps.",
        )
    ]


def test_a_family_may_bring_photographs_of_its_own(run):
    assert "<h3>Restored: invented photographs</h3>" in run
    first = re.search(
        r'id="restoration-meadow".*?data-group="([^"]+)" data-left="(\w+)" data-right="(\w+)"', run, re.DOTALL
    )
    assert first.groups() == ("level 0", "jpeg", "avif")


def test_without_scripts_the_figure_of_the_plane_is_shown(run):
    source = re.search(r'id="picture".*?<img src="([^"]+)"', run, re.DOTALL).group(1)
    figure = images.read_image("plots/rate_distortion.png").astype(int)
    assert np.abs(invented_report.pixels_of(source) - figure).mean() < 1  # as near as the quality of figures goes


def test_an_animation_has_a_still_for_who_wants_no_motion(run):
    still, moving = re.search(
        r'<source media="\(prefers-reduced-motion: reduce\)" srcset="([^"]+)">\s*<img src="([^"]+)"', run
    ).groups()
    assert [invented_report.decoded(source).n_frames for source in (still, moving)] == [1, 3]


def test_no_seconds_are_read(run):
    """Two runs share none, and the page is to be equal."""
    for path in Path("metrics/timings").rglob("*.json"):
        path.unlink()
    assert invented_report.make_page() == run
