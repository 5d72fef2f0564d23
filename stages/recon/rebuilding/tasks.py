"""The pictures of a command line, each with the file to write."""

from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from recon.core.errors import UserError
from recon.families.shared.family import Family
from recon.rebuilding import methods, pictures
from recon.rebuilding.methods import Method
from recon.rebuilding.overlay import project_folder


@dataclass(frozen=True)
class Task:
    """One picture or compressed file.

    Attributes:
        source: the file to read.
        out: the file to write.
        method: the method that was named; None: the one whose format the file has.
        options: of the command line.
        load: method -> its family, loaded once for all pictures.
        replaces: whether `out` may be an existing file.
    """

    source: Path
    out: Path
    method: Method | None
    options: Namespace
    load: Callable[[Method], Family]
    replaces: bool

    @property
    def decodes(self) -> bool:
        """Whether the source is decoded if `out` is a picture.

        A restorer takes a JPEG as it is, unless an option requires another one.
        """
        options = self.options
        encodes = options.setting or options.bpp or options.psnr or options.longest
        return options.decode or (self.method.restores and not encodes and methods.is_jpeg(self.source))


def plan(options: Namespace, load: Callable[[Method], Family]) -> list[Task]:
    """Return a task for each picture; in a folder its file is named after it, and no other is replaced.

    Raises:
        UserError: the method is unknown, or two pictures have one file to go to.
    """
    method = methods.find_method(options.method) if options.method else None
    sources, out = [Path(file) for file in options.files], Path(options.out)
    in_folder = options.out.endswith("/") or pictures.is_folder(out)
    if len(sources) > 1 and out.suffix and not in_folder:
        raise UserError(f"-o {out}: {len(sources)} pictures need a folder; name one, such as {out.stem}/")
    tasks: dict[Path, Task] = {}
    for source in sources:
        task = Task(source, out, method, options, load, replaces=True)
        if len(sources) > 1 or in_folder:
            suffix = pictures.PICTURE if task.decodes else _find_suffix(method, load)
            task = replace(task, out=out / f"{source.stem}{suffix}", replaces=False)
        if (other := tasks.setdefault(task.out, task)) is not task:
            raise UserError(
                f"{other.source} and {source} would both go to {task.out}; rename one, or run it apart"
            )
    return list(tasks.values())


def _find_suffix(method: Method, load: Callable[[Method], Family]) -> str:
    """Return the usual suffix of the method's files; only the entry says which of JPEG and JPEG XL it is."""
    if len(method.formats) < 2:
        return method.suffixes[0]
    with project_folder():
        return (load(method).suffixes or method.suffixes)[0]
