//! Ceremonies in the real window: its own screen, WebKitGTK, the room as its own process, driven by clicks and keys.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod ceremonies;
mod devices;
mod help;
mod leaving;
mod lock;
mod page;
mod pages;
mod people;
mod practice;
mod production;
mod record;
mod registers;
mod report;
mod screen;
mod witness;

use page::Page;
use people::People;
use screen::{Screen, kill};
use std::path::{Path, PathBuf};
use whole_program::{run, said};

fn played<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test)
}

/// A reply of get-parameters-for-import, as a disposable key on this machine would have it.
fn parameters(folder: &Path) -> PathBuf {
    let key = whole_program::wrapping_key(4096);
    let arn = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000";
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let until = i64::try_from(now).unwrap() + 24 * 3600;
    let path = folder.join("import-parameters.json");
    std::fs::write(&path, byok::stand_in_reply(key.spki(), arn, until, b"rehearsal import token")).unwrap();
    path
}

fn folder(screen: &Screen, name: &str) -> PathBuf {
    let path = screen.home.path().join(name);
    std::fs::create_dir(&path).unwrap();
    path
}

#[test]
fn a_rehearsal_is_played_in_the_window_from_review_to_evidence() {
    played(async {
        let screen = Screen::new();
        let medium = folder(&screen, "medium");
        let mut people = People::with(parameters(&medium), medium.clone());
        people.slips = true;
        people.pictures = Some("light");
        let page = Page::open(&screen, false).await;
        page.picture("light-home").await;
        page.click("rehearse-byok-aws").await;
        page.until("review", |s| s.place == "review").await;
        assert_eq!(page.text("mode").await, "REHEARSAL");
        page.picture("light-review").await;
        page.click("primary").await;

        let end = people.play(&page, |_| false).await;
        assert_eq!(end.place, "finished");
        assert!(page.text("finished-state").await.contains("Closed"), "{}", page.everything().await);
        assert!(page.text("verdict").await.contains("Everything that was checked holds"));
        page.picture("light-finished").await;

        // Each slip was shown for what it was.
        let codes: Vec<&str> = people.problems.iter().map(|(code, _)| code.as_str()).collect();
        assert_eq!(codes, ["wrong-passphrase", "share-refused"]);
        let words = &people.problems.last().unwrap().1;
        assert!(words.contains("Row 3, character 6"), "{words}");

        // No custodian's rows are left in the page.
        let left = page.everything().await;
        for row in people.rows() {
            assert!(!left.contains(row), "a row of a share is still in the page");
        }

        let copy = folder(&screen, "auditor");
        page.type_into("path", copy.to_str().unwrap()).await;
        page.click("export").await;
        assert!(page.text("exported").await.contains("read back"));
        let pack = page.text("pack").await;
        page.click("home").await;
        page.until("home", |s| s.place == "home").await;

        // The closed run opens again from the list.
        let run_id = Path::new(&pack).parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
        page.click(&format!("open-{run_id}")).await;
        page.until("evidence", |s| s.place == "evidence").await;
        assert!(page.text("verdict").await.contains("Everything that was checked holds"));
        page.picture("light-evidence").await;
        page.close().await;

        let exported = std::fs::read_dir(&copy).unwrap().next().unwrap().unwrap().path();
        for pack in [Path::new(&pack), &exported] {
            let out = run(&screen.state(), &["verify", pack.to_str().unwrap()]);
            assert!(whole_program::intact(&out), "{}", said(&out));
        }
        assert!(
            medium.join("EncryptedKeyMaterial.bin").is_file()
                || walks_to(&medium, "EncryptedKeyMaterial.bin")
        );
    });
}

fn walks_to(folder: &Path, name: &str) -> bool {
    whole_program::files(folder).iter().any(|f| f.file_name().is_some_and(|n| n == name))
}

/// The one run in this screen's state folder.
fn only_run(screen: &Screen) -> PathBuf {
    let runs = std::fs::read_dir(screen.state().join("rehearsal/runs")).unwrap();
    let runs: Vec<_> = runs.map(|r| r.unwrap().path()).collect();
    assert_eq!(runs.len(), 1, "{runs:?}");
    runs.into_iter().next().unwrap()
}

async fn begin(page: &Page, script: &str) {
    page.click(&format!("rehearse-{script}")).await;
    page.until("review", |s| s.place == "review").await;
    page.click("primary").await;
}

#[test]
fn a_reload_and_a_killed_room_bring_the_same_step_back() {
    played(async {
        let screen = Screen::new();
        let mut people = People::with(PathBuf::new(), PathBuf::new());
        let page = Page::open(&screen, false).await;
        begin(&page, "rehearsal-minimal").await;

        // The page is reloaded under a question.
        // A resumed ceremony first asks for the PIN: the token says what it signed.
        let at_generate = |s: &page::Seen| {
            s.key.as_deref().is_some_and(|k| k.starts_with("generate/")) && s.kind.as_deref() != Some("pin")
        };
        let before = people.play(&page, at_generate).await;
        page.client.refresh().await.unwrap();
        let after = page.until("the step again", |s| s.id.is_some()).await;
        assert_eq!(after, before);

        // The room is killed under a question.
        kill(page.room());
        page.until("the end of the room", |s| s.place == "ended").await;
        page.picture("light-ended").await;
        page.click("restart-room").await;
        page.until("home", |s| s.place == "home").await;
        let run = only_run(&screen);
        page.picture("light-home-open-run").await;
        page.click(&format!("resume-{}", run.file_name().unwrap().to_str().unwrap())).await;
        let after = people.play(&page, at_generate).await;
        assert_eq!(after.kind, before.kind);

        // The page is reloaded while a custodian looks at a row: the row is due again, and the screen is blank.
        people.play(&page, |s| s.kind.as_deref() == Some("show-share")).await;
        page.click("reveal").await;
        let row = page.text("share-row").await;
        page.click("primary").await;
        page.until("the second row", |s| s.kind.as_deref() == Some("show-share")).await;
        page.client.refresh().await.unwrap();
        page.until("the row again", |s| s.kind.as_deref() == Some("show-share")).await;
        assert!(page.text("share-label").await.contains("Row 3 of"));
        assert_eq!(page.text_if_there("share-row").await, None);
        assert!(!page.everything().await.contains(&row));

        // To walk away is always possible, and it goes on afterwards.
        page.click("stop").await;
        page.click("leave").await;
        page.until("the end", |s| s.place == "finished").await;
        assert!(page.text("finished-state").await.contains("resumed"));
        page.close().await;
    });
}

#[test]
fn the_window_and_an_answers_file_leave_the_same_record() {
    played(async {
        let screen = Screen::new();
        let medium = folder(&screen, "medium");
        let mut people = People::with(parameters(&medium), medium);
        let page = Page::open(&screen, false).await;
        begin(&page, "byok-aws").await;
        page.presses.set(0);
        people.play(&page, |_| false).await;
        // It was 160 questions: what one person is asked at once is one screen.
        let (questions, presses) = (people.questions, page.presses.get());
        assert_eq!(questions, 108, "README.md says so");
        assert!(presses < 150, "{presses} presses");
        page.close().await;
        let window = record::steady(&only_run(&screen).join("transcript.jsonl"));

        let medium = folder(&screen, "second-medium");
        let answers = screen.home.path().join("answers.toml");
        let text = format!(
            "pin = \"\"\n[answers]\n\"read-parameters/file\" = {:?}\n\"write-bundle/folder\" = {:?}\n",
            parameters(&medium),
            medium
        );
        std::fs::write(&answers, text).unwrap();
        let state = screen.home.path().join("other");
        let out = run(&state, &["play", "byok-aws", "--answers", answers.to_str().unwrap()]);
        assert!(out.status.success(), "{}", said(&out));
        let run = std::fs::read_dir(state.join("rehearsal/runs")).unwrap().next().unwrap().unwrap().path();
        let file = record::steady(&run.join("transcript.jsonl"));

        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/byok-aws.txt");
        if std::env::var_os("COFFERDAM_BLESS").is_some() {
            std::fs::write(&golden, &file).unwrap();
        }
        assert_eq!(record::differences(&file, &window), "", "the answers file's record, then the window's");
        let golden = std::fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(record::differences(&golden, &file), "", "to accept it: COFFERDAM_BLESS=1 make test");
    });
}

#[test]
fn every_screen_fits_dark_and_small_and_large() {
    played(async {
        let screen = Screen::new();
        let page = Page::open(&screen, true).await;
        page.size(1024, 768).await;
        page.picture("dark-home-1024").await;
        page.click("prepare-byok-aws").await;
        page.until("review", |s| s.place == "review").await;
        assert_eq!(page.text("mode").await, "PRODUCTION");
        page.picture("dark-review-production-1024").await;
        page.click("home").await;
        page.until("home", |s| s.place == "home").await;
        begin(&page, "rehearsal-minimal").await;
        let mut people = People::with(PathBuf::new(), PathBuf::new());
        people.play(&page, |s| s.key.as_deref() == Some("preflight/observe")).await;
        page.picture("dark-preflight-1024").await;
        page.fits("what the program sees of the machine").await;
        people.play(&page, |s| s.kind.as_deref() == Some("pin")).await;
        for (width, height) in [(1024, 768), (1280, 800), (1920, 1080), (800, 600)] {
            page.size(width, height).await;
            page.picture(&format!("dark-pin-{width}")).await;
            page.fits(&format!("{width}x{height}")).await;
        }
        // A language whose sentences are longer by two fifths.
        page.size(1024, 768).await;
        page.client.execute(LONGER, Vec::new()).await.unwrap();
        page.picture("dark-pin-longer-1024").await;
        page.fits("longer sentences").await;
        page.close().await;
    });
}

/// Makes every sentence two fifths longer, as German often is.
const LONGER: &str = r"
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const text = texts.currentNode.textContent.trim();
  if (text.length > 3) texts.currentNode.textContent += ' ' + text.slice(0, Math.ceil(text.length * 0.4));
}";

/// Waits for, or presses, what assistive technology sees, in order.
fn over_accessibility(screen: &Screen, steps: &[&str]) {
    let mut look = screen.command("/usr/bin/python3");
    look.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("window/accessible.py")).args(steps);
    let out = look.output().unwrap();
    assert!(out.status.success(), "{}", said(&out));
}

#[test]
fn the_program_as_it_ships_opens_home_and_makes_no_internet_socket() {
    let screen = Screen::new();
    // Switches that would open a port are in its environment, as somebody who wants in would put them there.
    let mut window = screen.command(screen::built("cofferdam"));
    window.env("TAURI_WEBVIEW_AUTOMATION", "true").env("WEBKIT_INSPECTOR_SERVER", "127.0.0.1:9911");
    let window = screen::start(&mut window);
    let home = ["see:heading=Ceremonies", "see:push button=Rehearse: Bring a master key to AWS KMS"];
    over_accessibility(&screen, &home);

    let tree = screen::tree(window.0.id());
    assert!(tree.len() >= 4, "window, room, web and network processes, got {tree:?}");
    for pid in tree {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let filtered = status.lines().any(|l| l.trim_end() == "Seccomp:\t2");
        assert!(status.is_empty() || filtered, "process {pid} has no socket filter:\n{status}");
        assert_eq!(screen::internet_sockets(pid), Vec::<String>::new(), "process {pid}");
    }
}

/// The smallest ceremony, played by somebody who sees nothing: what the page says at each question, in the order in which a
/// screen reader comes to it, is kept in `tests/golden/spoken.txt`.
#[test]
#[ignore = "takes minutes: make soak"]
fn a_whole_ceremony_is_played_by_ear() {
    let screen = Screen::new();
    let _window = screen::start(&mut screen.command(screen::built("cofferdam")));
    let presses = [
        "press:push button=Rehearse: The smallest ceremony",
        "press:push button=Begin, and bring it ourselves",
    ];
    over_accessibility(&screen, &presses);
    says_as_kept(&screen, None, "spoken.txt");
}

/// The same, with Orca listening: what it says on the way to each answer is kept in `tests/golden/orca.txt`. It has to run before
/// the window: the web engine tells of changes only to who asked before it began.
#[test]
#[ignore = "takes minutes: make soak"]
fn a_whole_ceremony_is_read_by_orca() {
    let screen = Screen::new().managed(1);
    let settings = screen.home.path().join("data/orca");
    std::fs::create_dir_all(&settings).unwrap();
    // What is typed is not repeated key by key: it would be read here before what is to be read.
    let quiet = serde_json::json!({
        "general": {}, "pronunciations": {}, "keybindings": {},
        "profiles": { "default": { "profile": ["Default", "default"], "enableKeyEcho": false, "pronunciations": {}, "keybindings": {} } },
    });
    std::fs::write(settings.join("user-settings.conf"), quiet.to_string()).unwrap();
    // Its log is to be read while it speaks, line by line.
    let patch = "import builtins\nplain = builtins.open\nbuiltins.open = lambda f, *a, **k: plain(f, *a, **({**k, 'buffering': 1} if str(f).endswith('orca.log') else k))\n";
    std::fs::write(screen.home.path().join("sitecustomize.py"), patch).unwrap();
    let log = screen.home.path().join("orca.log");
    let mut orca = screen.command("/usr/bin/orca");
    orca.arg("--replace")
        .arg(format!("--debug-file={}", log.display()))
        .env("PYTHONPATH", screen.home.path());
    let _orca = screen::start(orca.stdout(std::process::Stdio::null()));
    let begun = std::time::Instant::now();
    // Not all of its log is text.
    while !String::from_utf8_lossy(&std::fs::read(&log).unwrap_or_default()).contains("Screen reader on") {
        assert!(begun.elapsed().as_secs() < 60, "Orca does not start");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let _window = screen::start(&mut screen.command(screen::built("cofferdam")));
    let presses = [
        "press:push button=Rehearse: The smallest ceremony",
        "press:push button=Begin, and bring it ourselves",
    ];
    over_accessibility(&screen, &presses);
    says_as_kept(&screen, Some(&log), "orca.txt");
}

/// Plays what is open by what is said alone, and holds that against a file that is kept.
fn says_as_kept(screen: &Screen, orca: Option<&Path>, kept: &str) {
    let mut player = screen.command("/usr/bin/python3");
    player.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("window/spoken.py")).args(orca);
    let out = player.output().unwrap();
    assert!(out.status.success(), "{}", said(&out));
    let spoken = String::from_utf8(out.stdout).unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(kept);
    if std::env::var_os("COFFERDAM_BLESS").is_some() {
        std::fs::write(&golden, &spoken).unwrap();
    }
    let kept = std::fs::read_to_string(&golden).unwrap_or_default();
    assert_eq!(record::differences(&kept, &spoken), "", "to accept it: COFFERDAM_BLESS=1 make test");
}

#[test]
fn a_killed_web_process_is_replaced_and_the_step_is_there_again() {
    let screen = Screen::new();
    let window = screen::start(&mut screen.command(screen::built("cofferdam")));
    let step =
        "see:heading=Look at what the program sees of this machine, and hold its clock against two watches.";
    let presses = [
        "press:push button=Rehearse: The smallest ceremony",
        "press:push button=Begin, and bring it ourselves",
        step,
    ];
    over_accessibility(&screen, &presses);
    let web = |not: Option<u32>| {
        let tree = screen::tree(window.0.id());
        tree.into_iter().find(|pid| Some(*pid) != not && screen::is_named(*pid, "WebKitWebProc"))
    };
    let first = web(None).expect("a web process");
    kill(first);
    let begun = std::time::Instant::now();
    while web(Some(first)).is_none() {
        assert!(begun.elapsed().as_secs() < 30, "no web process came in its place");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    over_accessibility(
        &screen,
        &[step, "press:push button=Look at the machine", "press:push button=We have looked at it"],
    );
}
