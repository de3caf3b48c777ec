"""What a browser's message means, and what to send instead: `explain` one, or several `together`."""

from csplint.engine.why.explain import explain
from csplint.engine.why.following import without_following
from csplint.engine.why.request import Known
from csplint.engine.why.together import Together, together
from csplint.engine.why.wording import in_turn

__all__ = ["Known", "Together", "explain", "in_turn", "together", "without_following"]
