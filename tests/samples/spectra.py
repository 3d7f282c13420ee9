"""Spectra as five kinds of spectrometer software write them."""

import numpy as np

TRUTH = {"transmittance_uv": 0.2365, "transmittance_vis": 0.6655, "transmittance_ir": 0.7915}
"""What `transmittance` is at 365, 550 and 950 nm."""

_KNOTS = (
    np.array([200.0, 360.0, 370.0, 540.0, 560.0, 940.0, 960.0, 1100.0]),
    np.array([0.05, 0.2315, 0.2415, 0.6605, 0.6705, 0.7905, 0.7925, 0.8215]),
)


def transmittance(wavelengths: np.ndarray) -> np.ndarray:
    """A piecewise linear film, so that linear interpolation is exact."""
    return np.interp(wavelengths, *_KNOTS)


def grid(step: float = 1.0) -> np.ndarray:
    """Wavelengths downwards, as spectrometers scan."""
    return np.arange(1100.0, 199.9, -step)


def uvprobe(*, delimiter: str = "\t", absorbance: bool = False, step: float = 1.0, label: str = "L001") -> str:
    x = grid(step)
    t = transmittance(x)
    y, head = (-np.log10(t), "Abs.") if absorbance else (100 * t, "T%")
    digits = 6 if absorbance else 4
    rows = [f"{a:.2f}{delimiter}{b:.{digits}f}" for a, b in zip(x, y, strict=True)]
    return "\r\n".join([f'"{label} - RawData"', f'"Wavelength nm."{delimiter}"{head}"', *rows]) + "\r\n"


def cary(labels: tuple[str, ...] = ("L001", "L002"), *, shift: float = 0.01) -> str:
    """Film number i transmits `shift` x i more than the truth."""
    x = grid()
    names = ",,".join(["Baseline 100%T", *labels]) + ",,"
    heads = ",".join(["Wavelength (nm),%T"] * (len(labels) + 1)) + ","
    rows = []
    for a in x:
        t = transmittance(np.array([a]))[0]
        cells = [f"{a:.1f},100.0312"] + [f"{a:.1f},{100 * (t + shift * i):.4f}" for i in range(len(labels))]
        rows.append(",".join(cells) + ",")
    report = ["", "Baseline 100%T", "Collection Time: 11/22/2026 9:12:41 AM", "Scan Software Version: 6.2.0.1588", ""]
    for label in labels:
        report += [label, "  Instrument                   Cary 5000", "  Start (nm)                   1100.00", ""]
    return "\r\n".join([names, heads, *rows, *report]) + "\r\n"


def perkinelmer(*, points: int | None = None) -> str:
    x = grid()
    head = [
        "PE UV       SUBTECH     SPECTRUM    ASCII       PEDS        4.00        ",
        "-1",
        "L001.ASC",
        "26/11/22",
        "09:12:41.00",
        "26/11/22",
        "09:20:00.00",
        "lab",
        "film",
        "#HDR",
        "-1",
        "#GR",
        "nm",
        "%T",
        "1.000000",
        "0.000000",
        f"{x[0]:.6f}",
        "-1.000000",
        str(points or len(x)),
        "100.000000",
        "0.000000",
        "#DATA",
    ]
    rows = [f"{a:.6f}\t{b:.6f}" for a, b in zip(x, 100 * transmittance(x), strict=True)]
    return "\r\n".join(head + rows) + "\r\n"


_SQZ = "@ABCDEFGHI"
_DIF = "%JKLMNOPQR"


def _packed(value: int, digits: str) -> str:
    text = str(abs(value))
    first = digits[int(text[0])]
    return (first if value >= 0 or first in "@%" else first.lower()) + text[1:]


def jcamp(form: str = "affn", *, units: str = "TRANSMITTANCE") -> str:
    """`form` is affn, sqz, dif or points."""
    x = grid(5.0)
    factor = 1e-6
    y = np.round(transmittance(x) / factor).astype(int)
    head = [
        "##TITLE=L001",
        "##JCAMP-DX=4.24 $$ made by a test",
        "##DATA TYPE=UV/VIS SPECTRUM",
        "##ORIGIN=test",
        "##OWNER=public domain",
        "##XUNITS=NANOMETERS",
        f"##YUNITS={units}",
        "##XFACTOR=1.0",
        f"##YFACTOR={1.0 if form == 'points' else factor}",
        f"##FIRSTX={x[0]}",
        f"##LASTX={x[-1]}",
        f"##NPOINTS={len(x)}",
        f"##FIRSTY={y[0] * factor:.6f}",
    ]
    if form == "points":
        body = ["##XYPOINTS=(XY..XY)"]
        pairs = [f"{a:.1f},{b * factor:.6f}" for a, b in zip(x, y, strict=True)]
        body += ["; ".join(pairs[i : i + 4]) for i in range(0, len(pairs), 4)]
    else:
        body = ["##XYDATA=(X++(Y..Y))", *_lines(x, y, form)]
    return "\r\n".join([*head, *body, "##END="]) + "\r\n"


def _lines(x: np.ndarray, y: np.ndarray, form: str) -> list[str]:
    lines = []
    for at in range(0, len(x), 8):
        part = y[at : at + 8]
        if form == "affn":
            lines.append(f"{x[at]:.1f} " + " ".join(map(str, part)))
        elif form == "sqz":
            lines.append(f"{x[at]:.1f}" + "".join(_packed(v, _SQZ) for v in part))
        else:
            # Each line repeats the y that the line before ends with, as the standard's check asks for.
            start = max(at - 1, 0)
            steps = np.diff(y[start : at + 8])
            lines.append(f"{x[start]:.1f}" + _packed(y[start], _SQZ) + "".join(_packed(v, _DIF) for v in steps))
    if form == "dif":
        lines.append(f"{x[-1]:.1f}" + _packed(y[-1], _SQZ))
    return lines


def plain(*, head: str = "transmittance (%)", scale: float = 100.0, delimiter: str = ",", comma: bool = False) -> str:
    x = grid(2.0)
    rows = [f"{a:.1f}{delimiter}{scale * b:.4f}" for a, b in zip(x, transmittance(x), strict=True)]
    text = "\n".join([f"wavelength (nm){delimiter}{head}", *rows]) + "\n"
    return text.replace(".", ",") if comma else text


def files() -> dict[str, bytes]:
    """Samples by name."""
    return {
        "uvprobe-tab.txt": uvprobe().encode("cp1252"),
        "uvprobe-comma-absorbance.txt": uvprobe(delimiter=",", absorbance=True).encode(),
        "cary.csv": cary().encode(),
        "perkinelmer.asc": perkinelmer().encode("cp1252"),
        "affn.jdx": jcamp().encode(),
        "sqz.jdx": jcamp("sqz").encode(),
        "dif.jdx": jcamp("dif").encode(),
        "points.dx": jcamp("points").encode(),
        "plain-percent.csv": plain().encode("utf-8-sig"),
        "plain-semicolon-comma.csv": plain(delimiter=";", comma=True).encode("cp1252"),
        "plain-fraction-utf16.csv": plain(head="transmittance (fraction)", scale=1, delimiter="\t").encode("utf-16"),
    }
