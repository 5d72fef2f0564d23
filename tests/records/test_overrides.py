import pytest

from recon.records.overrides import overrides, rendered


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "null"),
        (True, "true"),
        (2000, "2000"),
        (1e-05, "1e-05"),
        ("kodak", "kodak"),
        ("null", '"null"'),
        ("4:2:0", '"4:2:0"'),
        (["chelsea", "coffee"], "[chelsea,coffee]"),
        ([10, None], "[10,null]"),
        ({"quality": [10, 50]}, "{quality:[10,50]}"),
    ],
)
def test_a_value_is_written_as_dvc_takes_it(value, shown):
    assert rendered(value) == shown


def test_only_what_differs_is_named_by_its_dotted_key():
    old = {"epochs": 500, "plane": {"rows": 256, "images": ["a", "b"]}, "gone": 1}
    new = {"epochs": 500, "plane": {"rows": None, "images": ["a"]}, "come": {"net": "unet"}}
    assert list(overrides(old, new)) == ["plane.rows=null", "plane.images=[a]", "+come={net:unet}", "~gone"]
