//! Rehearsal or production.

use serde::{Deserialize, Serialize};

/// Rehearsal or production. They share no folder, key, token, file name or colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Practice, with keys that protect nothing.
    Rehearsal,
    /// The real thing.
    Production,
}

impl Mode {
    /// The word that every screen, sheet and file name carries.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rehearsal => "rehearsal",
            Self::Production => "production",
        }
    }
}
