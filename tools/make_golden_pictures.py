"""Write small pictures of every kind and what Pillow reads from them.

    pip install "pillow==10.4.0" numpy
    python tools/make_golden_pictures.py tests/golden/pictures

<name>.<suffix> is read by the tests and compared with <name>.npy: Pillow's picture as RGB, or RGBA where the name says so.
"""

import pathlib
import struct
import sys
import zlib

import numpy as np
from PIL import Image


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(samples: np.ndarray, color_type: int, extra: bytes = b"") -> bytes:
    """A PNG file with samples that Pillow cannot write: 16 bits, or with a gamma chunk."""
    height, width = samples.shape[:2]
    bits = samples.dtype.itemsize * 8
    rows = b"".join(b"\0" + row.astype(samples.dtype.newbyteorder(">")).tobytes() for row in samples)
    header = struct.pack(">IIBBBBB", width, height, bits, color_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def main(folder: pathlib.Path):
    folder.mkdir(parents=True, exist_ok=True)
    y, x = np.mgrid[0:9, 0:13]
    colours = np.stack([x * 19, y * 28, (x + y) * 12], axis=-1).astype(np.uint8)
    rgb = Image.fromarray(colours)
    grey = rgb.convert("L")
    rgba = rgb.copy()
    rgba.putalpha(grey)
    palette = rgb.quantize(6)
    wide = colours.astype(np.uint16) * 257 - y[..., None].astype(np.uint16)

    grey.save(folder / "grey.png")
    grey.convert("1").save(folder / "bilevel.png")
    rgba.save(folder / "rgba.png")
    palette.save(folder / "palette_rgba.png", transparency=2)
    (folder / "gamma.png").write_bytes(png(colours, 2, chunk(b"gAMA", struct.pack(">I", 100000))))
    (folder / "rgb_16_bits.png").write_bytes(png(wide, 2))
    grey.save(folder / "grey_jpeg.jpg")
    rgb.save(folder / "colour.jpeg")
    rgb.save(folder / "progressive.jpg", progressive=True, subsampling=0)
    rgb.convert("CMYK").save(folder / "cmyk.jpg")
    rgb.save(folder / "jpeg_by_another_name.png", format="JPEG")
    rgb.save(folder / "colour_bmp.bmp")
    palette.save(folder / "palette_bmp.bmp")
    grey.convert("1").save(folder / "bilevel_bmp.bmp")
    rgba.save(folder / "bmp_32_bits.bmp")
    rgb.save(folder / "colour_ppm.ppm")
    (folder / "text_ppm.ppm").write_bytes(b"P3 # as text\n13 9\n31\n" + b" ".join(b"%d" % (v // 8) for v in colours.ravel()) + b"\n")
    grey.save(folder / "grey_ppm.ppm")
    rgb.save(folder / "colour_tiff.tif", compression="tiff_lzw")
    rgba.save(folder / "tiff_rgba.tiff", compression="tiff_adobe_deflate")
    grey.save(folder / "grey_tiff.tif")
    palette.save(folder / "palette_tiff.tif", compression="packbits")
    grey.convert("1").save(folder / "bilevel_tiff.tif", compression="group4")
    for path in sorted(folder.iterdir()):
        if path.suffix != ".npy":
            mode = "RGBA" if path.stem.endswith("rgba") else "RGB"
            np.save(path.with_suffix(".npy"), np.asarray(Image.open(path).convert(mode)))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
