from . import (
    test_connector,
    test_example,
    test_exceptions,
    test_mapping,
    test_nothing_comes_back,
    test_posting,
    test_recipe_version,
    test_sale,
    test_security,
    test_storage,
    test_tours,
    test_transfer,
)
