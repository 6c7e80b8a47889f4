"""Which tables belong together: those that are tied to each other more than to the rest."""

from collections.abc import Sequence

import networkx as nx

# A frame around one or two tables helps nobody: they go where most of their ties lead.
_LEAST = 3


def communities(names: Sequence[str], ties: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Groups of names, the largest first, in the order given; what is tied to nothing is the last group."""
    order = {name: at for at, name in enumerate(names)}
    # numbers, since sets of texts come in another order in every process
    graph = nx.Graph()
    graph.add_nodes_from(range(len(names)))
    for one, other in sorted((order[child], order[parent]) for child, parent in ties if child != parent):
        graph.add_edge(one, other, weight=graph.get_edge_data(one, other, {"weight": 0})["weight"] + 1)
    alone = [at for at in graph if not graph.degree(at)]
    graph.remove_nodes_from(alone)
    groups: list[set[int]] = []
    if graph:
        found = nx.community.greedy_modularity_communities(graph, weight="weight")
        groups = sorted(
            _without_tiny(graph, [set(one) for one in found]), key=lambda one: (-len(one), min(one))
        )
    return [[names[at] for at in sorted(group)] for group in (*groups, set(alone)) if group]


def _without_tiny(graph: nx.Graph, found: list[set[int]]) -> list[set[int]]:
    """A group that is too small joins the neighbour that it is tied to most."""
    groups = sorted(found, key=lambda one: (-len(one), min(one)))
    for tiny in [one for one in reversed(groups) if len(one) < _LEAST]:
        others = [one for one in groups if one is not tiny]
        tied = [sum(graph.has_edge(one, other) for one in tiny for other in group) for group in others]
        if tied and max(tied):
            others[tied.index(max(tied))] |= tiny
            groups = others
    return groups
