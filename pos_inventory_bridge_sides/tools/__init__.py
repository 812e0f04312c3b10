from . import client, contract, normalise, trouble
