//! Parsers of this crate that only fuzz targets call by themselves.

/// The parts of a validation record, where it is one.
pub fn validation(bytes: &[u8]) -> Option<Vec<(&'static str, String)>> {
    let read = crate::token::validation::read(bytes).ok()?;
    Some(read.parts().map(|(name, said)| (name, said.to_owned())).to_vec())
}
