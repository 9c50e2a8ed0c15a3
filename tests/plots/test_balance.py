"""The chart of balance: its lines are the frame's points, its text the frame's summary."""

from kubelearn.cluster import Cluster
from kubelearn.frames import balance
from kubelearn.plots import PLOTS, balance_chart


def test_each_node_has_a_line_in_both_fields():
    """Two fields, a line a node, the last value as in the frame; dashes differ."""
    frame = balance(Cluster(nodes=3, seed=1))
    fields = balance_chart(frame).figure.axes
    assert [len(axes.lines) for axes in fields] == [3, 3]
    ends = [line.get_ydata()[-1] for line in fields[0].lines]
    assert ends == [node["cpu"] * 100 for node in frame["nodes"]]
    assert len({line.get_linestyle() for line in fields[0].lines}) == 3


def test_it_is_in_the_table_and_has_its_words():
    """PLOTS finds it by the frame's kind."""
    frame = balance(Cluster(nodes=1, seed=1))
    assert PLOTS[frame["kind"]] is balance_chart
    assert frame["summary"] in balance_chart(frame).alt


def test_no_nodes_no_error():
    """An empty cluster gives empty fields."""
    chart = balance_chart(balance(Cluster(nodes=0, zones=1)))
    assert [len(axes.lines) for axes in chart.figure.axes] == [0, 0]
