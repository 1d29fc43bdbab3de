//! The terminal player, the verifier, and the room process that the window talks to.
