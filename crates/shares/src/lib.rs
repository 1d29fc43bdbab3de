//! Shamir split and combine, share cards as text and QR, read-back and commitments.
