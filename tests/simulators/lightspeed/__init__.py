"""A simulated Lightspeed K-Series: ``with LightspeedSimulator(seed=1) as till:``."""

from simulators.lightspeed.story import Extra, Order, Visit
from simulators.lightspeed.till import LightspeedSimulator
