"""What was learnt, held in the process: nodes by closeness, and what is made of a node."""

import numpy as np

from graphmem.ports import Changes
from graphmem.read.learnt import Learnt
from graphmem.rows import Node


def _node(id_: str, x: float, text: str = "") -> Node:
    vector = np.array([x, np.sqrt(1 - x * x)], dtype=np.float32)
    return Node(id=id_, label="Query", name=id_, text=text, vector=vector)


def _text(node: Node) -> str:
    return node.text


def test_nodes_come_by_closeness_ties_by_id() -> None:
    """Those far enough are left out, and the order is that of the cosines, or of the ids."""
    learnt = Learnt()
    learnt.apply(Changes(seq=1, nodes=[_node("c", 0.8), _node("a", 0.6), _node("b", 0.8), _node("d", 0.1)]))
    question = np.array([1, 0], dtype=np.float32)
    assert list(learnt.cosines("Query", question, least=0.5, best_first=True)) == ["b", "c", "a"]
    assert list(learnt.cosines("Query", question)) == ["a", "b", "c", "d"]


def test_what_is_made_of_a_node_follows_it() -> None:
    """A node that changed is read anew."""
    learnt = Learnt()
    learnt.apply(Changes(seq=1, nodes=[_node("a", 0.5, "open")]))
    before = learnt.read("a", _text)
    learnt.apply(Changes(seq=2, nodes=[_node("a", 0.5, "closed")]))
    assert (before, learnt.read("a", _text)) == ("open", "closed")
