"""What must happen once, of several server processes on one database, has an owner: a lease that it renews."""

from telemetry.leases.keeper import LeaseKeeper, LeaseStanding
from telemetry.leases.service import Lease, LeaseOwner

__all__ = ["Lease", "LeaseKeeper", "LeaseOwner", "LeaseStanding"]
