from . import (
    test_contract,
    test_cure,
    test_files,
    test_i18n,
    test_malformed,
    test_malformed_many,
    test_second_file,
    test_tours,
    test_upload,
)
