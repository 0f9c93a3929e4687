#!/usr/bin/env python3
"""Makes the font subsets of this folder from Noto Sans and Noto Sans SC.

    pip install fonttools
    python data/fonts/build.py [--latin expo-google-fonts-noto-sans-0.4.2.tgz]
                               [--chinese expo-google-fonts-noto-sans-sc-0.4.3.tgz]

Without the two paths it fetches the packages by name with npm. It refuses any package whose
SHA-256 is not the one below, and writes the same bytes each time (given the same fonttools).

Latin, Greek and punctuation come from Noto Sans, which has every diacritic of the data; Chinese,
and the few signs that Noto Sans lacks (≤ ≥ → ●), from Noto Sans SC. The Chinese characters are
those of the countries and provinces in `data/basemap`, of the words of pictures and the figures
(`data/languages`, `data/figures`), of the plants in `data/catalog`, and of `words.txt` here: add to
that file what else a map may say. Run it again when one of them says something new. The Chinese
fonts hold no Latin letters: a rasteriser that falls back to one of them for a character would take
the whole text from it.
"""

import argparse
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import zlib
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
LATIN = ("98cf14a19b8e67a0e76bfd4d5df98937b9734e6dde570bd750f2259042042548",
         "@expo-google-fonts/noto-sans@0.4.2")
CHINESE = ("0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59",
           "@expo-google-fonts/noto-sans-sc@0.4.3")

LATIN_RANGES = [
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x024F),  # Latin-1, Latin Extended-A and -B
    (0x02B0, 0x036F),  # modifier letters, combining diacritics
    (0x0370, 0x03FF),  # Greek
    (0x1E00, 0x1EFF),  # Latin Extended Additional (Vietnamese)
    (0x2000, 0x209F),  # punctuation, super- and subscripts
    (0x20AC, 0x20AC), (0x2103, 0x2103), (0x2116, 0x2116), (0x2122, 0x2122),
    (0x2150, 0x215F), (0x2212, 0x2212),
]
SIGNS = "≤≥≈≠∞√←→↑↓↔▲△●○■□◆◇★☆①②③④⑤⑥⑦⑧⑨⑩"
CHINESE_PUNCTUATION = "，。、；：？！（）《》〈〉【】「」『』“”‘’—…·～％／　０１２３４５６７８９"
WEIGHTS = {"regular": "400Regular", "semibold": "600SemiBold"}


def obtain(path, want):
    """The package's bytes, from `path` or else fetched; refused if not the known ones."""
    digest, name = want
    if path is None:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["npm", "pack", "--silent", name], cwd=folder, check=True,
                           stdout=subprocess.DEVNULL)
            data = next(Path(folder).iterdir()).read_bytes()
    else:
        data = Path(path).read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != digest:
        sys.exit(f"{name}: SHA-256 is {found}, expected {digest}")
    return tarfile.open(fileobj=io.BytesIO(data))


def chinese_characters():
    """Every Chinese character of what maps say, and of `words.txt`."""
    texts = [HERE / "words.txt", HERE.parent / "languages" / "zh.toml",
             HERE.parent / "catalog" / "plants.csv", *sorted((HERE.parent / "figures").glob("*.toml"))]
    text = "".join(path.read_text(encoding="utf-8") for path in texts)
    for name in ("countries_10m", "provinces_china"):
        text += zlib.decompress((HERE.parent / "basemap" / f"{name}.topo").read_bytes()) \
            .decode("utf-8", errors="ignore")
    return {ord(c) for c in text if "\u4e00" <= c <= "\u9fff"}


def subset(package, member, characters, to):
    font = TTFont(io.BytesIO(package.extractfile(member).read()), recalcTimestamp=False)
    options = Options(hinting=False, notdef_outline=True, name_IDs=["*"], legacy_kern=True)
    options.layout_features = ["ccmp", "kern", "mark", "mkmk", "locl", "liga", "tnum", "lnum"]
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx", "STAT", "MATH", "GDEF"] if "SC" in to else ["STAT"]
    missing = characters - set(font.getBestCmap())
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    out = io.BytesIO()
    font.save(out)
    data = out.getvalue()
    (HERE / to).write_bytes(data)
    print(f"{to:28} {len(font.getGlyphOrder()):5} glyphs {len(data):7} bytes  "
          f"{hashlib.sha256(data).hexdigest()}  missing "
          f"{''.join(chr(c) for c in sorted(missing) if chr(c).isprintable())[:40]!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--latin", help="the npm package @expo-google-fonts/noto-sans 0.4.2")
    parser.add_argument("--chinese", help="the npm package @expo-google-fonts/noto-sans-sc 0.4.3")
    arguments = parser.parse_args()
    latin, chinese = obtain(arguments.latin, LATIN), obtain(arguments.chinese, CHINESE)
    letters = {c for a, b in LATIN_RANGES for c in range(a, b + 1)}
    hanzi = chinese_characters() | {ord(c) for c in SIGNS + CHINESE_PUNCTUATION}
    for weight, folder in WEIGHTS.items():
        subset(latin, f"package/{folder}/NotoSans_{folder}.ttf", letters, f"NotoSans-{weight}.ttf")
        subset(chinese, f"package/{folder}/NotoSansSC_{folder}.ttf", hanzi, f"NotoSansSC-{weight}.ttf")
    for package, to in ((latin, "OFL-NotoSans.txt"), (chinese, "OFL-NotoSansSC.txt")):
        (HERE / to).write_bytes(package.extractfile("package/LICENSE_FONT").read())


if __name__ == "__main__":
    main()
