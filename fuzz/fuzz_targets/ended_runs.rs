//! The list of the ceremonies that ended on a workstation.
#![no_main]

use transcript::runs::Runs;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(runs) = Runs::read(data) else { return };
    assert_eq!(runs.ended().len(), runs.signers().len());
    let whole = usize::try_from(runs.bytes()).expect("no longer than what was read");
    assert!(data[..whole].is_empty() || data[..whole].ends_with(b"\n"));
    if let Some(place) = runs.place() {
        assert!(runs.goes_through(&place));
    }
    assert!(runs.ended().iter().all(|one| runs.of(&one.run) == Some(one)));
});
