"""Heads and rules of the results, told apart."""

from app.results import RULES, empty_classes, heads_only, name_of, results_table, summary
from bss_core.metrics import RULES as KNOWN

FOUND = {
    "test": {
        "sum_all": {"accuracy": 0.8, "classes_without_samples": 2},
        "audio": {"accuracy": 0.4, "classes_without_samples": 2},
        "multimodal": {"accuracy": 0.7, "classes_without_samples": 2},
    }
}


def test_every_rule_has_a_name():
    assert set(KNOWN) - {"multimodal"} <= set(RULES)


def test_rules_come_last_and_are_no_heads():
    table = results_table(FOUND)
    assert table["head"].tolist() == ["multimodal", "audio", "sum_all"]
    assert table["is_rule"].tolist() == [False, False, True]
    assert set(heads_only(FOUND["test"])) == {"audio", "multimodal"}
    assert name_of("audio") == "audio"


def test_what_a_run_predicts_with():
    assert summary(FOUND, "test")[0] == "multimodal"
    assert summary({**FOUND, "rule": "sum_all"}, "test") == ("sum_all", FOUND["test"]["sum_all"])
    assert summary({"test": {"sum_unimodal": {}}}, "test")[0] == "sum_unimodal"
    assert summary({}, "test") == ("", {})


def test_classes_without_samples_are_counted():
    assert empty_classes(FOUND, "test") == 2
    assert empty_classes(FOUND, "validation") == 0
