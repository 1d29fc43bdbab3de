//! Ceremonies whose people sign with YubiKeys: what each of them signed for stands in the pack, and none of it can be left out.

use super::{decided, excepted, keep};
use protocol::{Answer, Ask, Private, PromptView, RunState, ToRoom};
use std::path::{Path, PathBuf};
use whole_program::backup::{Sheets, bag, bags};
use whole_program::enrolled::{PIN, start};
use whole_program::room::Room;
use whole_program::three_yubikeys::ThreeYubiKeys;
use whole_program::{module, stand_in};

/// The administrator, the witness and the first custodian have YubiKeys.
struct Workstation {
    three: ThreeYubiKeys,
    roster: PathBuf,
}

/// Adds them.
pub(super) fn all() {
    let Some(three) = ThreeYubiKeys::new(["adm", "wit", "kc1"]) else {
        panic!("this machine has no smart-card service for virtual YubiKeys")
    };
    let roster = three.commission();
    let at = Workstation { three, roster };
    keep("yubikeys-exception", &|_| at.minimal(RunState::Closed, &mut excepted("generate/sign", "go-on")));
    keep("yubikeys-given-up", &|_| at.minimal(RunState::Abandoned, &mut excepted("split/sign", "abandon")));
    keep("yubikeys-disagreed", &|_| at.disagreed());
    keep("yubikeys-ends-by-two", &|dir| at.ends_by_two(&dir.join("state")));
    keep("yubikeys-host-memory", &|dir| at.through_host_memory(&dir.join("state"), &dir.join("cloud")));
    keep("yubikeys-drill-of-a-stranger", &|dir| at.drill_of_a_stranger(&dir.join("state")));
    keep("yubikeys-change-custodian", &|dir| at.change_of_custodians(&dir.join("state")));
    keep("yubikeys-destroy", &|dir| at.destroyed(&dir.join("state")));
    at.three.keys.desk.close();
}

impl Workstation {
    /// Plays a script with these people to its end.
    fn plays(
        &self,
        room: Room,
        script: &str,
        set: &[(&str, &str)],
        ends: RunState,
        otherwise: &mut dyn FnMut(&PromptView) -> Option<Answer>,
    ) -> (PathBuf, Room) {
        let mut room = self.three.with_medium(room);
        let finished = room.play(&start(script, &self.roster, set), &mut |prompt, _| {
            otherwise(prompt).or_else(|| self.three.as_enrolled(prompt)).or_else(|| bags(prompt))
        });
        assert_eq!(finished.state, ends, "{script}: {:?}", room.problems);
        (finished.pack.unwrap().into(), room)
    }

    fn minimal(&self, ends: RunState, otherwise: &mut dyn FnMut(&PromptView) -> Option<Answer>) -> PathBuf {
        self.plays(self.three.room(), "rehearsal-minimal", &[], ends, otherwise).0
    }

    /// A key and its backup on a workstation of its own: the pack and what the custodians wrote down.
    fn made(&self, state: &Path) -> (PathBuf, Sheets) {
        let room = self.three.keys.room(state);
        let (pack, room) = self.plays(room, "rehearsal-minimal", &[], RunState::Closed, &mut |_| None);
        (pack, room.sheets_shown())
    }

    /// A room of that workstation whose first two custodians bring their sheets; the last is brought first.
    fn brings(&self, state: &Path, (_, sheets): &(PathBuf, Sheets)) -> Room {
        let mut room = self.three.keys.room(state);
        room.sheets = sheets[..2].iter().rev().cloned().collect();
        room
    }

    /// Whoever has the administrator's YubiKey does not agree.
    fn disagreed(&self) -> PathBuf {
        let mut said = false;
        self.minimal(RunState::Closed, &mut |prompt| match &prompt.ask {
            Ask::Agree { person, .. } if person == "adm" && !std::mem::replace(&mut said, true) => {
                self.three.hand(person);
                Some(Answer::Agreement {
                    agrees: false,
                    reason: Some("The bag of share 2 was sealed before I looked.".into()),
                    passphrase: Private::new(PIN.into()),
                })
            }
            Ask::Decide { .. } => Some(decided("go-on")),
            _ => None,
        })
    }

    /// On a token that remembers nothing: stopped, and gone on with where two say that the record ends.
    fn ends_by_two(&self, state: &Path) -> PathBuf {
        let mut room = self.behind_proxy(state, "no-data");
        let stopped =
            room.play(&start("rehearsal-minimal", &self.roster, &[]), &mut |prompt, _| match &prompt.ask {
                _ if prompt.begins && prompt.step.id == "share.2" => Some(Answer::Stop),
                _ => self.three.as_enrolled(prompt).or_else(|| bags(prompt)),
            });
        assert_eq!(stopped.state, RunState::Open, "{:?}", room.problems);
        drop(room);
        let mut room = self.three.with_medium(self.behind_proxy(state, "no-data"));
        let finished = room.play(&ToRoom::Resume { run: stopped.run, token: None }, &mut |prompt, _| {
            self.three.as_enrolled(prompt).or_else(|| bags(prompt))
        });
        assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
        finished.pack.unwrap().into()
    }

    fn behind_proxy(&self, state: &Path, quirk: &str) -> Room {
        let proxy = module("libcofferdam_p11_proxy.so", "p11-proxy");
        let behind = module("libcofferdam_rehearsal_token.so", "rehearsal-token");
        let settings = [
            ("COFFERDAM_REHEARSAL_TOKEN", proxy.as_path()),
            ("COFFERDAM_PROXY_MODULE", behind.as_path()),
            ("COFFERDAM_PROXY_QUIRKS", Path::new(quirk)),
        ];
        Room::with_roots_and(state, &self.three.keys.roots, &settings)
    }

    /// On a token that has not the cloud's hash: through the computer's memory, to which the confirmer agrees.
    fn through_host_memory(&self, state: &Path, cloud: &Path) -> PathBuf {
        std::fs::create_dir_all(cloud).unwrap();
        let mut room = self.behind_proxy(state, "oaep-sha1");
        let set = [("threshold", "2"), ("shares", "3"), ("host-memory", "with-approval")];
        room.file = stand_in(cloud, 3600).0.display().to_string();
        self.plays(room, "byok-aws", &set, RunState::Closed, &mut |_| None).0
    }

    /// The pack of another workstation, whose signer two compare with what they have on paper.
    fn drill_of_a_stranger(&self, state: &Path) -> PathBuf {
        let old = self.made(&state.with_file_name("another-workstation"));
        let mut room = self.brings(state, &old);
        room.medium = old.0.display().to_string();
        self.drills(room, &old.0)
    }

    fn drills(&self, room: Room, old: &Path) -> PathBuf {
        self.plays(room, "drill", &[("custodians", "2")], RunState::Closed, &mut |prompt| match &prompt.ask {
            Ask::Folder { .. } | Ask::File { .. } => Some(Answer::Path { path: old.display().to_string() }),
            _ => new_bags(prompt),
        })
        .0
    }

    /// Another set of sheets for the same key; of the old ones one is destroyed, one is owed and one is missing.
    fn change_of_custodians(&self, state: &Path) -> PathBuf {
        let old = self.made(state);
        let room = self.brings(state, &old);
        let set = [("bringing", "2"), ("threshold", "2"), ("shares", "3")];
        self.plays(room, "change-custodian", &set, RunState::Closed, &mut |prompt| match &prompt.ask {
            Ask::Folder { .. } | Ask::File { .. } => Some(Answer::Path { path: old.0.display().to_string() }),
            Ask::Decide { .. } => Some(decided("go-on")),
            _ => new_bags(prompt),
        })
        .0
    }

    /// The key's copies are gone through, and both sign what became of each.
    fn destroyed(&self, state: &Path) -> PathBuf {
        let old = self.made(state);
        let room = self.brings(state, &old);
        self.plays(room, "destroy", &[], RunState::Closed, &mut |prompt| match &prompt.ask {
            Ask::Folder { .. } | Ask::File { .. } => Some(Answer::Path { path: old.0.display().to_string() }),
            Ask::Decide { .. } => Some(decided("go-on")),
            _ => None,
        })
        .0
    }
}

/// What is sealed again goes into other bags than it came in.
fn new_bags(prompt: &PromptView) -> Option<Answer> {
    let step = prompt.step.id.as_str();
    let turn = step.strip_prefix("reseal.").or_else(|| step.strip_prefix("share."))?.parse::<usize>().ok()?;
    matches!(prompt.ask, Ask::Text { .. }).then(|| bag(90 + turn))
}
