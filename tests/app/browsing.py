"""The Browse page in a test, opened at an address, and what it shows."""

import json

from streamlit.testing.v1 import AppTest

from app.views.browse_order import Order
from bss_core.selection import Selection


def script():
    from app.views import browse

    browse.show()


def opened(pictures_are_seen=True, **parameters):
    """The page at an address, by default in a browser that shows pictures already, so that figures wait no longer."""
    app = AppTest.from_function(script, default_timeout=30)
    for name, value in parameters.items():
        app.query_params[name] = value
    if pictures_are_seen:
        app.session_state["browse_pictures_seen"] = True
    return checked(app.run())


def checked(app):
    assert not app.exception
    return app


def texts(app):
    kinds = (app.caption, app.markdown, app.info, app.warning, app.error)
    return " ".join(str(item.value) for kind in kinds for item in kind)


def component(app, key):
    """What a component of the page was given."""
    return json.loads(next(item for item in app.get("bidi_component") if item.key == key).proto.json)


def order(run, **more):
    return Order(run, 2, Selection(**more), "balance_score", False)
