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


def many_scans():
    content = jpeg(progressive=True)
    return content[:-2] + MOST_SCANS * content[content.rindex(b"\xff\xda") : -2] + content[-2:]


def after_the_first_segment(content, odd):
    place = next(walk(content)).end
    return content[:place] + odd + content[place:]


ODD = [b"\0", b"junk", b"\xff\0", b"\xff\xff\0", b"\xff\x01\xff\xff", b"\xff\xd0\xff\xff", b"\xff\xe5\0\0"]


@pytest.mark.parametrize("odd", ODD)
def test_what_a_decoder_skips_hides_no_scans(odd):
    check_effort(after_the_first_segment(jpeg(progressive=True), odd))
    with pytest.raises(EffortError, match=f"more than {MOST_SCANS} scans"):
        check_effort(after_the_first_segment(many_scans(), odd))
    with pytest.raises(ValueError, match="it is damaged"):
        list(walk(after_the_first_segment(many_scans(), odd)))


@pytest.mark.parametrize("odd", [odd for odd in ODD if b"\x01" not in odd])  # which Pillow refuses in a header
def test_pillow_decodes_what_is_skipped_here(odd):
    files = (jpeg(), after_the_first_segment(jpeg(), odd))
    plain, changed = (Image.open(BytesIO(content)).tobytes() for content in files)
    assert changed == plain


def test_a_reserved_code_in_a_scan_hides_none_that_follow():
    """A decoder that looks for a restart skips it, without a length."""
    content = many_scans()
    place = content.index(b"\xff\xda") + 20
    with pytest.raises(EffortError, match=f"more than {MOST_SCANS} scans"):
        check_effort(content[:place] + b"\xff\x02\xff\xff\0" + content[place:])


def test_only_what_costs_too_much_is_checked_for_the_decoder():
    content = jpeg(progressive=True)
    for cut in (content[:-2], content[:100], b"\xff\xd8"):
        check_effort(cut)
    with pytest.raises(EffortError, match=f"more than {MOST_SCANS} scans"):
        check_effort(many_scans())
    with pytest.raises(EffortError, match=f"more than {MOST_SEGMENTS} segments"):
        check_effort(content[:2] + MOST_SEGMENTS * b"\xff\xfe\0\2" + content[2:])
