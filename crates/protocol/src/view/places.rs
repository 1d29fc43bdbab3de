//! A folder as it is chosen from: media, and the packs that ceremonies left here.

use serde::{Deserialize, Serialize};

/// What is in a folder of a medium, or the places that there are to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct PlacesView {
    /// The folder; none for the list of media.
    pub folder: Option<String>,
    /// The folder above it, where that is still on the medium.
    pub above: Option<String>,
    /// What is in it, folders first, by name.
    pub entries: Vec<PlaceView>,
    /// How many more there are than can be listed.
    pub left_out: u32,
}

/// One folder or file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(rename_all = "camelCase")]
pub struct PlaceView {
    /// Its whole path.
    pub path: String,
    /// Its name, or for a pack the ceremony that left it.
    pub name: String,
    /// Whether it can be opened further.
    pub folder: bool,
    /// Size and day of a file, the day of a pack.
    pub note: String,
}
