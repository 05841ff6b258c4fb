"""The supply network: who digs, separates, makes and uses what, in tonnes a month of the base year."""

from didymium.supply.network.assemble import areas_network
from didymium.supply.network.balance import BalanceError, check, sums
from didymium.supply.network.calibrate import Calibrated, Tranche, calibrate
from didymium.supply.network.model import Activity, Addition, Good, Network, Node, Use
from didymium.supply.network.tables import Parameters
from didymium.supply.network.zones import contract, partition

__all__ = [
    "Activity",
    "Addition",
    "BalanceError",
    "Calibrated",
    "Good",
    "Network",
    "Node",
    "Parameters",
    "Tranche",
    "Use",
    "areas_network",
    "calibrate",
    "check",
    "contract",
    "partition",
    "sums",
]
