//! Words put together while the program is compiled: what a list says depends on what it is of.

/// The most bytes that a form in words has.
const LONGEST: usize = 240;

/// A form in words.
pub(super) struct Says {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Says {
    /// Of parts, one after another. What is too long does not compile.
    pub(super) const fn of(parts: &[&str]) -> Self {
        let mut says = Self { bytes: [0; LONGEST], length: 0 };
        let mut part = 0;
        while part < parts.len() {
            let bytes = parts[part].as_bytes();
            let mut at = 0;
            while at < bytes.len() {
                says.bytes[says.length] = bytes[at];
                says.length += 1;
                at += 1;
            }
            part += 1;
        }
        says
    }

    /// As text.
    pub(super) const fn text(&self) -> &str {
        let (whole, _) = self.bytes.split_at(self.length);
        match std::str::from_utf8(whole) {
            Ok(text) => text,
            Err(_) => panic!("whole texts one after another are text"),
        }
    }
}
