//! A pack's own `HOW-TO-RECOVER.md`, followed with the pack alone where shares are on YubiKeys: its commands are run as
//! they stand there. Nothing of this program runs, but the two small ones in Python that are in the pack.
#![allow(clippy::unwrap_used, clippy::doc_markdown, reason = "tests; YubiKey is a name")]

use crate::enrolled::PIN;
use crate::pack::{fact, wrapped};
use crate::{files, said};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the page has the people do, with the folder in memory that its first step made.
pub struct Page {
    steps: Vec<String>,
    yubikeys: Vec<String>,
    set: String,
    work: PathBuf,
}

/// The blocks of commands in a part of the page.
fn blocks(part: &str) -> Vec<String> {
    part.split("```sh\n").skip(1).map(|b| b.split("```").next().unwrap().to_owned()).collect()
}

/// The same with another's words in place of the example's.
fn with(block: &str, example: &str, theirs: &str) -> String {
    assert!(block.contains(example), "the page has no {example} here: {block}");
    block.replace(example, theirs)
}

impl Page {
    /// Puts what the page names on a stick and begins.
    pub fn begin(pack: &Path) -> Self {
        let stick = tempfile::tempdir().unwrap();
        let named = ["recovery/decode_shares.py", "recovery/open_box.py"].map(|f| pack.join(f));
        let boxes = files(pack).into_iter().filter(|f| f.to_string_lossy().contains("-box-"));
        for file in boxes.chain(named).chain([wrapped(pack)]) {
            std::fs::copy(&file, stick.path().join(file.file_name().unwrap())).unwrap();
        }
        let text = std::fs::read_to_string(pack.join("recovery/HOW-TO-RECOVER.md")).unwrap();
        let (steps, yubikeys) = text.split_once("## If shares are on YubiKeys").unwrap();
        let (steps, yubikeys) = (blocks(steps), blocks(yubikeys));
        assert_eq!((steps.len(), yubikeys.len()), (5, 3), "number the blocks anew");
        let begun = format!("{}{}echo \"$work\"", steps[0], yubikeys[0]);
        let out = Command::new("sh").arg("-ec").arg(begun).current_dir(stick.path()).output().unwrap();
        assert!(out.status.success(), "{}", said(&out));
        let work = String::from_utf8(out.stdout).unwrap().trim().into();
        Self { steps, yubikeys, set: fact(pack, "share-set").replace('-', "").to_lowercase(), work }
    }

    /// What a custodian types to open share `n`, at a terminal, where the PIN is typed too. `module` is what they say of
    /// the PKCS#11 module: the page's words, or nothing for that of OpenSC.
    ///
    /// Errors: what was said.
    pub fn open(&self, n: u8, module: &str) -> Result<(), String> {
        let share = format!("share-{n}-box-");
        let of_share = |f: &PathBuf| f.file_name().unwrap().to_string_lossy().starts_with(&share);
        let file = files(&self.work).into_iter().find(of_share).unwrap();
        let file = file.file_name().unwrap().to_str().unwrap();
        let ecdh = with(&self.yubikeys[1], "share-2-box-41.bin", file);
        let ecdh = with(&ecdh, "--module libykcs11.so ", module);
        let rows = with(&self.yubikeys[2], "2 0123456789abcdef", &format!("{n} {}", self.set));
        let typist = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/with_pin.py");
        let out = Command::new("python3")
            .arg(typist)
            .args([PIN, "sh", "-ec", &(ecdh + &rows)])
            .current_dir(&self.work)
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        if out.status.success() { Ok(()) } else { Err(said(&out)) }
    }

    /// Puts the shares together, opens the key file and gives the check value as the page shows it, in small letters.
    /// Afterwards nothing is left.
    pub fn finish(self) -> String {
        let play = format!("work=\"$PWD\"\n{}", self.steps[2..].concat());
        let out = Command::new("sh").arg("-ec").arg(play).current_dir(&self.work).output().unwrap();
        assert!(out.status.success(), "{}", said(&out));
        assert!(!self.work.exists(), "the page's last step leaves {}", self.work.display());
        String::from_utf8(out.stdout).unwrap().trim().to_lowercase()
    }
}

impl Drop for Page {
    /// A test that fails in the middle must not leave shares in the machine's memory.
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.work);
    }
}
