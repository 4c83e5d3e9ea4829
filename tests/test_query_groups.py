"""Pages of samples in groups: the order against pandas, and the place of each sample in it."""

import pytest

from bss_core import queries
from bss_core.errors import ConfigError
from bss_core.scores import BANDS
from bss_core.selection import Selection
from tests.score_tables import some_run


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """The last evaluation of a run of 40 samples."""
    return queries.source(some_run(tmp_path_factory.mktemp("groups")), 2)


@pytest.mark.parametrize("chosen", [Selection(), Selection(classes=(0, 1)), Selection(bands=BANDS[1:], text="1")])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("group", ["label", "band"])
def test_groups_come_one_after_the_other_each_in_its_own_order(rows, group, descending, chosen):
    found = queries.page(rows, chosen, "total_loss", descending, limit=100, group=group)
    order = found[group] if group == "label" else found[group].map(list(reversed(BANDS)).index)
    wanted = found.assign(order=order, sign=found["total_loss"] * (-1 if descending else 1))
    wanted = wanted.sort_values(["order", "sign", "sample_id"])["sample_id"].tolist()
    pages = [queries.page(rows, chosen, "total_loss", descending, 7, start, group) for start in range(0, len(found), 7)]
    assert [name for page in pages for name in page["sample_id"]] == wanted
    assert len(wanted) == len(queries.page(rows, chosen, limit=100)) > 1
    places = [queries.place(rows, chosen, "total_loss", descending, name, group) for name in wanted]
    assert places == list(range(len(wanted)))


def test_another_group_is_refused(rows):
    with pytest.raises(ConfigError, match="cannot be grouped by 'split'; choose 'label' or 'band'"):
        queries.page(rows, Selection(), group="split")
    with pytest.raises(ConfigError, match="cannot be grouped by 'x; DROP'"):
        queries.place(rows, Selection(), "total_loss", False, "x-01", "x; DROP")
