"""The registry of fields: one order for all tables, and how values are written."""

import numpy as np
import pandas as pd
import pytest

from recon.core.reconstruction import ABOUT
from recon.referee import fields
from recon.referee.scoring import MASKED_MEASURES, MEASURES, POINT

TABLES = (fields.SCORES, fields.BOARD, fields.METHODS, fields.TIMINGS)


def test_the_registry_has_all_that_the_referee_measures_or_is_told():
    measured = {measure.__name__ for measure in MEASURES} | set(MASKED_MEASURES)
    assert measured | set(ABOUT) | set(POINT) <= set(fields.columns(fields.SCORES))


def test_every_field_has_a_meaning_and_stands_in_a_table():
    for field in fields.FIELDS.values():
        assert field.meaning.endswith((".", "`."))
        assert set(field.tables.split()) <= set(TABLES)
        assert field.tables


def test_a_measure_says_how_it_is_averaged_and_only_settings_and_names_do_not():
    named = {name for name in fields.columns(fields.BOARD) if not fields.FIELDS[name].average}
    assert named == {"method", "family", "entry", "variant", "images"}


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("decoder_bytes", 197120.0, "197,120"),
        ("decoder_bytes", np.nan, ""),
        ("gain_over_jpeg_db", 1.05, "+1.05"),
        ("gain_over_jpeg_db", -0.001, "0.00"),
        ("variant", "width=32,bits=8", "width=32,bits=8"),
        ("points", 7, "7"),
        ("magic_number", 0.5, "0.500"),
    ],
)
def test_a_value_is_written_as_its_field_says(name, value, text):
    assert fields.find_field(name).text(value) == text


def test_columns_that_are_absent_or_empty_are_skipped_and_unknown_ones_come_last():
    table = pd.DataFrame({"magic_number": [0.5], "psnr_db": [30.0], "method": ["jpeg"], "ssim": [np.nan]})
    assert [field.heading for field in fields.list_filled(table)] == ["method", "PSNR", "magic number"]


def test_the_list_of_fields_has_a_row_for_each():
    header, rows = fields.tabulate_fields()
    assert [row[0] for row in rows] == [f"`{name}`" for name in fields.FIELDS]
    assert {len(row) for row in rows} == {len(header)}
