//! An evidence pack in which one file is of any bytes. The first byte chooses the file.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

const FILES: [(&str, &[u8]); 7] = [
    ("SHA256SUMS", include_bytes!("../../tests/corpus/packs/review/SHA256SUMS")),
    ("SHA256SUMS.sig", include_bytes!("../../tests/corpus/packs/review/SHA256SUMS.sig")),
    ("HEAD", include_bytes!("../../tests/corpus/packs/review/HEAD")),
    ("HEAD.sig", include_bytes!("../../tests/corpus/packs/review/HEAD.sig")),
    ("signer.pem", include_bytes!("../../tests/corpus/packs/review/signer.pem")),
    ("transcript.jsonl", include_bytes!("../../tests/corpus/packs/review/transcript.jsonl")),
    ("roster.toml", include_bytes!("../../tests/corpus/packs/review/roster.toml")),
];

/// A folder of this process, in memory where the system has such a place.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = PathBuf::from("/dev/shm");
    let place = if memory.is_dir() { memory } else { std::env::temp_dir() };
    let folder = place.join(format!("cofferdam-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    for (name, bytes) in FILES {
        std::fs::write(folder.join(name), bytes).expect("a file can be written");
    }
    folder
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let (name, good) = FILES[usize::from(*choice) % FILES.len()];
    let file = FOLDER.join(name);
    std::fs::write(&file, bytes).expect("a file can be written");
    let report = transcript::verify::pack(&FOLDER);
    assert!(!report.holds, "files of the pack are not there");
    let _ = transcript::verify::files_put_into(&FOLDER);
    // Slow, and of no other file than these.
    if ["transcript.jsonl", "roster.toml"].contains(&name) {
        let _ = engine::replay::pack(&FOLDER, &actions::REPERTOIRE);
    }
    std::fs::write(&file, good).expect("a file can be written");
});
