from app.style import BANDS
from app.widgets.strip import Head, Moment, strip_html

HEAD = Head("audio", "dog", False, 0.125)


def test_a_card_per_moment_in_order_with_the_band_s_colour():
    moments = [Moment("k = 0", -0.5, "imbalanced", (HEAD,)), Moment("k = 9", 0.75, "balanced", ())]
    html = strip_html(moments, "/api/thumb/run/x/image?side=256", "a frog")
    assert html.count('role="listitem"') == 2
    assert html.index("k = 0") < html.index("k = 9")
    assert f"border-top:4px solid {BANDS['imbalanced']}" in html
    assert "s −0.50" in html
    assert "✗ dog" in html
    assert "12%" in html
    assert html.count('alt="a frog"') == 2


def test_without_a_picture_the_text_stands_in_its_place():
    html = strip_html([Moment("k = 0", 0.0, "balanced", ())], None, "a frog")
    assert "<img" not in html
    assert ">a frog</div>" in html


def test_nothing_of_the_data_is_html():
    evil = '"><script>alert(1)</script>'
    html = strip_html([Moment(evil, 0.0, evil, (Head(evil, evil, True, 1.0),))], f"/x{evil}", evil)
    assert "<script" not in html
    assert html.count("<img") == 1
