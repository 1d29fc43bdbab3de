//! Shamir split and combine, share cards as text and QR, read-back and commitments.
//!
//! `docs/formats/share.md` describes the card so that it can be read without this program. Shares come from `blahaj`
//! (Shamir over GF(2^8), polynomial 0x11D); a second combiner of our own must agree before any key is returned.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]

mod card;
mod combine;
mod cost;
mod deal;
mod error;
mod field;
mod layout;
mod place;
mod row;
mod seal;
mod set;
mod sites;
mod words;

pub use card::{Share, check_row, rows_of};
pub use combine::combine;
pub use cost::Cost;
pub use deal::split;
pub use error::ShareError;
pub use layout::{COLUMNS, MAX_ROWS, ROWS};
pub use place::{KeyPrint, Place, Role};
pub use row::without_scanner_marks;
pub use seal::{Card, SealedShare};
pub use set::SetId;
pub use sites::{SitePlan, split_over_sites};

/// Bytes of the key that is shared.
pub const KEY_LEN: usize = 32;
/// Bytes of the check that is shared with the key.
const CHECK_LEN: usize = 16;
/// Bytes of a share's y: key and check.
const Y_LEN: usize = KEY_LEN + CHECK_LEN;

/// Every share's commitment, in the given order.
pub fn commitments(shares: &[Share]) -> Vec<[u8; 32]> {
    shares.iter().map(Share::commitment).collect()
}

/// SHA-256 (FIPS 180-4) over a domain and parts of fixed length.
fn sha256(domain: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    context.update(domain);
    for part in parts {
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}
