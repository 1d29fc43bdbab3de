use super::*;
use crate::provider::{Import, Input};
use crate::{Disposable, KeyType, PROVIDERS};
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command as Process;

const TOOLS: [&str; 7] = ["aws", "az", "gcloud", "oci", "aliyun", "ibmcloud", "vault"];

/// What a person might fill in.
fn filled(blank: &Blank) -> String {
    match blank.name {
        "STOP_EXPIRES" => "2027-01-31T12:00:00Z".to_owned(),
        "STOP_MEMBER" => "user:a.b@hospital.example".to_owned(),
        _ if !blank.choices.is_empty() => blank.choices[0].to_owned(),
        _ => "9f.x/1:2_3".to_owned(),
    }
}

/// Runs a stage with tools that write down what they are given: each command with its arguments, in order.
fn run(script: &str, arguments: &[&str], set: &[(&str, &str)]) -> (bool, Vec<Vec<String>>) {
    let room = tempfile::tempdir().unwrap();
    let dir = room.path();
    for tool in TOOLS {
        let fake = "#!/bin/sh\nprintf '%s\\0' \"${0##*/}\" \"$@\" >> \"$LOG\"\nprintf '\\n\\0' >> \"$LOG\"\n";
        std::fs::write(dir.join(tool), fake).unwrap();
        std::fs::set_permissions(dir.join(tool), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = dir.join("stop.sh");
    std::fs::write(&path, script).unwrap();
    assert!(Process::new("sh").arg("-n").arg(&path).status().unwrap().success(), "{script}");
    let log = dir.join("log");
    let done = Process::new("sh")
        .arg(&path)
        .args(arguments)
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", dir.display()))
        .env("LOG", &log)
        .envs(set.iter().copied())
        .current_dir(dir)
        .output()
        .unwrap();
    assert!(!dir.join("pwned").exists(), "{script}");
    let said = std::fs::read_to_string(&log).unwrap_or_default();
    let words =
        |command: &str| -> Vec<String> { command.split_terminator('\0').map(str::to_owned).collect() };
    (done.status.success(), said.split_terminator("\n\0").map(words).collect())
}

fn lint(script: &str) {
    let room = tempfile::tempdir().unwrap();
    let path: &Path = &room.path().join("stop.sh");
    std::fs::write(path, script).unwrap();
    if let Ok(done) = Process::new("shellcheck").arg(path).output() {
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    }
}

/// What a provider would have prepared, and what a record has of it.
fn practised(target: Target) -> (String, BTreeMap<String, String>) {
    let provider = crate::of(target);
    let wrapping = Disposable::generate(provider.stand_in_bits()).unwrap();
    let sent = provider.usual_stand_in(KeyType::Rsa2048, &wrapping, 1_900_000_000).unwrap();
    let stated: Vec<(&str, &str)> = sent.stated.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let input = Input { file_name: sent.file_name, bytes: &sent.bytes, stated: &stated };
    let import: Box<dyn Import> = provider.read(&input).unwrap();
    let shown = import.shown().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    (import.called().to_owned(), shown)
}

fn lines(commands: &[Command]) -> Vec<String> {
    commands.iter().map(Command::line).collect()
}

#[test]
fn the_tools_are_given_what_the_commands_say_and_nothing_else_is_run() {
    for provider in PROVIDERS {
        let (called, shown) = practised(provider.target());
        for prepared in [&shown, &BTreeMap::new()] {
            let stop = stop(provider.target(), &called, prepared).unwrap();
            let text = script(&stop, false);
            lint(&text);
            let blanks = stop.blanks();
            let values: Vec<(&str, String)> = blanks.iter().map(|b| (b.name, filled(b))).collect();
            let set: Vec<(&str, &str)> = values.iter().map(|(n, v)| (*n, v.as_str())).collect();
            for (stage, commands) in stop.stages() {
                let (well, got) = run(&text, &[stage], &set);
                assert_eq!(well, !commands.is_empty(), "{stage} {text}");
                let expected: Vec<Vec<String>> = commands
                    .iter()
                    .map(|command| {
                        let filled = |word: String| {
                            set.iter().fold(word, |w, (name, v)| w.replace(&format!("<{name}>"), v))
                        };
                        command.argv().into_iter().map(filled).collect()
                    })
                    .collect();
                assert_eq!(got, expected, "{stage} {text}");
                // Without what has to be filled in, nothing that needs it is run.
                let (well, got) = run(&text, &[stage], &[]);
                let before = commands.iter().take_while(|c| c.blanks().is_empty()).count();
                assert_eq!((well, got.len()), (!commands.is_empty() && before == commands.len(), before));
                if before == commands.len() {
                    continue;
                }
                for bad in
                    ["", "-x", "a b", "$(touch pwned)", "a'b", "a\"b", "a\nb", "a;touch pwned", "`id`", "*"]
                {
                    let set: Vec<(&str, &str)> = blanks.iter().map(|b| (b.name, bad)).collect();
                    let (well, got) = run(&text, &[stage], &set);
                    assert_eq!(got.len(), before, "{stage} {bad:?}");
                    assert!(!well);
                }
            }
            for arguments in [&[][..], &["all"], &["disable", "expire"], &[""]] {
                assert_eq!(run(&text, arguments, &set), (false, Vec::new()), "{arguments:?}");
            }
            assert_eq!(run(&script(&stop, true), &["disable"], &set), (false, Vec::new()));
        }
    }
}

#[test]
fn what_is_run_for_a_key_of_each_large_cloud() {
    let arn = crate::PRACTICE_ARN;
    let none = BTreeMap::new();
    let aws = stop(Target::AwsKms, arn, &none).unwrap();
    let end = format!("--key-id {arn} --region eu-central-1");
    assert_eq!(lines(&aws.disable), [format!("aws kms disable-key {end}")]);
    assert_eq!(lines(&aws.expire), [format!("aws kms delete-imported-key-material {end}")]);
    assert_eq!(
        lines(&aws.delete),
        [format!("aws kms schedule-key-deletion --pending-window-in-days 30 {end}")]
    );
    assert_eq!(lines(&aws.revoke)[2], format!("aws kms revoke-grant --grant-id <STOP_GRANT> {end}"));
    assert_eq!(lines(&aws.undo), [format!("aws kms enable-key {end}")]);

    let vault = |host: &str| BTreeMap::from([("Vault".to_owned(), format!("https://{host}"))]);
    let azure = stop(Target::AzureKeyVault, "records", &vault("hospital.vault.azure.cn")).unwrap();
    let id = "--id https://hospital.vault.azure.cn/keys/records";
    assert_eq!(lines(&azure.disable), [format!("az keyvault key set-attributes {id} --enabled false")]);
    assert_eq!(
        lines(&azure.expire),
        [format!("az keyvault key set-attributes {id} --expires <STOP_EXPIRES>")]
    );
    assert_eq!(
        lines(&azure.restore),
        ["az keyvault key recover --id https://hospital.vault.azure.cn/deletedkeys/records"]
    );
    let hsm = stop(Target::AzureManagedHsm, "records", &vault("hospital.managedhsm.azure.net")).unwrap();
    assert_eq!(
        lines(&hsm.disable),
        ["az keyvault key set-attributes --hsm-name hospital --name records --enabled false"]
    );
    let planned = stop(Target::AzureKeyVault, "records", &none).unwrap();
    assert_eq!(
        lines(&planned.disable),
        ["az keyvault key set-attributes --vault-name <STOP_VAULT> --name records --enabled false"]
    );

    let key = "projects/p-1/locations/europe-west3/keyRings/r/cryptoKeys/k";
    let end = "--key k --keyring r --location europe-west3 --project p-1";
    let google = stop(Target::GoogleKms, key, &none).unwrap();
    assert_eq!(
        lines(&google.disable),
        [
            format!("gcloud kms keys versions list {end}"),
            format!("gcloud kms keys versions disable <STOP_VERSION> {end}")
        ]
    );
    // A receipt names the version.
    let google = stop(Target::GoogleKms, &format!("{key}/cryptoKeyVersions/7"), &none).unwrap();
    assert_eq!(lines(&google.delete), [format!("gcloud kms keys versions destroy 7 {end}")]);
    assert!(google.expire.is_empty());
}

#[test]
fn hostile_names_are_refused_or_arrive_as_one_argument() {
    let hostile = [
        "",
        " ",
        "-x",
        "--debug",
        "a'b",
        "a\"b",
        "a b",
        "a\nb",
        "a\rb",
        "$(touch pwned)",
        "`touch pwned`",
        "a;touch pwned",
        "a|b",
        "a&b",
        "a>b",
        "a\\",
        "a%n",
        "{}",
        "*",
        "a\u{2028}b",
        "ä",
        "#",
        "\u{1b}[31m",
        "a}b",
        "${x}",
    ];
    for provider in PROVIDERS {
        let target = provider.target();
        let (called, shown) = practised(target);
        for bad in hostile {
            let inside = format!("{called}{bad}");
            for name in [bad, inside.as_str()] {
                // Blanks at the ends are cleaned away, and a hyphen inside a name is one.
                if let Ok(stop) = stop(target, name, &shown) {
                    assert_eq!(crate::script::check(&stop.called), Ok(()), "{target} {name:?}");
                    let words =
                        stop.stages().map(|(_, c)| c.iter().flat_map(Command::argv).collect::<Vec<_>>());
                    assert!(!words.concat().contains(&name.to_owned()) || !name.starts_with('-'), "{name:?}");
                }
            }
            for what in shown.keys() {
                let mut shown = shown.clone();
                shown.insert(what.clone(), bad.to_owned());
                let Ok(stop) = stop(target, &called, &shown) else { continue };
                let words = stop.stages().map(|(_, c)| c.iter().flat_map(Command::argv).collect::<Vec<_>>());
                assert!(!words.concat().iter().any(|w| !bad.is_empty() && w.contains(bad) && bad.len() > 2));
            }
        }
    }
}

/// What `REVOKE.txt` tells people to run is what is run here.
#[test]
fn the_revoke_text_and_the_commands_are_one() {
    let tools = |line: &str| -> Vec<String> {
        let named =
            line.split(", ").flat_map(|p| p.split("; ")).flat_map(|p| p.split(" then\n")).map(str::trim);
        let begins = ["aws kms ", "az keyvault ", "gcloud kms ", "oci kms ", "aliyun kms ", "ibmcloud kp "];
        named.filter_map(|p| begins.iter().find_map(|b| p.find(b).map(|at| p[at..].to_owned()))).collect()
    };
    let mut held = 0;
    for provider in PROVIDERS {
        let (called, shown) = practised(provider.target());
        let stop = stop(provider.target(), &called, &shown).unwrap();
        let all: Vec<String> = stop.stages().iter().flat_map(|(_, c)| lines(c)).collect();
        for told in tools(&stop.notes.join("\n").replace('\n', " ")) {
            // Up to the first word that stands for a name, is an option or belongs to the sentence.
            let command: Vec<&str> = told
                .split(' ')
                .take_while(|w| {
                    !w.starts_with('-') && *w != "with" && !w.chars().all(|c| c.is_ascii_uppercase())
                })
                .collect();
            let command = command.join(" ");
            assert!(all.iter().any(|line| line.starts_with(&command)), "{command}: {all:?}");
            held += 1;
        }
    }
    assert!(held >= 7, "{held}");
    let transit = stop(Target::Transit, "k", &BTreeMap::new()).unwrap();
    assert!(lines(&transit.delete)[0].ends_with("/keys/k/config deletion_allowed=true"));
    assert!(lines(&transit.disable)[1].contains("min_decryption_version="));
}

/// What is said in a script stands in single quotes, in a variable's `:?`, or behind a `#`.
#[test]
fn no_sentence_of_a_script_ends_its_quotes() {
    let none = BTreeMap::new();
    for provider in PROVIDERS {
        let (called, shown) = practised(provider.target());
        for prepared in [&shown, &none] {
            let stop = stop(provider.target(), &called, prepared).unwrap();
            for blank in stop.blanks() {
                assert!(!blank.what.contains(['\'', '"', '$', '`', '}', '\\', '\n', '!']), "{}", blank.what);
                assert!(blank.name.starts_with("STOP_"), "{}", blank.name);
            }
            assert!(!stop.notes.is_empty());
        }
    }
    for line in words::USAGE.iter().chain([&words::NOTHING, &words::NO_COMMAND, &words::NOT_PLAIN]) {
        assert!(!line.contains(['\'', '"', '\n', '$', '`', '\\']), "{line}");
    }
}

/// The pages in `docs/byok` have every command, for the key of a rehearsal.
#[test]
fn the_pages_say_what_is_run() {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/byok");
    let mut missing = String::new();
    for provider in PROVIDERS {
        let (called, shown) = practised(provider.target());
        let stop = stop(provider.target(), &called, &shown).unwrap();
        let mut section = String::new();
        for (stage, commands) in stop.stages() {
            for line in lines(commands) {
                let _ = writeln!(section, "{stage:<8}{line}");
            }
        }
        let page = std::fs::read_to_string(format!("{docs}/{}.md", provider.target())).unwrap();
        let after = page.split_once("\n## To stop a key\n").map_or("", |(_, after)| after);
        let expected = if section.is_empty() { "no tool for this" } else { &section };
        if !after.contains(expected) {
            let _ = write!(missing, "@@{}\n{section}", provider.target());
        }
    }
    assert!(missing.is_empty(), "{missing}");
}
