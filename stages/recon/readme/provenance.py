"""Where a record of metrics/benchmarks/ comes from, in words for the README."""

from typing import Any


def told(record: dict[str, Any]) -> str:
    """Return the line below its table: command, commit, machines, minutes and what they are of."""
    return (
        f"`{record['command']}`, commit {record['commit'][:7]}, on {machines(record)}: "
        f"{record['minutes']:.1f} minutes ({record['minutes_of']}).\n"
    )


def machines(record: dict[str, Any]) -> str:
    """Return what the record was taken on: `2 cores of AMD EPYC (AVX512_ICL)`."""
    return " and ".join(map(_machine, record["machines"]))


def _machine(machine: dict[str, Any]) -> str:
    instructions = f" ({machine['instructions']})" if "instructions" in machine else ""  # older records do not say
    return f"{machine['cores']} cores of {machine['processor']}{instructions}"
