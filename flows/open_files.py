"""Files and connections that this process may have open: a run with many requests needs more than the usual 1,024."""

from __future__ import annotations

BESIDE = 256
"""Open beside connections: pipes to workers, parts that are written, the server's log."""


def room_for(connections: int) -> int:
    """So many connections, or fewer where the system allows no more; the soft limit is raised for them."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return connections
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return connections
    wanted = connections + BESIDE
    if wanted > soft:
        wanted = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (ValueError, OSError):  # macOS has another limit below the one it tells
            wanted = soft
        return max(1, min(connections, max(wanted, soft) - BESIDE))
    return connections
