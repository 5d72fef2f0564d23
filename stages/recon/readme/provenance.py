"""Where a record of metrics/benchmarks/ comes from, as the sentence below its table."""

from typing import Any


def format_provenance(record: dict[str, Any]) -> str:
    """Return command, commit, machines and minutes, as far as the record has them."""
    commit = f", commit {record['commit'][:7]}" if "commit" in record else ""
    minutes = f": {record['minutes']:.1f} minutes ({record['minutes_of']})" if "minutes" in record else ""
    return f"`{record['command']}`{commit}, on {format_machines(record)}{minutes}."


def format_machines(record: dict[str, Any]) -> str:
    """Return what the record was measured on: `2 cores of AMD EPYC (AVX512_ICL)`."""
    return " and ".join(map(_format_machine, record["machines"]))


def _format_machine(machine: dict[str, Any]) -> str:
    instructions = f" ({machine['instructions']})" if "instructions" in machine else ""  # older records lack them
    return f"{machine['cores']} cores of {machine['processor']}{instructions}"
