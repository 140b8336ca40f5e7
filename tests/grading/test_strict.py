"""The list of differences between strict scoring and nbgrader's explains nothing that is not in it; the class that needs each rule is in test_compat.py."""
import pytest

from dlcourse.grading.strict import strict_differences


@pytest.mark.parametrize("stock, strict, cell, outputs", [
    (1.0, 0.0, {"metadata": {}}, []), (1.0, 0.0, {"metadata": {}}, [{"output_type": "stream", "name": "stdout", "text": "1"}]),
    (0.0, 1.0, {"metadata": {}}, [{"output_type": "error"}]), (0.0, 1.0, {"metadata": {"tags": ["hide"]}}, []),
    (0.5, 0.0, {"metadata": {}}, [{"output_type": "execute_result", "data": {"text/plain": "0"}}])])
def test_a_wrong_score_is_not_explained_away(stock, strict, cell, outputs):
    assert strict_differences(stock, strict, cell, outputs) is None
