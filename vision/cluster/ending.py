"""Ends what servers have left running on a cluster. For a command: who calls this becomes part of the cluster."""

import os

from telemetry.errors import Unavailable
from telemetry.messages import Message
from vision.cluster.messages import Cluster
from vision.cluster.workers import ray_environment, require_ray

END_S = 5.0
"""So long actors may take to let go of their cameras and to send home what they have found."""


def end_streams(cluster: Cluster) -> list[str]:
    """End every actor in the namespace of `cluster`. Returns the names of their streams, sorted.

    Raises Misconfigured when Ray is not installed, Unavailable when the cluster does not answer.
    """
    require_ray()
    os.environ.update(ray_environment(cluster))
    import ray  # noqa: PLC0415 - it reads the environment when it is imported
    from ray.exceptions import RayError  # noqa: PLC0415

    from vision.cluster import stored_orders  # noqa: PLC0415 - needs Ray
    from vision.cluster.driver import connect  # noqa: PLC0415 - needs Ray

    try:
        connect(cluster)
    except (RayError, RuntimeError, ValueError, OSError) as error:
        raise Unavailable(Message("cluster.unreachable", address=cluster.address or "", reason=str(error))) from error
    try:
        return stored_orders.end_all(within_s=END_S)
    finally:
        ray.shutdown()
