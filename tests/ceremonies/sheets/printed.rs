//! Sheets on a real print service: printed and read back, on a printer that fails, without one, and void.

use super::simulated::{Setting, rasterised, simulate};
use super::{choices, chosen, decoded, holds, of_three, path, rows_on, simulated};
use protocol::{Answer, Ask, PromptView, RunState, ScanOffer, ToRoom};
use std::path::{Path, PathBuf};
use std::process::Command;
use whole_program::printer::Printer;
use whole_program::room::Room;
use whole_program::{files, run, said};

/// No file of these, and no message, holds a row of these sheets or the whole text of one.
fn nothing_of(rows: &[String], kept: &[PathBuf], heard: &[String]) {
    let plain = |text: &str| text.replace(' ', "");
    let needles: Vec<String> = rows.iter().flat_map(|row| [row.clone(), plain(row)]).collect();
    let holds = |bytes: &[u8]| {
        needles.iter().find(|needle| bytes.windows(needle.len()).any(|w| w == needle.as_bytes())).cloned()
    };
    for file in kept {
        let bytes = std::fs::read(file).unwrap_or_default();
        assert_eq!(holds(&bytes), None, "{}", file.display());
        if bytes.starts_with(b"%PDF") {
            // The report of the pack and its certificate are the only documents, and neither says a row.
            let name = file.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            assert!(["report.pdf", "certificate.pdf"].contains(&name), "{} is a document", file.display());
            assert_eq!(holds(crate::struct_tree::pdf_text(&bytes).as_bytes()), None, "{}", file.display());
        }
    }
    for message in heard {
        assert_eq!(holds(message.as_bytes()), None, "{message}");
    }
    // The search can find: what it looks for is found where it is.
    assert!(holds(rows.concat().as_bytes()).is_some() && !heard.is_empty() && !kept.is_empty());
}

#[test]
fn printed_sheets_are_read_back_from_scans_and_leave_nothing_behind() {
    let printer = Printer::start();
    let dir = tempfile::tempdir().unwrap();
    let (state, medium, temporary) =
        (dir.path().join("state"), dir.path().join("medium"), dir.path().join("tmp"));
    std::fs::create_dir_all(&medium).unwrap();
    std::fs::create_dir(&temporary).unwrap();
    let mut room = Room::with(&state, &[("CUPS_SERVER", &printer.socket()), ("TMPDIR", &temporary)]);
    let mut scans = 0;
    let finished = room.rehearse("master-key-hsm", &of_three(&[("sheets", "printed")]), &mut |prompt, _| {
        match &prompt.ask {
            Ask::Choose { choices: offered, .. } if choices(prompt).contains(&"by-hand") => {
                let network = offered.iter().find(|c| c.id == "print-network").unwrap();
                assert!(network.refused.as_ref().unwrap().contains("over a network"), "{network:?}");
                Some(chosen("print-office"))
            }
            Ask::EnterShare { row: 1, scan: Some(ScanOffer { handed: None, .. }), .. } => {
                let sheet = std::fs::read(printer.tray().last().unwrap()).unwrap();
                // A picture, a picture and a PDF, as scanners give them.
                let scan = simulate(&rasterised(&sheet), Setting::Scan200, scans).file;
                let (name, scan) =
                    if scans == 2 { ("c.pdf", simulated::scanners_pdf(&scan)) } else { ("a.jpg", scan) };
                let file = medium.join(format!("{scans}-{name}"));
                std::fs::write(&file, scan).unwrap();
                scans += 1;
                Some(path(&file))
            }
            _ => None,
        }
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert!(room.problems.is_empty() && room.shown.is_empty(), "{:?}", room.problems);
    let pack = finished.pack.unwrap();
    holds(&state, &pack);
    // One test page for the printer, one sheet for each custodian.
    let tray = printer.tray();
    assert_eq!((tray.len(), scans), (4, 3));
    let record = std::fs::read_to_string(Path::new(&pack).join("transcript.jsonl")).unwrap();
    assert_eq!(record.matches("\"sheet\":\"printed\"").count(), 3);
    assert_eq!(record.matches("read from a scan").count(), 3);
    assert_eq!(record.matches("a share sheet is sent to a printer").count(), 3);

    let rows: Vec<String> = tray[1..].iter().flat_map(|sheet| rows_on(sheet)).collect();
    assert_eq!(rows.len(), 21);
    let kept = [files(&state), files(&temporary), printer.own()].concat();
    nothing_of(&rows, &kept, &room.heard);
    assert!(files(&temporary).is_empty());

    // The sheet says how to do without this program, and what it names is in the pack, covered by its sums.
    let text = Command::new("pdftotext").arg(&tray[1]).arg("-").output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("Without Cofferdam") && text.contains("decode_shares.py"), "{text}");
    let sums = std::fs::read_to_string(Path::new(&pack).join("SHA256SUMS")).unwrap();
    assert!(sums.contains("recovery/decode_shares.py") && sums.contains("recovery/HOW-TO-RECOVER.md"));
    // And it works: two sheets as printed give one key.
    let cards = format!("{}\n\n{}\n", rows[..7].join("\n"), rows[14..].join("\n"));
    assert_eq!(decoded(&Path::new(&pack).join("recovery/decode_shares.py"), &cards, "").trim().len(), 64);
}

#[test]
fn a_printer_that_fails_leaves_a_way_on() {
    let printer = Printer::start();
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::with(dir.path(), &[("CUPS_SERVER", &printer.socket())]);
    let mut asked = 0;
    let finished = room.rehearse("master-key-hsm", &of_three(&[("sheets", "printed")]), &mut |prompt, _| {
        let offered = choices(prompt);
        if prompt.step.id == "share.1" && offered.contains(&"by-hand") {
            asked += 1;
            return Some(match asked {
                // The test page does not come out.
                1 => {
                    printer.paper(false);
                    chosen("print-stubborn")
                }
                2 => {
                    printer.paper(true);
                    chosen("print-network")
                }
                3 => chosen("print-office"),
                _ => chosen("by-hand"),
            });
        }
        if offered.contains(&"good") {
            // The test page is good; then the paper runs out.
            printer.paper(false);
            return Some(chosen("good"));
        }
        if offered.contains(&"again") && offered.contains(&"whole") {
            // Tried once more in vain, then given up on.
            let again = printer.tray().len() == 1 && room_of(prompt) == 1;
            if !again {
                printer.paper(true);
            }
            return Some(chosen(if again { "again" } else { "other" }));
        }
        if offered.contains(&"by-hand") {
            return Some(chosen("by-hand"));
        }
        None
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let found: Vec<&str> = room.problems.iter().map(|(_, p)| p.code.as_str()).collect();
    assert_eq!(found, ["print-unfinished", "not-an-answer", "print-unfinished", "print-unfinished"]);
    assert!(room.problems[0].1.happened.contains("media-empty-error, stopped"), "{}", room.problems[0].1);
    assert_eq!(room.shown.len(), 21, "every share was written by hand in the end");
    let pack = finished.pack.unwrap();
    holds(dir.path(), &pack);
    let record = std::fs::read_to_string(Path::new(&pack).join("transcript.jsonl")).unwrap();
    assert_eq!(record.matches("a spoiled share sheet was destroyed").count(), 2);
    assert!(record.contains("\"copies-printed\":2") && record.matches("written by hand").count() == 3);
    // Nothing that failed is left waiting to come out later.
    assert_eq!(printer.tray().len(), 1);
}

/// What a service that ended still has in its spool comes out when it starts again: nobody says that it is gone.
#[test]
fn a_job_of_a_print_service_that_ended_may_still_come_out_and_people_are_told() {
    let printer = Printer::start();
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::with(dir.path(), &[("CUPS_SERVER", &printer.socket())]);
    let mut ends = None;
    let finished = room.rehearse("master-key-hsm", &of_three(&[("sheets", "printed")]), &mut |prompt, _| {
        let offered = choices(prompt);
        if offered.contains(&"print-office") && ends.is_none() {
            ends = Some(printer.ends_while_it_prints());
            return Some(chosen("print-office"));
        }
        offered.contains(&"by-hand").then(|| chosen("by-hand"))
    });
    ends.unwrap().join().unwrap();
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let (_, problem) = &room.problems[0];
    assert_eq!(problem.code, "print-left", "{problem}");
    assert_eq!(room.shown.len(), 21, "every share was written by hand");
}

/// How often this question came before: the number at the end of its key.
fn room_of(prompt: &PromptView) -> u32 {
    let last = prompt.key.rsplit('/').next().and_then(|n| n.parse::<u32>().ok()).unwrap_or(1);
    // The choices of a way and of the test page come first.
    last.saturating_sub(4)
}

#[test]
fn without_a_print_service_sheets_are_written_by_hand() {
    let dir = tempfile::tempdir().unwrap();
    let nowhere = dir.path().join("cups.sock");
    let mut room = Room::with(&dir.path().join("state"), &[("CUPS_SERVER", &nowhere)]);
    let mut tried = false;
    let finished = room.rehearse("master-key-hsm", &of_three(&[("sheets", "printed")]), &mut |prompt, _| {
        let Ask::Choose { choices: offered, .. } = &prompt.ask else { return None };
        assert_eq!(choices(prompt), ["file", "by-hand", "print"]);
        assert!(offered[2].refused.as_ref().unwrap().contains("does not answer"), "{offered:?}");
        Some(chosen(if std::mem::replace(&mut tried, true) { "by-hand" } else { "print" }))
    });
    assert_eq!(finished.state, RunState::Closed);
    assert_eq!((room.problems.len(), room.shown.len()), (1, 21), "{:?}", room.problems);
}

#[test]
fn sheets_of_a_room_that_ended_are_void_and_destroyed() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let parameters = of_three(&[("sheets", "printed")]);
    let mut first = None;
    let stopped = room.rehearse("master-key-hsm", &parameters, &mut |prompt, _| match &prompt.ask {
        // The sheet of the second custodian is made, and not read back yet.
        Ask::EnterShare { scan: Some(ScanOffer { handed: Some(file), .. }), index: Some(2), .. } => {
            first = Some(file.clone());
            Some(Answer::Stop)
        }
        _ => None,
    });
    room.kill();
    let mut room = Room::open(dir.path());
    let (mut destroyed, mut late) = (0, true);
    let resume = ToRoom::Resume { run: stopped.run, token: None };
    let finished = room.play(&resume, &mut |prompt, _| match &prompt.ask {
        Ask::Observe { facts, .. } if facts.iter().any(|f| f.name.contains("destroy every sheet")) => {
            destroyed += 1;
            None
        }
        // A void sheet turns up all the same.
        Ask::EnterShare { index: Some(2), .. } if std::mem::replace(&mut late, false) => {
            Some(path(Path::new(first.as_ref().unwrap())))
        }
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert_eq!(destroyed, 1);
    assert_eq!(room.problems.len(), 1);
    assert!(room.problems[0].1.happened.contains("belongs to set"), "{}", room.problems[0].1);
    holds(dir.path(), &finished.pack.unwrap());
}

#[test]
fn rehearsals_of_printed_sheets_play_by_themselves() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let mut at = 0;
    let mut play = |script: &str, set: &[&str]| {
        at += 1;
        let pack = dir.path().join(format!("pack-{at}"));
        let mut args = vec!["rehearse", script, "--out", pack.to_str().unwrap()];
        args.extend(set.iter().flat_map(|s| ["--set", s]));
        let out = run(&state, &args);
        if out.status.success() {
            holds(&state, pack.to_str().unwrap());
        }
        (out.status.success(), said(&out))
    };
    for set in [
        &["sheets=printed"][..],
        &["sheets=printed", "paper=Letter", "large-type=yes"],
        &["sheets=printed-with-codeword", "paper=A5"],
    ] {
        let (closed, text) = play("master-key-hsm", set);
        assert!(closed, "{set:?}: {text}");
    }
    let (closed, text) = play("byok-aws", &["sheets=printed", "shares=3", "threshold=2"]);
    assert!(closed, "{text}");
    for (set, code) in [
        (&["sheets=printed", "qr=no"][..], "nobody-to-read-sheets"),
        (&["sheets=printed", "paper=A5", "large-type=yes"], "sheet-does-not-fit"),
    ] {
        let (closed, text) = play("master-key-hsm", set);
        assert!(!closed && text.contains(code), "{text}");
    }
}
