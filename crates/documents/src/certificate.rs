//! Certificates: of a drill, and of a destruction. They are words through and through.

mod words;

pub use words::{Destruction, Drill, of_destruction, of_drill};
