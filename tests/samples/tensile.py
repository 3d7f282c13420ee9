"""Tensile tests as four kinds of tester software write them, made from Bezier curves of known shape."""

import attrs
import numpy as np

STEP = 0.0001
"""Strain between two points."""


@attrs.frozen
class Strip:
    """A strip of known properties."""

    label: str
    modulus: float = 3000.0
    strength: float = 60.0
    strain: float = 0.08
    alpha: float = 0.6
    beta: float = 0.3
    width: float = 5.0
    thickness: float = 0.042
    length: float = 25.0
    toe: float = 0.0
    """Strain of slack before the strip is taut."""
    breaks: bool = True
    remark: str = ""

    @property
    def toughness(self) -> float:
        """Exact area under the curve, MJ/m^3, from the integrals of Bernstein polynomials."""
        weights = np.array([[-10, 6, 3, 1], [-6, 0, 3, 3], [-3, -3, 0, 6], [-1, -3, -6, 10]]) / 20
        x, y = self.controls()
        return float(self.strength * self.strain * (y @ weights @ x))

    def truth(self) -> dict[str, float]:
        return {
            "youngs_modulus": self.modulus,
            "tensile_strength": self.strength,
            "fracture_strain": self.strain,
            "toughness": self.toughness,
            "curve_alpha": self.alpha,
            "curve_beta": self.beta,
        }

    def controls(self) -> tuple[np.ndarray, np.ndarray]:
        m = self.modulus * self.strain / self.strength
        return np.array([0, self.alpha / m, 1 - self.beta * (1 - 1 / m), 1]), np.array([0, self.alpha, 1, 1])

    def curve(self) -> tuple[np.ndarray, np.ndarray]:
        """Strain and stress in MPa as a tester records them: slack, curve, and the drop of the break."""
        t = np.linspace(0, 1, 20001)
        basis = np.stack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3])
        x, y = (part @ basis for part in self.controls())
        strain = np.append(np.arange(0, self.strain - STEP / 2, STEP), self.strain)
        stress = self.strength * np.interp(strain / self.strain, x, y)
        slack = np.arange(0, self.toe, STEP)
        strain = np.concatenate([slack, strain + self.toe])
        stress = np.concatenate([0 * slack, stress])
        if self.breaks:
            strain = np.concatenate([strain, strain[-1] + STEP * np.arange(1, 6)])
            stress = np.concatenate([stress, np.full(5, 0.02 * self.strength)])
        return strain, stress

    def columns(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Time in s, extension in mm, force in N."""
        strain, stress = self.curve()
        extension = strain * self.length
        return extension / (5 / 60), extension, stress * self.width * self.thickness


STRIPS = (Strip("L001-1"), Strip("L001-2", modulus=2800, strength=55, strain=0.07), Strip("L001-3", beta=0.5))


def bluehill(strip: Strip = STRIPS[0]) -> str:
    rows = [f'"{t:.4f}","{e:.5f}","{f:.5f}"' for t, e, f in zip(*strip.columns(), strict=True)]
    head = [
        f'"Specimen label","{strip.label}"',
        f'"Width","{strip.width:.3f}","mm"',
        f'"Thickness","{strip.thickness:.4f}","mm"',
        f'"Gauge length","{strip.length:.2f}","mm"',
        *([f'"Break location","{strip.remark}"'] if strip.remark else []),
        "",
        '"Results Table 1"',
        ',"Maximum Load","Tensile stress at Maximum Load","Modulus (Automatic)"',
        ',"(N)","(MPa)","(MPa)"',
        f'"1","{strip.strength * strip.width * strip.thickness:.3f}","{strip.strength:.3f}","{strip.modulus:.1f}"',
        "",
        '"Time","Extension","Load"',
        '"(s)","(mm)","(N)"',
    ]
    return "\r\n".join(head + rows) + "\r\n"


def testxpert(strips: tuple[Strip, ...] = STRIPS) -> str:
    """German: decimal commas, several strips one below another, strain in percent."""
    lines = ["ZwickRoell testXpert II", "Prüfnorm;ASTM D882", ""]
    for strip in strips:
        strain, stress = strip.curve()
        force = stress * strip.width * strip.thickness
        lines += [
            f"Probenbezeichnung;{strip.label}",
            f"Probendicke a0;{strip.thickness:.4f};mm",
            f"Probenbreite b0;{strip.width:.2f};mm",
            f"Einspannlänge;{strip.length:.1f};mm",
            *([f"Bemerkung;{strip.remark}"] if strip.remark else []),
            "Prüfzeit;Standardkraft;Dehnung",
            "s;N;%",
            *[f"{s * 300:.3f};{f:.5f};{100 * s:.5f}" for s, f in zip(strain, force, strict=True)],
            "",
        ]
    return "\r\n".join(lines).replace(".", ",").replace("ASTM D882", "ASTM D882") + "\r\n"


def mts(strip: Strip = STRIPS[0]) -> str:
    t, e, f = strip.columns()
    rows = [f"{b:.5f}\t{c / 1000:.8f}\t{a:.4f}" for a, b, c in zip(t, e, f, strict=True)]
    head = [
        "MTS793|MPT|ENU|1|2|.|/|:|1|0|0|A",
        "",
        f"Test Run Name:\t{strip.label}",
        f"Thickness:\t{strip.thickness:.4f}\tmm",
        f"Width:\t{strip.width:.2f}\tmm",
        f"Grip Separation:\t{strip.length:.2f}\tmm",
        "Data Acquisition: Timed",
        "Axial Displacement\tAxial Force\tRunning Time",
        "mm\tkN\tSec",
    ]
    return "\r\n".join(head + rows) + "\r\n"


def plain(strip: Strip = STRIPS[0]) -> str:
    rows = [f"{s:.6f},{p:.5f}" for s, p in zip(*strip.curve(), strict=True)]
    return "\n".join([f"specimen: {strip.label}", "strain (mm/mm),stress (MPa)", *rows]) + "\n"


def files() -> dict[str, bytes]:
    """Samples by name."""
    return {
        "bluehill.csv": bluehill().encode("utf-8-sig"),
        "testxpert.txt": testxpert().encode("cp1252"),
        "mts.txt": mts().encode(),
        "tensile.csv": plain().encode(),
    }
