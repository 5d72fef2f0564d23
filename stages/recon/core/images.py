"""Pixels in and out: uint8 arrays (rows, columns, channels), channels 1 (gray) or 3 (RGB), last."""

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from recon.core.errors import UserError
from recon.core.files import atomic_path
from recon.core.noise import silenced
from recon.core.samples import to_eight_bits
from recon.core.segments import START, check_effort

MIN_SIDE, MAX_SIDE = 8, 8192
MOST_FILE_BYTES = 2**30
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "PPM", "WEBP", "TIFF")  # Pillow's PPM reads PGM too
_STARTS = {"TIFF": (b"II", b"MM"), "JPEG": START, "PNG": b"\x89PNG"}
_PROFILE_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
UNREADABLE = (OSError, SyntaxError, ValueError)  # what Pillow raises on files that are absent or damaged
Color = Literal["rgb", "gray", "luma"]
Fit = Literal["crop", "resize"]
ValueRange = Literal["unit", "symmetric"]


def read_image(path: str | Path) -> np.ndarray:
    """Read an image file: uint8 (rows, columns, 1) of a gray source, (rows, columns, 3), RGB, of any other.

    The first frame of an animation; EXIF rotation applied; converted to sRGB by its ICC profile, if it has one
    (see `to_srgb`); alpha composed over white. Deep samples become 8 bits: of 12 and 16 bits the high 8 (what
    Pillow does for 16-bit color), of 32-bit integers as of 16 (they must lie in 0..65535), floats times 255 (they
    must lie in [0, 1]).

    Raises:
        UserError: above MOST_FILE_BYTES, not an image of a known format, damaged, a side outside
            MIN_SIDE..MAX_SIDE (known from the header, before any pixel is decoded), a JPEG file of too many
            scans, or samples that have a sign or lie outside the ranges above.
    """
    if (path := Path(path)).exists() and not path.is_file():
        raise UserError(f"{path}: not a file; name an image file")
    with silenced():  # Pillow and its libraries have a word on odd metadata: the checks here decide
        try:
            if path.stat().st_size > MOST_FILE_BYTES:
                raise UserError(f"{path}: more than {MOST_FILE_BYTES} bytes; save it smaller or leave it out")
            if (content := _read_jpeg(path)) is not None:
                check_effort(content)
            with Image.open(path if content is None else BytesIO(content), formats=FORMATS) as image:
                _check_sides(path, image)
                colors, alpha = to_eight_bits(path, image)
                return from_pillow(_over_white(_convert_to_srgb(colors, image.info.get("icc_profile")), alpha))
        except Image.DecompressionBombError as error:
            raise UserError(f"{path}: far too many pixels; {_sides_remedy()}") from error
        except UnidentifiedImageError as error:
            raise UserError(f"{path}: not a readable image ({_explain(path)}); replace or remove it") from error
        except UNREADABLE as error:
            raise UserError(f"{path}: not a readable image ({error}); replace or remove it") from error


def write_png(path: str | Path, pixels: np.ndarray) -> None:
    """Write uint8 (rows, columns, 1 or 3) as PNG: lossless, without dates, equal bytes for equal pixels."""
    with atomic_path(path) as temporary:
        to_pillow(pixels).save(temporary, format="PNG")


def write_pgm(path: str | Path, pixels: np.ndarray) -> None:
    """Write uint8 (rows, columns, 1) as binary PGM (P5)."""
    if pixels.shape[-1] != 1:
        raise ValueError(f"PGM is gray: needs 1 channel. Received: shape {pixels.shape}")
    with atomic_path(path) as temporary:
        to_pillow(pixels).save(temporary, format="PPM")


def to_pillow(pixels: np.ndarray) -> Image.Image:
    """Turn uint8 (rows, columns, 1 or 3) into a Pillow image of mode "L" or "RGB"."""
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[-1] not in (1, 3):
        raise ValueError(f"pixels are uint8 (rows, columns, 1 or 3). Received: {pixels.dtype} {pixels.shape}")
    return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)


def from_pillow(image: Image.Image) -> np.ndarray:
    """Turn a Pillow image into uint8 (rows, columns, 1) if its mode is "L", else (rows, columns, 3)."""
    if image.mode == "L":
        return np.array(image)[..., np.newaxis]
    return np.array(image if image.mode == "RGB" else image.convert("RGB"))


def to_srgb(pixels: np.ndarray, icc_profile: bytes | None) -> np.ndarray:
    """Convert uint8 pixels (rows, columns, 1 or 3) to sRGB from the color space of an ICC profile.

    Without a profile, pixels are sRGB already. They are left alone under a profile that is damaged or for other
    channels, and under one of sRGB itself, where a conversion would only round.
    """
    return from_pillow(_convert_to_srgb(to_pillow(pixels), icc_profile))


def to_color(pixels: np.ndarray, color: Color) -> np.ndarray:
    """Give uint8 pixels 3 channels ("rgb") or one: luma of the full range ("gray") or studio range ("luma").

    Both are BT.601's, rounded; see `luma_studio` for the second.
    """
    if color == "luma":
        return luma_studio(pixels)
    return from_pillow(to_pillow(pixels).convert("L" if color == "gray" else "RGB"))


def luma_studio(pixels: np.ndarray) -> np.ndarray:
    """Luma of BT.601 in studio range 16..235, uint8 (rows, columns, 1), as MATLAB's `rgb2ycbcr` rounds it.

    Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255 in whole thousandths, so that halves round up exactly.
    The published JPEG results on LIVE1 are on this luma.
    """
    weights = np.array([65481, 128553, 24966], np.int32)
    thousandths = to_color(pixels, "rgb").astype(np.int32) @ weights
    return (16 + (thousandths + 127_500) // 255_000).astype(np.uint8)[..., np.newaxis]


def with_luma(pixels: np.ndarray, change: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return RGB pixels whose luma, uint8 (rows, columns, 1) of JPEG's full-range YCbCr, went through `change`."""
    luma, *chroma = to_pillow(pixels).convert("YCbCr").split()
    changed = to_pillow(change(from_pillow(luma)))
    return from_pillow(Image.merge("YCbCr", (changed, *chroma)))


def fit_to(pixels: np.ndarray, rows: int | None, columns: int | None, fit: Fit) -> np.ndarray:
    """Bring pixels to rows x columns (None: as they are), keeping the center and the aspect ratio.

    "crop" cuts; the image must be large enough. "resize" scales (Lanczos) until both sides are covered, up
    or down, and cuts what exceeds.
    """
    rows, columns = rows or pixels.shape[0], columns or pixels.shape[1]
    if fit == "resize":
        return from_pillow(ImageOps.fit(to_pillow(pixels), (columns, rows), Image.Resampling.LANCZOS))
    top, left = (pixels.shape[0] - rows) // 2, (pixels.shape[1] - columns) // 2
    if min(top, left) < 0:
        raise ValueError(f"cannot crop {rows} x {columns} from an image of shape {pixels.shape}")
    return pixels[top : top + rows, left : left + columns]


def to_float(pixels: np.ndarray, value_range: ValueRange) -> np.ndarray:
    """Map uint8 0..255 to float32 in [0, 1] ("unit") or [-1, 1] ("symmetric")."""
    unit = pixels.astype(np.float32) / 255
    return unit if value_range == "unit" else 2 * unit - 1


def to_uint8(values: np.ndarray, value_range: ValueRange) -> np.ndarray:
    """Map floats back to uint8: values outside the range are clipped, halves round to even."""
    if np.isnan(values).any():
        raise ValueError("values hold NaN, which no pixel can show")
    unit = values if value_range == "unit" else (values + 1) / 2
    return np.rint(np.clip(unit, 0, 1) * 255).astype(np.uint8)


def _sides_remedy() -> str:
    return f"sides from {MIN_SIDE} to {MAX_SIDE} pixels are supported: scale it, crop it or leave it out"


def _check_sides(path: str | Path, image: Image.Image) -> None:
    columns, rows = image.size
    if min(rows, columns) < MIN_SIDE or max(rows, columns) > MAX_SIDE:
        raise UserError(f"{path}: {rows} rows x {columns} columns; {_sides_remedy()}")


def _read_jpeg(path: Path) -> bytes | None:
    """Return the bytes of a JPEG file; None for a file of another format."""
    with path.open("rb") as file:
        start = file.read(len(START))
        return start + file.read() if start == START else None


def _explain(path: Path) -> str:
    """Return why Pillow does not take a file for an image."""
    with path.open("rb") as file:
        start = file.read(4)
    for name, starts in _STARTS.items():
        if start.startswith(starts):
            return f"a {name} file that is damaged, or of a kind that is not read: save it as PNG"
    return f"known: {', '.join(FORMATS)}"


def _over_white(colors: Image.Image, alpha: Image.Image | None) -> Image.Image:
    if alpha is None:
        return colors
    backdrop, foreground = Image.new("RGBA", colors.size, "white"), colors.convert("RGBA")
    foreground.putalpha(alpha)
    backdrop.alpha_composite(foreground)
    return backdrop.convert(colors.mode)


def _convert_to_srgb(image: Image.Image, icc_profile: object) -> Image.Image:
    """Convert an image of mode "L", "RGB" or "CMYK" to sRGB: "L" or "RGB"."""
    is_profile = isinstance(icc_profile, bytes)  # a tag of a TIFF file may be of any type
    transform = _srgb_transform(icc_profile, image.mode) if is_profile else None
    if transform is None:
        return image.convert("RGB") if image.mode == "CMYK" else image
    converted = transform.apply(image)
    return converted.getchannel("G") if image.mode == "L" else converted


@lru_cache(maxsize=4)
def _srgb_transform(icc_profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return the conversion by a profile; None where there is none, or it changes no color by two levels."""
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(icc_profile))
        if profile.profile.xcolor_space.strip() != _PROFILE_SPACES[mode]:
            return None
        srgb = ImageCms.createProfile("sRGB")
        intent = ImageCms.Intent(ImageCms.getDefaultIntent(profile))
        transform = ImageCms.buildTransform(profile, srgb, mode, "RGB", intent)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    if mode == "CMYK":
        return transform
    levels = np.linspace(0, 255, 16 if mode == "RGB" else 256).astype(np.uint8)
    colors = np.stack(np.meshgrid(*[levels] * 3), axis=-1).reshape(-1, 16, 3) if mode == "RGB" else levels[None]
    change = np.subtract(transform.apply(Image.fromarray(colors)), np.atleast_3d(colors), dtype=int)
    return transform if np.abs(change).max() > 1 else None
