"""The table of the networks in models/zoo/, made from its index and the records of their recipes."""

from itertools import chain
from typing import Any

from recon.core import files
from recon.core.machine import format_machines
from recon.core.reconstruction import setting_text
from recon.families.shared import zoo
from recon.families.shared.zoo import ZooNetwork
from recon.records import recipes

_AGAINST = "bits at equal PSNR against {}"
_AT_QUALITY = "PSNR (dB) / SSIM at quality "


def tabulate_networks() -> tuple[list[str], list[list[str]]] | str:
    """Return a column for each network: what it is, how it was trained, and how good it is."""
    networks = list(zoo.read_index().values())
    if not networks:
        return "There is no network yet."
    columns = [_describe(network) for network in networks]
    names = _order_rows(list(dict.fromkeys(name for column in columns for name in column)))
    return ["", *(f"`{network.name}`" for network in networks)], [
        [name, *(column.get(name, "") for column in columns)] for name in names
    ]


def _order_rows(names: list[str]) -> list[str]:
    """Return the names of the rows, with those of qualities together and in ascending order."""
    qualities = sorted(
        (name for name in names if name.startswith(_AT_QUALITY)),
        key=lambda name: int(name.removeprefix(_AT_QUALITY)),
    )
    first = min(map(names.index, qualities), default=0)
    others = [name for name in names if name not in qualities]
    return others[:first] + qualities + others[first:]


def _describe(network: ZooNetwork) -> dict[str, str]:
    """Return the cells of a network's column, by the name of the row."""
    record = files.read_json(recipes.FOLDER / f"{network.recipe}.json")
    return {
        "purpose": network.purpose,
        "file": f"[{network.file}]({network.file}), {network.file_bytes:,} bytes",
        "network": f"`{network.net or network.family}`: {_list_settings(network.settings)}",
        **(_describe_use(network, record) if network.value_range else _describe_codec(network, record)),
    }


def _describe_use(network: ZooNetwork, record: dict[str, Any]) -> dict[str, str]:
    """Return how a network is used, was trained and scored."""
    scores = network.scores
    cells = {
        "used with": _list_settings(network.inference),
        "parameters": f"{scores['num_params']:,}",
        "multiply-adds per pixel": f"{scores['macs_per_pixel']:,.0f}",
        "trained by": f"`make record NAME={network.recipe}`",
        "training": f"{scores['training_minutes']:.0f} minutes on {format_machines(record['machines'])}",
        "training images": f"{network.data} ({network.license})",
        "as JPEG files": "; ".join(
            f"{name} {', '.join(map(str, values))}" for name, values in network.augment.items()
        ),
        "scored files": f"{scores['images']}: {_list_settings(scores['file'])}",
    }
    for quality, psnr_db in scores["psnr_db"].items():
        cells[f"{_AT_QUALITY}{quality}"] = f"{psnr_db:.2f} / {scores['ssim'][quality]:.3f}"
    for method, percent in scores.get("bd_rate_percent", {}).items():
        cells[_AGAINST.format(method)] = f"{percent:+.1f} %"
    return cells


def _describe_codec(network: ZooNetwork, record: dict[str, Any]) -> dict[str, str]:
    """Return how a codec or a shared start was trained and scored: its scores are those of each entry."""
    scores = network.scores
    cells = {
        "parameters": f"{max(scores['num_params'].values()):,}",
        "multiply-adds per pixel": f"{max(scores['macs_per_pixel'].values()):,.0f}",
        "trained by": f"`make record NAME={network.recipe}`",
        "training": f"on {format_machines(record['machines'])}",
        "training images": f"{network.data} ({network.license})",
        "scored files": scores["images"],
    }
    rates = scores.get("bd_rate_percent", {})
    for method in dict.fromkeys(chain.from_iterable(rates.values())):
        of_entries = [f"{name} {of[method]:+.1f} %" for name, of in rates.items() if method in of]
        cells[_AGAINST.format(method)] = ", ".join(of_entries)
    return cells


def _list_settings(settings: dict[str, Any]) -> str:
    return ", ".join(f"{name} {setting_text(value)}" for name, value in settings.items())


TABLES = {"zoo": tabulate_networks}
