"""The page of a small invented run in a real browser, without a window: what people do with it works.

Chromium or Chrome is taken as the system has it; where it has none, these tests are skipped.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

import invented_report

BROWSER = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser", "chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome on this machine")

# Nothing that is of no use here, and nothing that would call home.
QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync", "--no-sandbox"]
WIDTHS = (360, 800, 1400)
MARKS = "#chart .mark-symbol path[aria-roledescription=point]"
METHODS = 7  # curves in the chart: those of the invented run but the pixels, which are beyond it


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("run"))
        invented_report.write_run()
        invented_report.make_page()
        yield Path("plots/report.html").resolve().as_uri()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture
def visit(browser, address):
    """Return a function that opens the page; what it asked for and complained of is checked at the end."""
    contexts, asked, complaints = [], [], []

    def opened(*, width=1400, scripts=True, **more):
        viewport = {"width": width, "height": 900}
        context = browser.new_context(viewport=viewport, java_script_enabled=scripts, offline=True, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        if scripts:
            page.wait_for_selector("#chart svg")
            page.wait_for_selector(".tile >> nth=0")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
    assert {url.partition(":")[0] for url in asked if url != address} <= {"data"}


def method_order(page):
    return page.locator("#board tbody tr:visible th").all_text_contents()


def marks(page):
    """Return how many points the chart shows."""
    return page.locator(MARKS).count()


def ticks(page):
    return page.locator("#chart .role-axis-label text").all_text_contents()


def settled(page, what, before):
    """Wait until `what(page)` is no more what it was, and return what it is."""
    for _ in range(100):
        if (now := what(page)) != before:
            return now
        page.wait_for_timeout(50)
    raise AssertionError(f"still {before}")


def canvas(page):
    """Return the pixels that the first loupe shows: uint8 (rows, columns, 3)."""
    return invented_report.pixels_of(page.locator(".tile canvas").first.evaluate("canvas => canvas.toDataURL()"))


def test_a_visit_leaves_nothing_to_complain_of_and_asks_for_nothing(visit):
    page = visit()
    page.mouse.wheel(0, 20_000)
    closed = page.locator("details:not([open]) > summary")
    while closed.count():
        closed.first.click()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_width_makes_the_page_scroll_sideways(visit, width, scheme):
    page = visit(width=width, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_system_s_colors_are_taken_until_the_button_is_pressed(visit):
    page = visit(color_scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(paper)
    page.click(".theme")
    light = page.evaluate(paper)
    assert (page.get_attribute(".theme", "aria-pressed"), dark != light) == ("false", True)
    page.keyboard.press("Enter")
    assert page.evaluate(paper) == dark


def test_the_chart_tells_the_numbers_of_the_mark_under_the_pointer(visit):
    page = visit()
    page.locator(MARKS).first.hover(force=True)
    tip = page.locator("#vg-tooltip-element.visible")
    tip.wait_for()
    words = tip.inner_text().split()
    assert {"method", "setting", "bpp", "PSNR", "SSIM"} <= set(words)


def test_a_method_is_taken_from_the_chart_and_brought_back(visit):
    page = visit()
    every = marks(page)
    page.uncheck("#chart-methods input[value=avif]")
    assert settled(page, marks, every) == every - 3
    page.check("#chart-methods input[value=avif]")
    assert settled(page, marks, every - 3) == every


def test_all_methods_are_taken_and_brought_back_by_one_button(visit):
    page = visit()
    every = marks(page)
    page.click("#toggle-all")
    assert settled(page, marks, every) == 0
    page.get_by_role("button", name="All", exact=True).click()
    assert settled(page, marks, 0) == every
    assert page.locator("#chart-methods .chip input[value]:checked").count() == METHODS


def test_the_chart_is_zoomed_by_buttons_and_by_the_wheel_with_ctrl_only(visit):
    page = visit()
    whole = ticks(page)
    page.get_by_role("button", name="Zoom in").press("Enter")
    near = settled(page, ticks, whole)
    page.get_by_role("button", name="Reset the zoom").click()
    assert sorted(settled(page, ticks, near)) == sorted(whole)
    page.locator("#chart svg").hover()
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 200)
    assert settled(page, lambda page: page.evaluate("scrollY"), before) > before
    assert sorted(ticks(page)) == sorted(whole)
    page.locator("#chart svg").hover()
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    settled(page, lambda page: sorted(ticks(page)), sorted(whole))
    page.keyboard.up("Control")


def test_published_curves_are_there_for_the_mean_psnr_only_and_can_be_hidden(visit):
    page = visit()
    numbers = page.locator("#chart .mark-text.role-mark text")
    assert numbers.all_text_contents() == ["1", "1"]
    page.uncheck("#show-published")
    assert settled(page, lambda page: numbers.first.get_attribute("opacity"), "1") == "0"
    page.check("#show-published")
    page.select_option("#chart-controls select", "harbor")
    assert settled(page, lambda page: numbers.count(), 2) == 0
    page.select_option("#chart-controls select", "mean")
    page.check("#chart-controls input[value=ssim]", force=True)
    page.wait_for_selector("#chart text:has-text('SSIM')")
    assert numbers.count() == 0


@pytest.mark.parametrize("axis", ["log", "linear"])
@pytest.mark.parametrize("image", ["mean", "harbor"])
def test_the_chart_shows_each_measure_axis_and_photograph(visit, axis, image):
    page = visit()
    page.check(f"#chart-controls input[value={axis}]", force=True)
    page.select_option("#chart-controls select", image)
    page.check("#chart-controls input[value=ssim]", force=True)
    page.wait_for_selector("#chart text:has-text('SSIM')")
    assert marks(page) == invented_report.DRAWN


def test_a_table_is_sorted_by_mouse_and_by_keyboard(visit):
    page = visit()
    heading = page.locator("#board thead th:has-text('PSNR')").first
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    index = heading.evaluate("heading => heading.cellIndex")
    cells = page.locator(f"#board tbody tr:visible > :nth-child({index + 1})")
    falling = [float(cell) for cell in cells.all_text_contents()]
    assert falling == sorted(falling, reverse=True)
    assert method_order(page)[0] == "pixels"
    heading.get_by_role("button").press("Enter")
    assert heading.get_attribute("aria-sort") == "ascending"
    assert [float(cell) for cell in cells.all_text_contents()] == falling[::-1]
    assert page.locator("#board [aria-sort]").count() == 1


def test_every_column_can_be_sorted_and_empty_cells_come_last(visit):
    page = visit()
    for index in range(page.locator("#board thead th").count()):
        for _ in range(2):
            page.locator("#board thead th button").nth(index).click()
            cells = page.locator(f"#board tbody tr:visible > :nth-child({index + 1})").all_text_contents()
            empty = [not cell.strip() for cell in cells]
            assert empty == sorted(empty)


def test_the_table_shows_the_points_near_one_rate_or_all(visit):
    page = visit()
    assert len(method_order(page)) == len(set(method_order(page))) == METHODS + 1
    page.check("#board-rows input[value='']", force=True)
    assert len(method_order(page)) == invented_report.POINTS


def test_the_line_between_two_pictures_is_moved_by_mouse_and_by_keyboard(visit):
    page = visit()
    stage, slide = page.locator(".stage").first, page.locator(".slide").first
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 20, steps=5)
    page.mouse.up()
    place = float(slide.input_value())
    assert abs(place - 25) < 5
    slide.press("ArrowRight")
    assert float(slide.input_value()) > place
    shown = stage.locator("img.left").evaluate("image => getComputedStyle(image).clipPath")
    assert shown == f"inset(0px {100 - float(slide.input_value()):g}% 0px 0px)"
    assert "percent JPEG" in slide.get_attribute("aria-valuetext")


def test_the_loupe_follows_the_pointer_and_the_arrow_keys(visit):
    page = visit()
    page.wait_for_function("document.querySelector('.frame').style.left")
    before = canvas(page)
    stage = page.locator(".stage").first
    stage.hover(position={"x": 5, "y": 5})
    corner = settled_canvas(page, before)
    frame = page.locator(".frame").first
    assert frame.get_attribute("aria-label").startswith("Loupe at row 16, column 16;")
    frame.press("ArrowRight")
    settled_canvas(page, corner)
    assert frame.get_attribute("aria-label").startswith("Loupe at row 16, column 20;")


def settled_canvas(page, before):
    for _ in range(100):
        if not np.array_equal(now := canvas(page), before):
            return now
        page.wait_for_timeout(50)
    raise AssertionError("the loupe shows what it showed")


def test_the_loupe_enlarges_the_original_s_own_pixels(visit):
    """The corner's 32 x 32 pixels as blocks of 6 x 6."""
    page = visit()
    page.wait_for_function("document.querySelector('.frame').style.left")
    before = canvas(page)
    page.locator(".stage").first.hover(position={"x": 3, "y": 3})
    shown = settled_canvas(page, before)
    expected = invented_report.photograph(0)[:32, :32].repeat(6, axis=0).repeat(6, axis=1)
    assert np.array_equal(shown, expected)


def test_another_method_and_another_rate_are_put_on_the_right(visit):
    page = visit()
    widget = page.locator(".compare").first
    widget.locator(".tile", has_text="AVIF").click()
    assert widget.locator(".tag.right").inner_text() == "AVIF"
    assert widget.locator(".pick-right").input_value() == "avif"
    before = widget.locator("img.right").get_attribute("src")
    widget.locator(".groups input").first.check(force=True)
    assert widget.locator(".tag.right").inner_text() == "AVIF"
    assert widget.locator("img.right").get_attribute("src") != before
    assert widget.locator(".tile").count() == 1 + METHODS


def test_an_animation_stops_and_goes_on(visit):
    page = visit()
    picture, button = page.locator("picture img").first, page.locator("button.motion").first
    moving = picture.evaluate("image => image.currentSrc")
    button.click()
    page.wait_for_function("src => document.querySelector('picture img').currentSrc !== src", arg=moving)
    assert button.inner_text() == "Play"
    button.click()
    page.wait_for_function("src => document.querySelector('picture img').currentSrc === src", arg=moving)


def test_nothing_moves_by_itself_for_who_wants_no_motion(visit):
    page = visit(reduced_motion="reduce")
    button = page.locator("button.motion").first
    assert button.inner_text() == "Play"
    shown = page.locator("picture img").first.evaluate("image => image.currentSrc")
    assert shown == page.locator("picture source").first.get_attribute("srcset")


def test_all_can_be_reached_by_keyboard_and_is_seen_where_it_is(visit):
    """Tab goes through the page; what has the focus has an outline, itself or what is drawn for it."""
    page = visit()
    outlined = """() => {
        const element = document.activeElement;
        const near = [element, element.parentElement, element.nextElementSibling].filter(Boolean);
        const seen = near.some((e) => getComputedStyle(e).outlineStyle !== "none");
        return [element.tagName + "." + element.classList[0], seen];
    }"""
    seen = {}
    for _ in range(60):
        page.keyboard.press("Tab")
        name, visible = page.evaluate(outlined)
        seen[name] = visible
    assert {"A.skip", "BUTTON.theme", "INPUT.slide", "BUTTON.frame"} <= set(seen)
    assert [name for name, visible in seen.items() if not visible] == []


def test_without_scripts_all_is_there_to_be_read(visit):
    page = visit(scripts=False)
    assert page.locator("#picture img").is_visible()
    assert page.locator("#board tbody tr:visible").count() == invented_report.POINTS
    assert page.locator(".shots img:visible").count() == page.locator(".shots img").count() > 30
    assert page.locator("button:visible, select:visible, input:visible").count() == 0


def test_pictures_are_named_once_for_who_listens(visit):
    page = visit()
    unnamed = "[...document.querySelectorAll('img, canvas')].filter((e) => e.tagName === 'IMG' && !e.alt)"
    assert page.evaluate(f"{unnamed}.length") == 0
    for role in ("button", "combobox", "slider", "radio", "checkbox"):
        for element in page.get_by_role(role).all():
            named = element.evaluate("e => e.textContent.trim() || e.ariaLabel || e.labels?.length")
            assert named, element
