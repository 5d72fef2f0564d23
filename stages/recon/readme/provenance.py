"""The provenance of a record of metrics/benchmarks/, as the sentence below its table."""

from typing import Any


def format_provenance(record: dict[str, Any]) -> str:
    """Return where a record was taken and the command that repeats it; older records lack some of it."""
    commit = f" at commit {record['commit'][:7]}" if "commit" in record else ""
    minutes = f": {record['minutes']:.1f} minutes ({record['minutes_of']})" if "minutes" in record else ""
    recorded = f"Recorded{commit} on {format_machines(record)}{minutes}."
    return f"{recorded} Repeat it with:\n`{record['command']}`"


def format_machines(record: dict[str, Any]) -> str:
    """Return the machines of the measurement: `2 cores of AMD EPYC (AVX512_ICL)`."""
    return " and ".join(
        f"{machine['cores']} cores of {machine['processor']}"
        + (f" ({machine['instructions']})" if "instructions" in machine else "")
        for machine in record["machines"]
    )
