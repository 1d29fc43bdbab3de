//! A record, or a part of it, as pages that people read. Pure functions of plain values.

pub mod certificate;
pub mod page;
pub mod sheet;
