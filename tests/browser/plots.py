"""Charts as the browser tests meet them."""

from playwright.sync_api import TimeoutError as NotInTime

__all__ = ["plot_of", "with_mouse"]

_PATIENCE = 30_000  # ms
_STATE = """chart => JSON.stringify({
    script: document.querySelector("[data-test-script-state]")?.dataset.testScriptState,
    modes: [...document.querySelectorAll(`.st-key-${chart} .js-plotly-plot`)].map(plot => plot._fullLayout?.dragmode),
    chosen: [...document.querySelectorAll("[role=radio][aria-checked=true], input[type=radio]:checked")]
        .map(radio => radio.innerText || radio.closest("label")?.innerText),
    address: location.search,
})"""


def plot_of(page, chart, mode="select", patience=None):
    """The plot of a chart, once it alone is there and its mouse is in this mode."""
    page.wait_for_function(
        """([chart, mode]) => {
            const plots = document.querySelectorAll(`.st-key-${chart} .js-plotly-plot`)
            const is_still = document.querySelector("[data-test-script-state=notRunning]")
            return is_still && plots.length === 1 && plots[0]._fullLayout?.dragmode === mode
        }""",
        arg=[chart, mode],
        timeout=patience,
    )
    plot = page.locator(f".st-key-{chart} .js-plotly-plot")
    plot.scroll_into_view_if_needed()
    return plot


def with_mouse(page, chart, way, mode):
    """The plot of a chart after choosing what the mouse does; chosen again where a busy page has lost the click."""
    for _ in range(2):
        page.get_by_role("radio", name=way).click()
        try:
            return plot_of(page, chart, mode, _PATIENCE)
        except NotInTime:
            continue
    page.get_by_role("radio", name=way).click()
    try:
        return plot_of(page, chart, mode, _PATIENCE)
    except NotInTime:
        raise AssertionError(f"No {mode} mode: {page.evaluate(_STATE, chart)}") from None
