from . import (
    test_client,
    test_contract,
    test_i18n,
    test_normalise,
    test_oauth,
    test_other_days,
    test_sales,
    test_settings,
    test_tours,
    test_trust,
    test_words,
)
