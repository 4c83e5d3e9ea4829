import itertools

import numpy as np
import pytest

from app.style import (
    ALL_RIGHT,
    BANDS,
    DARK_GROUND,
    LIGHT_GROUND,
    MODALITIES,
    MULTIMODAL,
    NONE_RIGHT,
    OTHERS,
    SOME_RIGHT,
    UNKNOWN,
    colour_of_band,
    colour_of_pattern,
    colours_of_heads,
    template,
)

# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB
VISION = {
    "usual": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def linear(colour: str) -> np.ndarray:
    levels = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)


def contrast(first: str, second: str) -> float:
    """WCAG 2.2 contrast ratio."""
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (first, second))
    return (high + 0.05) / (low + 0.05)


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Linear RGB → Oklab (Ottosson 2020), where equal distances look about equally different."""
    cones = [
        [0.41222147, 0.53633254, 0.05144599],
        [0.2119035, 0.6806995, 0.10739696],
        [0.08830246, 0.28171884, 0.62997870],
    ]
    mix = [
        [0.21045426, 0.7936178, -0.00407205],
        [1.9779985, -2.42859221, 0.45059371],
        [0.0259040, 0.78277177, -0.80867577],
    ]
    return np.array(mix) @ np.cbrt(np.array(cones) @ np.clip(rgb, 0, 1))


def test_contrast_is_wcag_s():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


@pytest.mark.parametrize("ground", [LIGHT_GROUND, DARK_GROUND])
@pytest.mark.parametrize(
    "colour", [*BANDS.values(), *MODALITIES, MULTIMODAL, *OTHERS, NONE_RIGHT, ALL_RIGHT, *SOME_RIGHT]
)
def test_colours_stand_out_from_both_grounds(colour, ground):
    assert contrast(colour, ground) >= 3.0


@pytest.mark.parametrize("vision", VISION)
def test_bands_differ_for_every_kind_of_vision(vision):
    seen = [oklab(np.array(VISION[vision]) @ linear(colour)) for colour in BANDS.values()]
    distances = [float(np.linalg.norm(first - second)) for first, second in itertools.combinations(seen, 2)]
    assert min(distances) > 0.12


def patterns(count: int) -> list[str]:
    names = [f"view{place}" for place in range(count)]
    chosen = (itertools.combinations(names, size) for size in range(1, count + 1))
    return ["none", *(" + ".join(parts) for found in chosen for parts in found)]


@pytest.mark.parametrize(("count", "vision", "least"), [
    *((count, vision, 0.06) for count in (2, 3) for vision in VISION), (4, "usual", 0.03),
])  # fmt: skip
def test_every_pattern_of_right_modalities_has_a_colour_of_its_own(count, vision, least):
    names = {f"view{place}" for place in range(count)}
    colours = [colour_of_pattern(pattern, names) for pattern in patterns(count)]
    assert len(colours) == 2**count
    seen = [oklab(np.array(VISION[vision]) @ linear(colour)) for colour in colours]
    assert min(float(np.linalg.norm(first - second)) for first, second in itertools.combinations(seen, 2)) > least


def test_a_pattern_s_colour_depends_on_the_modalities_alone():
    assert colour_of_pattern("audio", ["text", "audio"]) == MODALITIES[0]
    assert colour_of_pattern("text", ["text", "audio"]) == MODALITIES[1]
    assert colour_of_pattern("audio + text", ["text", "audio"]) == ALL_RIGHT
    assert colour_of_pattern("audio + text", ["text", "audio", "video"]) == SOME_RIGHT[0]
    assert colour_of_pattern("smell", ["text", "audio"]) == UNKNOWN
    assert {colour_of_pattern(pattern, [f"view{place}" for place in range(6)]) for pattern in patterns(6)} <= {
        *MODALITIES, *SOME_RIGHT, NONE_RIGHT, ALL_RIGHT,
    }  # fmt: skip


def test_heads_keep_their_colours_whatever_the_order():
    assert colours_of_heads(["image", "audio", "multimodal"]) == colours_of_heads(["multimodal", "audio", "image"])
    assert colours_of_heads(["image", "audio"]) == {
        "audio": MODALITIES[0],
        "image": MODALITIES[1],
        "multimodal": MULTIMODAL,
    }


def test_what_is_no_modality_looks_like_none_of_the_first_three_and_like_no_band():
    assert len(set(OTHERS)) == len(OTHERS)
    for other in OTHERS:
        near = [*MODALITIES[:3], *BANDS.values(), MULTIMODAL]
        assert min(float(np.linalg.norm(oklab(linear(other)) - oklab(linear(colour)))) for colour in near) > 0.05


def test_many_modalities_repeat_the_colours():
    colours = colours_of_heads([f"view{place}" for place in range(len(MODALITIES) + 1)])
    assert colours["view0"] == colours["view8"]


def test_an_unknown_band_is_grey():
    assert colour_of_band("") not in BANDS.values()


@pytest.mark.parametrize("dark", [True, False])
def test_the_template_is_one_that_plotly_takes(dark):
    import plotly.graph_objects as go

    figure = go.Figure(layout={"template": template(dark)})
    assert contrast(figure.layout.template.layout.font.color, DARK_GROUND if dark else LIGHT_GROUND) > 7.0
