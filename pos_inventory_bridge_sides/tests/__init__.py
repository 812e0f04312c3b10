from . import (
    test_answer,
    test_connect,
    test_contract,
    test_days,
    test_i18n,
    test_override,
    test_privacy,
    test_talk,
    test_tours,
)
