"""Charts as the browser tests meet them.

Where two fragments answer clicks that follow each other closely, Streamlit may keep the first one's old chart in the
page, hidden, until that fragment runs again, and marks it ``data-retained``. Nobody sees it, and no test counts it.
"""

from playwright.sync_api import TimeoutError as NotInTime

__all__ = ["plot_in", "plot_of", "with_mouse"]

_STATE = """plots => JSON.stringify({
    script: document.querySelector("[data-test-script-state]")?.dataset.testScriptState,
    modes: [...document.querySelectorAll(plots)].map(plot => plot._fullLayout?.dragmode),
    chosen: [...document.querySelectorAll("[role=radio][aria-checked=true], input[type=radio]:checked")]
        .map(radio => radio.innerText || radio.closest("label")?.innerText),
    address: location.search,
})"""


def plot_in(chart):
    """The selector of the plots that a chart shows."""
    return f".st-key-{chart}:not([data-retained]) .js-plotly-plot"


def plot_of(page, chart, mode="select"):
    """The plot of a chart, once it alone is there and its mouse is in this mode."""
    plots = plot_in(chart)
    try:
        page.wait_for_function(
            """([selector, mode]) => {
                const plots = document.querySelectorAll(selector)
                const is_still = document.querySelector("[data-test-script-state=notRunning]")
                return is_still && plots.length === 1 && plots[0]._fullLayout?.dragmode === mode
            }""",
            arg=[plots, mode],
        )
    except NotInTime:
        raise AssertionError(f"{chart} is not alone in {mode} mode: {page.evaluate(_STATE, plots)}") from None
    plot = page.locator(plots)
    plot.scroll_into_view_if_needed()
    return plot


def with_mouse(page, chart, way, mode):
    """The plot of a chart after choosing what the mouse does."""
    page.get_by_role("radio", name=way).click()
    return plot_of(page, chart, mode)
