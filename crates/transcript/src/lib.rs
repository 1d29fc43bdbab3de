//! The hash-chained, signed record of a ceremony, the evidence pack, and the verifier.
