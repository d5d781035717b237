"""How networks learn. Keras is loaded only by what needs it."""

# Before Keras, for what it sets in the environment.
import emotion_core.networks  # noqa: F401
