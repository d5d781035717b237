"""Many faces in one picture."""

import numpy as np
import pytest

from emotion_core.shipping.gpu_job.sheets import ROW, SIDE, WIDE, read_sheet, write_sheet


@pytest.mark.parametrize(("side", "count"), [(SIDE, 3), (WIDE, ROW + 1)])
def test_faces_come_back_in_their_order_with_what_fills_the_last_row(side, count, tmp_path):
    greys = np.random.default_rng(0).integers(40, 220, count)
    images = np.broadcast_to(greys[:, None, None], (count, side, side)).astype(np.uint8)
    write_sheet(tmp_path / "faces.jpg", images, quality=90)
    back = read_sheet(tmp_path / "faces.jpg", side)
    assert back.shape == (ROW * (1 + (count - 1) // ROW), side, side)
    inside = back[:count, 8:-8, 8:-8].astype(int)  # JPEG blurs what lies side by side, by a block of 8 pixels
    assert np.abs(inside - greys[:, None, None]).max() <= 6
