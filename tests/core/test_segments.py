from io import BytesIO
from itertools import pairwise

import pytest
from PIL import Image

from recon.core.segments import END, MOST_SCANS, MOST_SEGMENTS, SCAN, EffortError, check_effort, walk


def jpeg(**options):
    file = BytesIO()
    Image.radial_gradient("L").convert("RGB").save(file, "JPEG", **options)
    return file.getvalue()


def test_segments_fill_the_file_from_its_start_to_its_end():
    content = jpeg(progressive=True)
    segments = list(walk(content + b"and more"))
    assert segments[0].start == 2
    assert (segments[-1].code, segments[-1].end) == (END, len(content))
    assert all(one.end == other.start for one, other in pairwise(segments))
    assert sum(segment.code == SCAN for segment in segments) == content.count(b"\xff\xda")


def test_restarts_and_fill_bytes_begin_no_segment():
    content = jpeg(restart_marker_blocks=2)
    place = content.index(b"\xff\xdb")
    filled = content[:place] + b"\xff\xff" + content[place:]
    assert b"\xff\xd3" in content
    assert [segment.code for segment in walk(filled)] == [segment.code for segment in walk(content)]


def test_only_what_costs_too_much_is_checked_for_the_decoder():
    content = jpeg(progressive=True)
    scan = content[content.rindex(b"\xff\xda") : -2]
    for cut in (content[:-2], content[:100], b"\xff\xd8"):
        check_effort(cut)
    with pytest.raises(EffortError, match=f"more than {MOST_SCANS} scans"):
        check_effort(content[:-2] + MOST_SCANS * scan)
    with pytest.raises(EffortError, match=f"more than {MOST_SEGMENTS} segments"):
        check_effort(content[:2] + MOST_SEGMENTS * b"\xff\xfe\0\2" + content[2:])
