//! What a register tells, in lines that are the same each time: ids of runs, check values, sets and serial numbers are called
//! by the order in which they came.

use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

/// The registers of a story, one after another.
#[derive(Default)]
pub(super) struct Story {
    text: String,
    /// Each name that differs from play to play, and what it is called here.
    names: Vec<(String, String)>,
    runs: Vec<String>,
}

impl Story {
    /// The run of the ceremony at this place, from 0, of those that closed.
    pub(super) fn run(&self, at: usize) -> &str {
        &self.runs[at]
    }

    /// What the register tells after a ceremony.
    pub(super) fn then(&mut self, title: &str, register: &Value) {
        self.named(register);
        let _ = write!(self.text, "== {title}\n{}\n", self.lines(register).join("\n"));
    }

    fn named(&mut self, register: &Value) {
        let each = |list: &str, member: &str| -> Vec<String> {
            let of = register[list].as_array().into_iter().flatten();
            of.filter_map(|v| v[member].as_str().map(str::to_owned)).collect()
        };
        for value in each("keys", "check_value") {
            self.call(&value, "K");
        }
        for set in each("sets", "set") {
            self.call(&set, "S");
            self.call(&set.replace('-', "").to_lowercase(), "F");
        }
        for serial in each("devices", "serial") {
            self.call(&serial, "T");
        }
        let mut runs: Vec<String> = ["people", "keys", "copies", "sets", "devices", "dues", "approvals"]
            .iter()
            .flat_map(|list| each(list, "run"))
            .collect();
        runs.sort();
        for run in runs {
            if !self.runs.contains(&run) {
                self.runs.push(run.clone());
            }
            self.call(&run, "R");
        }
        // Longer names first: a set may begin as a serial number does.
        self.names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    }

    fn call(&mut self, name: &str, letter: &str) {
        if name.is_empty() || self.names.iter().any(|(known, _)| known == name) {
            return;
        }
        let many = self.names.iter().filter(|(_, called)| called.starts_with(letter)).count();
        self.names.push((name.to_owned(), format!("{letter}{}", many + 1)));
    }

    fn plain(&self, text: &str) -> String {
        let text = self
            .names
            .iter()
            .fold(text.to_owned(), |text, (name, called)| text.replace(name.as_str(), called));
        // A script's digest changes with each of its versions.
        let digest = |word: &&str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
        text.split(' ').map(|word| if digest(&word) { "DIGEST" } else { word }).collect::<Vec<_>>().join(" ")
    }

    fn lines(&self, register: &Value) -> Vec<String> {
        let all = |list: &str| register[list].as_array().cloned().unwrap_or_default();
        let text = |v: &Value, member: &str| v[member].as_str().unwrap_or("-").to_owned();
        let mut lines = Vec::new();
        for key in all("keys") {
            let line = key["line"].as_u64().map_or(String::new(), |line| format!(" line {line}"));
            lines.push(format!(
                "key {} {} {}{line} {}",
                text(&key, "check_value"),
                text(&key, "spec"),
                text(&key, "state"),
                text(&key, "set")
            ));
        }
        for copy in all("copies") {
            let became = copy["became"][0].as_str().map_or(String::new(), |became| format!(": {became}"));
            lines.push(format!("copy of {} {}{became}", text(&copy, "key"), text(&copy, "id")));
        }
        for set in all("sets") {
            lines.push(format!("set {} {}", text(&set, "set"), text(&set, "state")));
        }
        for sheet in all("sheets") {
            lines.push(format!(
                "sheet {} {} {} {} {}",
                text(&sheet, "set"),
                sheet["share"],
                text(&sheet, "state"),
                text(&sheet, "holder"),
                text(&sheet, "bag")
            ));
        }
        for person in all("people").iter().filter(|p| !p["left"].is_null()) {
            lines.push(format!("left {} {}", text(person, "id"), person["left"][0]));
        }
        for cloud in all("clouds") {
            let received = if cloud["received"].is_null() { "" } else { " received" };
            lines.push(format!(
                "at {} {} {}{received}",
                text(&cloud, "target"),
                text(&cloud, "name"),
                text(&cloud, "key")
            ));
        }
        for due in all("dues") {
            let id = text(&due, "id");
            let id = id.split(" version ").next().unwrap_or_default();
            let settled = if due["settled"].is_null() { "due" } else { "settled" };
            lines.push(format!("{settled} {id}"));
        }
        for (what, list) in [("owed", "owed"), ("approved", "approvals")] {
            let member = if list == "owed" { "says" } else { "script" };
            // Versions of scripts rise without the story's changing.
            let plain = |text: String| text.split(" version ").next().unwrap_or_default().to_owned();
            lines.extend(all(list).iter().map(|v| format!("{what} {}", plain(text(v, member)))));
        }
        let contradictions = all("contradictions");
        lines.extend(contradictions.iter().map(|v| format!("contradiction {}", v.as_str().unwrap_or("-"))));
        let mut lines: Vec<String> = lines.iter().map(|line| self.plain(line)).collect();
        // What came in one moment has no order of its own.
        lines.sort();
        lines
    }

    /// Holds the story against the file of this name, or writes it with `COFFERDAM_BLESS`.
    pub(super) fn is(&self, name: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name);
        if std::env::var_os("COFFERDAM_BLESS").is_some() {
            std::fs::write(&path, &self.text).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap_or_default();
        for (n, (is, should)) in self.text.lines().zip(golden.lines()).enumerate() {
            assert_eq!(is, should, "line {} of {name}", n + 1);
        }
        assert_eq!(self.text.lines().count(), golden.lines().count(), "{name} has another number of lines");
    }
}
