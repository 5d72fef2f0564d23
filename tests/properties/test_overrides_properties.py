import shlex

from dvc.utils.hydra import apply_overrides
from dvc.utils.serialize import dump_yaml, load_yaml
from hypothesis import given
from hypothesis import strategies as st

from recon.records.overrides import overrides

text = st.text(st.characters(codec="ascii", exclude_categories=["C"], exclude_characters="$"), max_size=8)
leaves = st.none() | st.booleans() | st.integers(-999, 999) | st.sampled_from([0.5, 1e-05, 3e20]) | text
values = leaves | st.lists(leaves, max_size=3)
old_params = st.fixed_dictionaries({"epochs": values, "plane": st.fixed_dictionaries({"rows": values})})
new_params = st.fixed_dictionaries(
    {"epochs": values, "plane": st.fixed_dictionaries({"rows": values}, optional={"columns": values})},
    optional={"entry": st.dictionaries(st.sampled_from(["net", "sweep"]), values)},
)


@given(old=old_params, new=new_params)
def test_dvc_turns_the_old_parameters_into_the_new_ones(tmp_path_factory, old, new):
    path = tmp_path_factory.mktemp("params") / "params.yaml"
    dump_yaml(path, old)
    words = shlex.split(shlex.join(overrides(old, new)))
    apply_overrides(path, words)
    assert load_yaml(path) == new
