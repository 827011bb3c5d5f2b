"""Alert rules: each fires when it should, is silent when it should be, and leads to a page that says what to do."""

import re

import pytest
import yaml

from services.runtime.metrics import Metrics
from tests.deploy.promql import selectors
from tests.deploy.tools import OF_OTHERS, ROOT, check, read, rules, tool

OPERATIONS = (ROOT / "docs/operations.md").read_text()
RULES = rules()
EACH = pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])


def test_rules_are_rules():
    check(tool("promtool"), "check", "rules", "deploy/prometheus/rules/kuuki.yaml")


def test_each_fires_and_is_silent_as_tested():
    check(tool("promtool"), "test", "rules", "kuuki.yaml", cwd=ROOT / "deploy/prometheus/tests")


@EACH
def test_both_are_tested(rule):
    cases = [case["alert_rule_test"][0] for case in read("deploy/prometheus/tests/kuuki.yaml")["tests"]]
    of_this = [case for case in cases if case["alertname"] == rule["alert"]]
    assert any(case.get("exp_alerts") for case in of_this)
    assert any(not case.get("exp_alerts") for case in of_this)


@EACH
def test_somebody_is_told_what_to_do(rule):
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["annotations"]["summary"]
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    assert page == "docs/operations.md"
    assert anchor == rule["alert"].lower()
    section = re.search(rf"^### {rule['alert']}\n(.+?)(?=^##|\Z)", OPERATIONS, re.MULTILINE | re.DOTALL)
    assert section is not None
    assert len(section[1].split()) > 20


def test_no_page_is_about_an_alert_that_is_gone():
    assert set(re.findall(r"^### (Kuuki\w+)$", OPERATIONS, re.MULTILINE)) == {rule["alert"] for rule in RULES}


def test_each_invariant_has_an_alert():
    named = [rule["labels"]["invariant"] for rule in RULES if "invariant" in rule["labels"]]
    assert named == ["I1", "I2", "I3", "I4", "I5", "I6"]


GROUND = ("redis_memory_bytes", "redis_memory_limit_bytes", "redis_files_well", "certificate_left_ratio")
"""What only some processes look at."""


@pytest.mark.parametrize("told", [False, True])
def test_who_does_not_look_neither_raises_an_alert_nor_hides_one(told, tmp_path):
    """A process that does not look says NaN: recorded here, since unit tests can write no NaN down."""
    nobody = [(f"kuuki_{name}", "vector(NaN)", "g:1") for name in GROUND]
    bad = {"kuuki_redis_memory_bytes": 90, "kuuki_redis_memory_limit_bytes": 100}
    somebody = [(f"kuuki_{name}", f"vector({bad.get(f'kuuki_{name}', 0)})", "a:1") for name in GROUND]
    recorded = [
        {"record": name, "expr": expr, "labels": {"instance": instance}}
        for name, expr, instance in nobody + (somebody if told else [])
    ]
    (tmp_path / "nan.yaml").write_text(yaml.safe_dump({"groups": [{"name": "said", "rules": recorded}]}))
    group = next(
        each for each in read("deploy/prometheus/rules/kuuki.yaml")["groups"] if each["name"] == "kuuki-ground"
    )
    firing = {rule["alert"] for rule in group["rules"] if any(name in rule["expr"] for name in GROUND)}
    assert len(firing) == 3
    counted = {"eval_time": "20m", "exp_samples": [{"value": int(told)}]}
    counts = [{"expr": f'count(ALERTS{{alertname="{name}"}}) or vector(0)', **counted} for name in firing]
    test = {
        "rule_files": ["nan.yaml", str(ROOT / "deploy/prometheus/rules/kuuki.yaml")],
        "group_eval_order": ["said", "kuuki-ground"],
        "tests": [{"interval": "5s", "promql_expr_test": counts}],
    }
    (tmp_path / "test.yaml").write_text(yaml.safe_dump(test))
    check(tool("promtool"), "test", "rules", "test.yaml", cwd=tmp_path)


@EACH
def test_what_it_looks_at_exists(rule):
    ours = {sample.name for family in Metrics().registry.collect() for sample in family.samples}
    names = ours | {"up"} | OF_OTHERS
    used = {selector.partition("{")[0] for selector in selectors(rule["expr"])}
    assert used
    assert used <= names


def test_the_configuration_of_compose_is_one():
    check(tool("promtool"), "check", "config", "deploy/prometheus/prometheus.yaml")


def test_the_configuration_for_kubernetes_is_one(tmp_path):
    """All but the discovery itself, which Debian's promtool does not know."""
    configuration = read("deploy/prometheus/kubernetes.yaml")
    (job,) = configuration["scrape_configs"]
    assert job.pop("kubernetes_sd_configs") == [{"role": "pod", "namespaces": {"names": ["kuuki"]}}]
    path = tmp_path / "prometheus.yaml"
    path.write_text(yaml.safe_dump(configuration))
    check(tool("promtool"), "check", "config", path)
