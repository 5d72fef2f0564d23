"""JFIF's luma and chroma (ITU-R BT.601): matrices between R, G, B and Y, Cb - 128, Cr - 128."""

LUMA = _R, _G, _B = 0.299, 0.587, 0.114
TO_YCC = [[_R, _G, _B], [-_R / 1.772, -_G / 1.772, 0.5], [0.5, -_G / 1.402, -_B / 1.402]]
TO_RGB = [[1, 0, 1.402], [1, -_B * 1.772 / _G, -_R * 1.402 / _G], [1, 1.772, 0]]
