"""A Ray cluster of two nodes on this machine, for tests of what runs on one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


@contextmanager
def two_nodes() -> Iterator[str]:
    """Address of a head and one more node, each with one core. Skips where the extra `cluster` is missing."""
    ray: Any = pytest.importorskip("ray", reason='the extra "cluster" (Ray) is not installed')
    from ray.cluster_utils import Cluster

    nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    nodes.add_node(num_cpus=1)
    nodes.wait_for_nodes()
    try:
        yield str(nodes.address)
    finally:
        ray.shutdown()
        nodes.shutdown()
