"""What the check of params.yaml refuses of the overfitted codecs."""

from pathlib import Path

import pytest

import overfitted_images
from recon.check.schema import check
from recon.data.params import Subject
from recon.families.overfitted import starts, training_images
from recon.families.overfitted.params import Networks
from recon.families.shared import zoo
from recon.settings.core import PATH, read_params
from refusals import refusal

ROOT = Path(__file__).resolve().parents[3]
REAL = read_params(ROOT / PATH)
ENTRY = REAL["overfitted"]["experiments"]["overfitted_fast"]


@pytest.fixture(autouse=True)
def project(monkeypatch):
    monkeypatch.chdir(ROOT)


def given(*, start=(), data=(), images=None, **experiment):
    """Return params.yaml with an entry `fast` of these settings, and a subject `some` of these images."""
    group = REAL["overfitted"] | {"start": REAL["overfitted"]["start"] | dict(start)}
    group["experiments"] = group["experiments"] | {"fast": ENTRY | experiment}
    subjects = REAL["subjects"] | ({"some": REAL["subjects"]["plane"] | {"images": images}} if images else {})
    return REAL | {"overfitted": group, "data": REAL["data"] | dict(data), "subjects": subjects}


def test_the_project_s_own_are_accepted():
    check(REAL)


def test_networks_may_be_set_where_no_start_has_them():
    check(given(shared_start=None, settings={"width": 8}))
    check(given(settings={"width": REAL["overfitted"]["networks"]["width"]}))


def test_grids_may_be_left_out_from_other_lambdas_than_those_of_the_start():
    check(given(settings={"leave_out_from": [0.1]}))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"settings": {"width": 8}},
            "experiments.fast.settings.width: the networks of a shared start are its own",
        ),
        (
            {"subject": "photograph", "sweep": {"contexts": [6]}},
            "experiments.fast.sweep.contexts: the networks of a shared start are its own",
        ),
        (
            {"shared_start": "nowhere"},
            "experiments.fast.shared_start: models/zoo/index.json: no network `nowhere`",
        ),
        ({"shared_start": "jpeg_color"}, "no network `jpeg_color` of overfitted"),
        ({"subject": "patterns", "shared_start": None}, "experiments.fast.subject: unknown subject `patterns`"),
        (
            {"subject": "some", "images": ["astronaut"]},
            "subjects.some.images: the shared start of overfitted.experiments.fast is trained on `astronaut`",
        ),
    ],
)
def test_a_mistake_is_one_line(changes, words):
    text = refusal(check, given(**changes))
    assert text.startswith("params.yaml: ")
    assert words in text


def test_the_plane_s_photographs_are_left_out_of_training_as_long_as_others_are_left():
    plane = REAL["subjects"]["plane"]
    seen = REAL | {"subjects": REAL["subjects"] | {"plane": plane | {"images": ["astronaut", "chelsea"]}}}
    check(seen)
    everything = REAL | {"subjects": REAL["subjects"] | {"plane": plane | {"images": "all"}}}
    assert "overfitted_fast.shared_start: the plane shows all training images of embedded" in refusal(
        check, everything
    )


def test_no_start_is_needed_where_the_plane_shows_all_training_images():
    """As the refusal above proposes; an entry on other photographs needs a start too, if it names one."""
    plane = REAL["subjects"]["plane"] | {"images": "all"}
    subjects = REAL["subjects"] | {"plane": plane, "other": plane | {"source": "kodak", "images": ["kodim02"]}}
    experiments = {"alone": ENTRY | {"shared_start": None}}
    params = REAL | {"subjects": subjects, "overfitted": REAL["overfitted"] | {"experiments": experiments}}
    check(params)
    experiments["fast"] = ENTRY | {"subject": "other"}
    assert "fast.shared_start: the plane shows all training images of embedded" in refusal(check, params)


def test_only_photographs_of_one_data_set_can_be_the_same():
    def choose(source, images):
        plane = Subject(source=source, images=images, fit="resize", rows=8, columns=8)
        return training_images.choose(["one", "two"], plane, "some")

    assert choose("some", ["one"]) == ["two"]
    assert choose("some", "all") == []
    assert choose("other", "all") == ["one", "two"]


@pytest.fixture
def zoo_start(monkeypatch):
    """A start `some` of the zoo that was trained on bsds500: its content can be replaced, its row changed."""
    content = starts.format_start(overfitted_images.draw_parameters(Networks().architecture(3)))
    row = zoo.ZooNetwork(
        **{"name": "some", "purpose": "Begins fits.", "file": "some-00000000.start", "sha256": "0" * 64},
        **{"file_bytes": len(content), "family": "overfitted", "settings": {}, "channels": 3, "recipe": "some"},
        **{"data": "bsds500", "license": "none", "scores": {}},
    )
    kept = {"content": content, "row": row}
    listed, read = zoo.read_index(), zoo.ZooNetwork.read_weights

    def read_weights(network):
        return kept["content"] if network.name == "some" else read(network)

    monkeypatch.setattr(zoo, "read_index", lambda: listed | {"some": kept["row"]})
    monkeypatch.setattr(zoo.ZooNetwork, "read_weights", read_weights)
    return kept


def test_a_start_of_the_zoo_is_accepted_and_a_damaged_one_is_named(zoo_start):
    check(given(shared_start="some"))
    zoo_start["content"] = zoo_start["content"][:-1]
    text = refusal(check, given(shared_start="some"))
    assert "fast.shared_start: models/zoo/some-00000000.start: damaged" in text


def test_a_start_of_the_zoo_may_not_have_seen_what_it_is_scored_on(zoo_start):
    zoo_start["row"] = zoo_start["row"].model_copy(update={"data": "embedded"})
    text = refusal(check, given(shared_start="some"))
    assert "fast.shared_start: some was trained on images of embedded, on which the entry is scored" in text


def test_a_start_of_the_zoo_has_the_color_of_what_it_is_used_for(zoo_start):
    zoo_start["content"] = starts.format_start(overfitted_images.draw_parameters(Networks().architecture(1)))
    text = refusal(check, given(shared_start="some"))
    assert "fast.shared_start: some is for `color: gray`, but subjects.plane has `color: rgb`" in text
