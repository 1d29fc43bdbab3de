//! The window's settings, in the state folder: looks and the time after which a ceremony locks itself.

use super::Desk;
use protocol::{Problem, Settings};
use std::path::PathBuf;

/// Larger than any settings file, in bytes.
const LARGEST: u64 = 64 * 1024;

impl Desk {
    fn settings_file(&self) -> PathBuf {
        self.state.join("settings.json")
    }

    /// What was set last; what a window begins with where nothing was, or where it cannot be read.
    pub(crate) fn settings(&self) -> Settings {
        let text = outside::text(&self.settings_file(), LARGEST).unwrap_or_default();
        serde_json::from_str::<Settings>(&text).unwrap_or_default().within_limits()
    }

    /// Keeps them: written beside the old ones, which they replace at once.
    pub(crate) fn set(&self, settings: Settings) -> Result<Settings, Problem> {
        let settings = settings.within_limits();
        let (file, beside) = (self.settings_file(), self.state.join("settings.json.new"));
        store::make_folder(&self.state)?;
        let _left_by_a_crash = std::fs::remove_file(&beside);
        store::write_new(&beside, &serde_json::to_vec(&settings).unwrap_or_default())?;
        std::fs::rename(&beside, &file).map_err(|e| store::disk(&file, &e))?;
        store::sync_folder(&self.state)?;
        Ok(settings)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;
    use protocol::{Dates, Theme};

    #[test]
    fn settings_are_kept_and_nonsense_is_what_a_window_begins_with() {
        let dir = tempfile::tempdir().unwrap();
        let desk = Desk::at(Some(dir.path().join("state")), Vec::new(), None).unwrap();
        assert_eq!(desk.settings(), Settings::default());
        let own = Settings {
            size: 150,
            theme: Theme::Dark,
            more_contrast: true,
            idle_minutes: 2,
            dates: Dates::German,
        };
        desk.set(own).unwrap();
        assert_eq!(desk.settings(), own);
        assert_eq!(desk.set(Settings { size: 9, idle_minutes: 900, ..own }).unwrap().size, 100);
        assert_eq!(desk.settings().idle_minutes, protocol::LONGEST_IDLE);
        // As they were kept before days were said in words.
        let older = r#"{"size":150,"theme":"dark","moreContrast":true,"idleMinutes":2}"#;
        std::fs::write(desk.settings_file(), older).unwrap();
        assert_eq!(desk.settings(), Settings { dates: Dates::British, ..own });
        for nonsense in ["", "{", "{\"size\":1}", "[]"] {
            std::fs::write(desk.settings_file(), nonsense).unwrap();
            assert_eq!(desk.settings(), Settings::default(), "{nonsense}");
        }
    }
}
