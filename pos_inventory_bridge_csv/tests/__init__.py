from . import (
    test_contract,
    test_files,
    test_malformed,
    test_second_file,
    test_upload,
)
