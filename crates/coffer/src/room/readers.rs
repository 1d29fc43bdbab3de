//! The smart-card readers, watched while somebody may look at what is plugged in: the service tells when a card comes or goes, so
//! that nobody has to ask it over and over.

use super::told;
use piv::Watcher;
use protocol::FromRoom;
use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long the service is waited for at once; a wait that is over begins again.
const AT_MOST: Duration = Duration::from_hours(1);

/// Whether the readers are watched.
#[derive(Default)]
pub(super) struct Readers {
    watched: Arc<AtomicBool>,
}

impl Readers {
    /// Watches them from now on, where they are not watched already, and tells of each change. Where there is no service, the next
    /// look tries again.
    pub(super) fn watched(&self, output: &Arc<Mutex<File>>) {
        if self.watched.swap(true, Ordering::Relaxed) {
            return;
        }
        let (watched, output) = (Arc::clone(&self.watched), Arc::clone(output));
        std::thread::spawn(move || {
            if let Ok(mut watcher) = Watcher::new() {
                while let Ok(changed) = watcher.wait(AT_MOST) {
                    if changed {
                        told(&output, &FromRoom::Plugged);
                    }
                }
            }
            watched.store(false, Ordering::Relaxed);
        });
    }
}
