"""The provenance of a record of metrics/benchmarks/, as the sentence below its table."""

from typing import Any


def format_provenance(record: dict[str, Any]) -> str:
    """Return the command, commit, machines and minutes; older records lack some of them."""
    commit = f", commit {record['commit'][:7]}" if "commit" in record else ""
    minutes = f": {record['minutes']:.1f} minutes ({record['minutes_of']})" if "minutes" in record else ""
    return f"`{record['command']}`{commit}, on {format_machines(record)}{minutes}."


def format_machines(record: dict[str, Any]) -> str:
    """Return the machines of the measurement: `2 cores of AMD EPYC (AVX512_ICL)`."""
    return " and ".join(
        f"{machine['cores']} cores of {machine['processor']}"
        + (f" ({machine['instructions']})" if "instructions" in machine else "")
        for machine in record["machines"]
    )
