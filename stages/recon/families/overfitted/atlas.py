"""All latent grids in one plane, so that a neighbor of every latent is a slice of one vector.

    +---------------------+
    | the finest grid     |    zeros all around: margins as wide as neighbors reach
    +--------+-----+---+--+
    | second | 3rd | 4th  |
    +--------+-----+------+

Row after row the plane is a vector, in which the neighbor (row, column) of a latent is row x stride + column
places away.
"""

from collections.abc import Sequence

import numpy as np

from recon.coding.contexts import Offset


class Atlas:
    """The places of grids in the plane.

    Attributes:
        shape: rows and columns of the plane; the columns are the stride.
        corners: row and column of each grid's first latent.
        start: of the slice that covers all latents, which ends with the plane.
        shifts: of that slice to each neighbor.
    """

    def __init__(self, shapes: Sequence[tuple[int, int]], offsets: Sequence[Offset]) -> None:
        """Place grids of these shapes, from fine to coarse, for these neighbors."""
        margin = max(max(-offset.row, abs(offset.column)) for offset in offsets)
        first, *others = shapes
        second_row, column = 2 * margin + first[0], margin
        self.corners = [(margin, margin)]
        for _, columns in others:
            self.corners.append((second_row, column))
            column += columns + margin
        rows = second_row + max((rows for rows, _ in others), default=0) + margin
        self.shape = rows, max(first[1] + 2 * margin, column)
        self.start = margin * self.shape[1] + margin
        self.shifts = [offset.row * self.shape[1] + offset.column for offset in offsets]
        self._shapes = shapes

    @property
    def mask(self) -> np.ndarray:
        """1 where the slice has a latent, else 0: float32."""
        plane = np.zeros(self.shape, np.float32)
        for (row, column), (rows, columns) in zip(self.corners, self._shapes, strict=True):
            plane[row : row + rows, column : column + columns] = 1
        return plane.ravel()[self.start :]

    def paddings(self) -> list[list[list[int]]]:
        """Return the zeros around each grid, as `tf.pad` takes them.

        The finest one becomes the upper rows of the plane; the others become parts of its lower rows, from left to
        right, the last of which ends with the plane.
        """
        (margin, _), (rows, columns) = self.corners[0], self._shapes[0]
        upper = [[margin, margin], [margin, self.shape[1] - margin - columns]]
        lower_rows = self.shape[0] - rows - 2 * margin
        lower, stop = [], 0
        for number, ((_, column), (rows, columns)) in enumerate(
            zip(self.corners[1:], self._shapes[1:], strict=True)
        ):
            is_last = number == len(self._shapes) - 2
            after = self.shape[1] - column - columns if is_last else 0
            lower.append([[0, lower_rows - rows], [column - stop, after]])
            stop = column + columns
        return [upper, *lower]
