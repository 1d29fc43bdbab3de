//! Scripts, the checker, the engine, and one small file an action.
