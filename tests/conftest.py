"""That this file is here lets every test below import ``simulators``."""
