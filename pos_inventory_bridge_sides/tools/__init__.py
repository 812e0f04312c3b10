from . import client, contract, normalise, trouble, try_on
