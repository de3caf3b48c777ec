"""What a browser's message means, and what to send instead: `explain` one, or several `together`."""

from csplint.engine.why.explain import explain
from csplint.engine.why.following import without_following
from csplint.engine.why.request import Known
from csplint.engine.why.together import Together, together

__all__ = ["Known", "Together", "explain", "together", "without_following"]
