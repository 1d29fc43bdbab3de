//! Three people with a YubiKey each, at a desk with two readers: the second and the third take turns.
#![allow(clippy::unwrap_used, clippy::doc_markdown, reason = "tests; YubiKey is a name")]

use crate::enrolled::signs;
use crate::files;
use crate::room::Room;
use crate::two_yubikeys::{TwoYubiKeys, pem};
use protocol::{Answer, Ask, PromptView, RunState};
use std::path::PathBuf;
use virtual_yubikey::{Firmware, Plug};

/// The desk, and whose the YubiKeys are.
pub struct ThreeYubiKeys {
    /// The first two, with the folder of the test.
    pub keys: TwoYubiKeys,
    /// Firmware 5.7.1, serial number 30000003.
    pub third: Plug,
    people: [&'static str; 3],
}

impl ThreeYubiKeys {
    /// For these people of the rehearsals' roster; none where this machine cannot have them.
    pub fn new(people: [&'static str; 3]) -> Option<Self> {
        let keys = TwoYubiKeys::new()?;
        let third = keys.desk.card(1, Firmware::V5_7_1, 30_000_003).unwrap();
        let mut roots = std::fs::read_to_string(&keys.roots).unwrap();
        roots.push_str(&pem(&third.root_certificate()));
        std::fs::write(&keys.roots, roots).unwrap();
        Some(Self { keys, third, people })
    }

    /// Plugs in what this person is about to use.
    pub fn hand(&self, person: &str) {
        let (wanted, other) = match self.people.iter().position(|one| *one == person) {
            Some(1) => (&self.keys.second, &self.third),
            Some(2) => (&self.third, &self.keys.second),
            _ => return,
        };
        if !wanted.is_plugged() {
            if other.is_plugged() {
                self.keys.desk.remove(other).unwrap();
            }
            self.keys.desk.insert(wanted).unwrap();
        }
    }

    /// The state folder of their workstation.
    pub fn state(&self) -> PathBuf {
        self.keys.folder.path().join("state")
    }

    /// A room with the medium.
    pub fn room(&self) -> Room {
        self.with_medium(self.keys.room(&self.state()))
    }

    /// The same of any room, as one with settings of its own.
    pub fn with_medium(&self, mut room: Room) -> Room {
        let medium = self.keys.folder.path().join("medium");
        std::fs::create_dir_all(&medium).unwrap();
        room.medium = medium.display().to_string();
        room
    }

    /// Commissions the workstation: the three with YubiKeys, everybody else with a passphrase. Gives the roster.
    pub fn commission(&self) -> PathBuf {
        let mut room = self.room();
        let finished = room.rehearse("commission-workstation", &[("custodians", "3")], &mut |prompt, _| {
            let person = prompt.step.actor.id.as_str();
            self.hand(person);
            let Ask::Choose { .. } = &prompt.ask else { return None };
            let serials = ["30000001", "20000002", "30000003"];
            let own = self.people.iter().position(|one| *one == person);
            Some(Answer::Chosen { id: own.map_or("passphrase", |at| serials[at]).into() })
        });
        assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
        files(&self.state().join("rehearsal/rosters")).pop().unwrap()
    }

    /// Answers as those who were enrolled, each with their YubiKey plugged in.
    pub fn as_enrolled(&self, prompt: &PromptView) -> Option<Answer> {
        signs(prompt, |person| self.hand(person))
    }
}
