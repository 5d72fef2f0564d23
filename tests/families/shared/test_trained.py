import pytest

from recon.coding import payload
from recon.coding.payload import PayloadError
from recon.families.shared import trained


def test_weights_are_found_by_their_content(tmp_path):
    paths = [tmp_path / name for name in ("one.h5", "two.h5")]
    for path in paths:
        path.write_bytes(path.name.encode())
    contents = {"family": "some", "rows": 9, "columns": 9, "channels": 3, "body": b"some"}
    data = payload.pack(**contents, model_id=payload.model_id(b"two.h5"))
    search = {"family": "some", "command": "dvc repro some"}
    assert trained.find_weights(data, paths=paths, **search) == paths[1]
    for gone in ([], paths[:1]):
        with pytest.raises(
            PayloadError, match=r"needs model [0-9a-f]{16}, which models/some does not hold; .* some$"
        ):
            trained.find_weights(data, paths=gone, **search)
    with pytest.raises(PayloadError, match="checksum is wrong"):
        trained.find_weights(data[:-1], paths=paths, **search)
    with pytest.raises(PayloadError, match="names no model"):
        trained.find_weights(payload.pack(**contents), paths=paths, **search)
