"""How the plane's curves are drawn: each unlike the others, and those of a family alike."""

import pandas as pd
import pytest

from recon.core import rooms
from recon.drawing import figures, looks


def of(*methods):
    """Return the looks of methods given as FAMILY/NAME."""
    pairs = [method.split("/") for method in methods]
    return looks.choose_looks(pd.DataFrame(pairs, columns=["family", "method"]))


def test_each_family_has_a_hue_of_its_own():
    families = rooms.families()
    hues = {looks.find_hue(family) for family in families}
    assert len(hues | {looks.OTHER}) == len(families) + 1
    assert max(*hues, looks.OTHER) < len(figures.COLORS)


def test_a_family_that_declares_no_hue_or_has_no_folder_is_drawn_all_the_same():
    assert looks.find_hue("none_such") == looks.OTHER


def test_a_family_keeps_its_hue_whichever_others_are_drawn():
    few, many = of("restoration/some"), of("classical/jpeg", "autoencoder/one", "restoration/some")
    assert few["some"].color == many["some"].color


def test_codecs_are_gray_and_dashed_alike_and_others_share_no_line():
    drawn = of("classical/jpeg", "classical/avif", "autoencoder/a", "autoencoder/b")
    red, green, blue = (int(figures.COLORS[drawn["jpeg"].color][place : place + 2], 16) for place in (1, 3, 5))
    assert red == green == blue
    assert drawn["jpeg"].dashes == drawn["avif"].dashes != ()
    assert drawn["jpeg"].dashes not in looks.DASHES
    assert drawn["a"].color == drawn["b"].color
    assert drawn["a"].dashes != drawn["b"].dashes


@pytest.mark.parametrize(("family", "count"), [(looks.CODECS, len(figures.MARKERS)), ("autoencoder", 20)])
def test_many_entries_of_one_family_are_all_drawn_otherwise(family, count):
    assert len(set(of(*(f"{family}/{index}" for index in range(count))).values())) == count


def test_markers_differ_over_all_families_as_long_as_there_are_enough():
    """For prints without color."""
    drawn = of(*(f"family_{index}/{index}" for index in range(len(figures.MARKERS))))
    assert {look.marker for look in drawn.values()} == set(figures.MARKERS)


def test_a_curve_is_drawn_in_its_look():
    panel = figures.new_figure(2, 2).subplots()
    looks.draw(panel, [0, 1], [1, 2], label="some", look=looks.Look(0, "s", (4, 2)))
    (line,) = panel.get_lines()
    assert (line.get_color(), line.get_marker(), line.get_label()) == (figures.COLORS[0], "s", "some")
    assert line.get_linestyle() == "--"  # what Matplotlib calls any line that is not solid
