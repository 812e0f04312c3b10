from . import (
    test_example,
    test_mapping,
    test_nothing_comes_back,
    test_storage,
)
