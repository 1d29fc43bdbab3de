//! The registers that forged records give, and all that is made of them. Records stand one after another, each from its
//! first entry on.
#![no_main]

use estate::{Estate, coverage, exports, flow, retention, worksheet};
use register::{Record, Register, walk};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut records = Vec::new();
    for (part, listed) in parts(data).into_iter().zip([true, false].into_iter().cycle()) {
        let reading = cofferdam_fuzz::reading(part);
        let run = format!("run-{}", records.len());
        let _ = walk::of_record(&reading.entries, listed);
        records.push(Record { run, reading, listed });
    }
    let register = Register::of(&records);
    let kept = serde_json::to_vec(&register).expect("a register has a form");
    assert_eq!(
        serde_json::from_slice::<Register>(&kept).ok(),
        Some(register.clone()),
        "what is indexed is read"
    );
    let estate = Estate::of(&register, "2027-03-01");
    let _ = (coverage(&estate), retention(&estate), worksheet(&estate));
    let _ = flow::svg(&flow::flow(&estate), 1400);
    for agreement in &estate.agreements {
        let _ = estate::questionnaire_table(&estate, agreement.text("provider"));
    }
    let entries: Vec<_> = records.iter().map(|r| (r.run.clone(), r.reading.entries.clone())).collect();
    let of = exports::Records { mode: "rehearsal", of: &entries };
    let made = exports::everything(&estate, &[], &of, "2027-03-01T12:00:00Z");
    let sums = exports::sums(&made);
    assert_eq!(sums.lines().count(), made.len());
});

/// The records, at most eight.
fn parts(data: &[u8]) -> Vec<&[u8]> {
    const FIRST: &[u8] = b"\"kind\":\"opened\"";
    let mut parts: Vec<&[u8]> = Vec::new();
    let (mut begin, mut at) = (0, 0);
    for line in data.split_inclusive(|b| *b == b'\n') {
        if at > begin && parts.len() < 7 && line.windows(FIRST.len()).any(|w| w == FIRST) {
            parts.push(&data[begin..at]);
            begin = at;
        }
        at += line.len();
    }
    parts.push(&data[begin..]);
    parts
}

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    cofferdam_fuzz::changed(data, size, max_size, seed)
});
