//! How the window is set on this workstation.

use serde::{Deserialize, Serialize};

/// The longest that a window waits before it locks itself, in minutes.
pub const LONGEST_IDLE: u32 = 60;

/// How the window looks, and when it locks itself. Kept in the state folder; nothing of a ceremony depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// How large everything is, in per cent: 100 to 250.
    pub size: u32,
    /// Light or dark.
    pub theme: Theme,
    /// Whether lines and second words are as dark as text, whatever the desktop says.
    pub more_contrast: bool,
    /// After how many minutes without a key or a move a ceremony locks itself, 1 to [`LONGEST_IDLE`]; 0 is never, in rehearsals
    /// alone.
    pub idle_minutes: u32,
    /// In which language the window says days beside their numbers. Settings that were kept before there was a choice have none.
    #[serde(default)]
    pub dates: Dates,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the desktop says.
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// In which language the window says a day in words; records and papers have `2026-11-24`, which no language reads otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
pub enum Dates {
    /// 24 November 2026.
    #[default]
    #[serde(rename = "en-GB")]
    British,
    /// November 24, 2026.
    #[serde(rename = "en-US")]
    American,
    /// 24. November 2026.
    #[serde(rename = "de")]
    German,
    /// 24 de noviembre de 2026.
    #[serde(rename = "es")]
    Spanish,
    /// 24 novembre 2026.
    #[serde(rename = "fr")]
    French,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            size: 100,
            theme: Theme::System,
            more_contrast: false,
            idle_minutes: 5,
            dates: Dates::default(),
        }
    }
}

impl Settings {
    /// The same with every number where it may be.
    #[must_use]
    pub fn within_limits(self) -> Self {
        Self { size: self.size.clamp(100, 250), idle_minutes: self.idle_minutes.min(LONGEST_IDLE), ..self }
    }
}
