//! Registers to draw.

use crate::estate::Estate;
use register::places::{Place, Sort, file_id, sheet_id, token_id};
use register::{
    CloudKey, Copy, Device, DeviceSort, KeptList, KeptRow, Key, KeyState, Register, Set, SetState, Sheet,
    SheetState,
};

const COLUMNS: [&str; 6] = ["id", "name", "vendor", "encryption", "key", "custody"];

/// A register while it is made up.
#[derive(Default)]
pub(super) struct Hospital(pub(super) Register);

impl Hospital {
    /// Looks at it.
    pub(super) fn see<T>(&mut self, with: impl FnOnce(&Estate<'_>) -> T) -> T {
        self.0.copies.sort_by(|a, b| (&a.key, &a.place.id).cmp(&(&b.key, &b.place.id)));
        self.0.sheets.sort_by(|a, b| (&a.set, a.share).cmp(&(&b.set, b.share)));
        self.0.kept_rows.sort_by(|a, b| a.id.cmp(&b.id));
        with(&Estate::of(&self.0, "2026-11-30"))
    }

    pub(super) fn token(&mut self, serial: &str, label: &str) {
        self.0.devices.push(Device {
            sort: DeviceSort::Token,
            serial: serial.to_owned(),
            model: Some("Luna K7".to_owned()),
            firmware: None,
            label: Some(label.to_owned()),
            holder: None,
            tried: None,
            validation: None,
            since: String::new(),
            seen: String::new(),
            run: String::new(),
        });
    }

    /// A key that was made in a token. Gives its check value.
    pub(super) fn key(&mut self, serial: &str, label: &str, state: KeyState) -> String {
        let n = self.0.keys.len();
        let check_value = format!("cmac-aes:{:032x}", 0x9f3a_12cd_0000_0001_u64.wrapping_mul(n as u64 + 7));
        let run = format!("run-{n}");
        self.0.keys.push(Key {
            check_value: check_value.clone(),
            spec: Some("aes-256".to_owned()),
            label: Some(label.to_owned()),
            made: "in its token, as the token says".to_owned(),
            run: run.clone(),
            state,
            ..Key::default()
        });
        self.copy(&check_value, Sort::Token, token_id(serial), &run, None);
        check_value
    }

    /// A copy; its place among the copies.
    pub(super) fn copy(
        &mut self,
        key: &str,
        sort: Sort,
        id: String,
        run: &str,
        parent: Option<&str>,
    ) -> usize {
        self.0.copies.push(Copy {
            key: key.to_owned(),
            place: Place {
                id,
                sort,
                says: String::new(),
                run: run.to_owned(),
                parent: parent.map(str::to_owned),
                path: None,
                became: None,
                perhaps: false,
            },
            set: None,
        });
        self.0.copies.len() - 1
    }

    /// A set that opens these keys, with its shares dealt over these sites in turn.
    pub(super) fn set(&mut self, name: &str, keys: &[&str], threshold: u8, shares: u8, sites: &[&str]) {
        self.0.sets.push(Set {
            set: name.to_owned(),
            threshold: Some(threshold.into()),
            shares: Some(shares.into()),
            state: SetState::InUse,
            ..Set::default()
        });
        for key in keys {
            self.copy(key, Sort::File, file_id(name), "backup", None);
            for share in 1..=shares {
                self.copy(key, Sort::Sheet, sheet_id(share.into(), name), "backup", Some(&file_id(name)));
            }
            let key = self.0.keys.iter_mut().find(|one| one.check_value == **key).unwrap();
            key.set = Some(name.to_owned());
        }
        for (share, site) in (1..=shares).zip(sites.iter().cycle()) {
            self.0.sheets.push(Sheet {
                set: name.to_owned(),
                share,
                holder: None,
                bag: None,
                state: SheetState::Sealed,
                seal: None,
                since: String::new(),
                place: (*site).to_owned(),
                run: String::new(),
            });
        }
    }

    pub(super) fn brought(&mut self, key: &str, target: &str, name: &str, received: bool) {
        let run = format!("byok-{}", self.0.clouds.len());
        self.copy(key, Sort::Cloud, format!("cloud {run} {target}: {name}"), &run, None);
        self.0.clouds.push(CloudKey {
            key: key.to_owned(),
            target: target.to_owned(),
            name: name.to_owned(),
            run,
            received: received.then(|| ("2026-11-30T10:00:00Z".to_owned(), "receipt".to_owned())),
            ..CloudKey::default()
        });
    }

    pub(super) fn system(&mut self, id: &str, name: &str, vendor: &str, key: Option<&str>, custody: &str) {
        if self.0.kept.is_empty() {
            let columns = COLUMNS.map(str::to_owned).to_vec();
            self.0.kept.push(KeptList { kind: facts::SYSTEM.to_owned(), columns, sha256: String::new() });
        }
        let values = [id, name, vendor, "verified", key.unwrap_or("none"), custody];
        self.0.kept_rows.push(KeptRow {
            kind: facts::SYSTEM.to_owned(),
            id: id.to_owned(),
            values: values.map(str::to_owned).to_vec(),
            since: String::new(),
            changed: String::new(),
            run: String::new(),
            left: None,
        });
    }

    /// A small hospital with one of everything.
    pub(super) fn small() -> Self {
        let mut all = Self::default();
        all.token("512907", "security-hsm-a");
        all.token("512911", "security-hsm-b");
        let ehr = all.key("512907", "ehr-kek-2026", KeyState::Active);
        let pacs = all.key("512907", "pacs-kek-2026", KeyState::Active);
        let lab = all.key("512907", "lab-kek-2026", KeyState::Compromised);
        all.key("512911", "archive-kek-2027", KeyState::PreActivation);
        let gone = all.key("512911", "ehr-kek-2023", KeyState::Destroyed);
        all.copy(&ehr, Sort::Token, token_id("512911"), "replicate", Some("older-file QK7M-3W9P-X2TD-HV5R"));
        let old = all.copy(&pacs, Sort::Token, token_id("480012"), "older", None);
        all.0.copies[old].place.became = Some(("destroyed".to_owned(), "decommission".to_owned()));
        all.set(
            "QK7M-3W9P-X2TD-HV5R",
            &[&ehr],
            3,
            5,
            &["North campus, safe 2", "South campus", "Notary Weiss"],
        );
        all.set("B4TN-8YQZ-L6CW-1KRD", &[&pacs, &lab], 2, 3, &["North campus, safe 2", "South campus"]);
        all.0.sheets.iter_mut().find(|s| s.set.starts_with("B4TN") && s.share == 3).unwrap().state =
            SheetState::Missing;
        all.0.sheets.iter_mut().find(|s| s.set.starts_with("QK7M") && s.share == 3).unwrap().state =
            SheetState::OnItsWay;
        all.brought(&ehr, "aws-kms", "arn:aws:kms:eu-central-1:111122223333:key/0a1b", true);
        all.brought(&ehr, "azure-managed-hsm", "ehr-kek-2026", false);
        all.brought(&pacs, "aws-kms", "arn:aws:kms:eu-central-1:111122223333:key/2c3d", true);
        all.brought(&lab, "google-kms", "projects/h/locations/eu/keyRings/r/cryptoKeys/lab", true);
        all.system("EHR-01", "Health records, main campus", "Example Health", Some(&ehr), "byok");
        all.system("EHR-02", "Patient portal", "Example Health", Some(&ehr), "byok");
        all.system("PACS-01", "Image archive", "none", Some(&pacs), "customer-managed");
        all.system("LAB-01", "Laboratory interface engine", "Example Labs", Some(&lab), "byok");
        all.system("OLD-01", "Archive of 2023", "none", Some(&gone), "byok");
        all.system("HR-01", "Staff scheduling", "Example Cloud", None, "provider-managed");
        all.system("TEL-01", "Telemetry gateway", "none", None, "undecided");
        all.system("TEL-02", "Ward telephones", "none", Some("cmac-aes:0000"), "undecided");
        all
    }

    /// So many keys in three tokens, of plans of ten, and so many systems.
    pub(super) fn large(keys: usize, systems: usize) -> Self {
        let mut all = Self::default();
        let serials = ["512907", "512911", "7730041"];
        for (serial, label) in serials.iter().zip(["security-hsm-a", "security-hsm-b", "research-hsm"]) {
            all.token(serial, label);
        }
        let made: Vec<String> = (0..keys)
            .map(|n| {
                all.key(
                    serials[n * 3 / keys],
                    &format!("kek-{:03}-{}", n, ["ehr", "pacs", "lab"][n % 3]),
                    KeyState::Active,
                )
            })
            .collect();
        let sites =
            ["North campus, safe 2", "South campus", "Notary Weiss", "Bank vault", "Children's clinic"];
        for (n, of_plan) in made.chunks(10).enumerate() {
            // Half of the plans have one set for all their keys.
            if n % 2 == 0 {
                let of_plan: Vec<&str> = of_plan.iter().map(String::as_str).collect();
                all.set(&format!("P{n:03}-3W9P-X2TD-HV5R"), &of_plan, 3, 5, &sites);
            } else {
                for (m, key) in of_plan.iter().enumerate() {
                    all.set(&format!("S{n:03}-{m:04}-X2TD-HV5R"), &[key], 2, 3, &sites[m % 3..]);
                }
            }
        }
        let targets = ["aws-kms", "azure-key-vault", "google-kms", "salesforce-shield"];
        for (n, key) in made.iter().enumerate() {
            all.brought(key, targets[n % 4], &format!("kek-{n}"), n % 5 != 0);
            if n % 7 == 0 {
                all.brought(key, targets[(n + 1) % 4], &format!("kek-{n}"), true);
            }
            // The last third was made in that token.
            if n % 11 == 0 && n * 3 / keys < 2 {
                all.copy(key, Sort::Token, token_id(serials[2]), "replicate", Some("older-file x"));
            }
        }
        for n in 0..systems {
            let key = (n % 10 != 9).then(|| made[(n * 7 + n / 3) % keys].clone());
            let custody = ["provider-managed", "external", "undecided"][n / 10 % 3];
            let vendor = ["Example Health", "none", "A vendor with a rather long name, LLC"][n % 3];
            all.system(
                &format!("SYS-{n:04}"),
                &format!("System of ward {n}"),
                vendor,
                key.as_deref(),
                custody,
            );
        }
        all
    }

    /// Anything with anything: which is the same for the same seed.
    pub(super) fn tangled(mut seed: u64) -> Self {
        let mut any = move |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap() % below
        };
        let mut all = Self::default();
        let (tokens, sites, targets) = (1 + any(12), 1 + any(40), 1 + any(9));
        for n in 0..tokens {
            all.token(&format!("{n:06}"), &"a token of many words ".repeat(any(4)));
        }
        let site = |n: usize| format!("Site {n}{}", ", in the safe of the second floor".repeat(n % 3));
        let mut keys = Vec::new();
        for n in 0..any(40) {
            let state = [KeyState::Active, KeyState::Compromised, KeyState::Destroyed][any(12).min(2)];
            let key = all.key(&format!("{:06}", any(tokens)), &format!("kek {n}"), state);
            for n in 0..any(4) {
                let id = token_id(&format!("{:06}", any(tokens)));
                if !all.0.copies.iter().any(|copy| copy.key == key && copy.place.id == id) {
                    all.copy(&key, Sort::Token, id, &format!("replicate-{n}"), Some("older-file x"));
                }
            }
            for n in 0..any(3) {
                all.brought(&key, &format!("target-{}", any(targets)), &format!("name-{n}"), any(2) == 0);
            }
            keys.push(key);
        }
        for n in 0..any(60) {
            let of: Vec<&str> = keys.iter().filter(|_| any(5) == 0).map(String::as_str).collect();
            let (shares, first) = (1 + u8::try_from(any(9)).unwrap(), any(sites));
            let sites: Vec<String> =
                (0..shares).map(|n| site((first + usize::from(n) * 3) % sites)).collect();
            let sites: Vec<&str> = sites.iter().map(String::as_str).collect();
            all.set(&format!("SET-{n}"), &of, 1, shares, &sites);
            all.0.sets[n].state = [SetState::InUse, SetState::Replaced, SetState::Void][any(3)];
        }
        for n in 0..any(200) {
            let key = keys.get(any(keys.len() * 4 / 3 + 1)).cloned();
            all.system(
                &format!("S-{n:03}"),
                &"a system ".repeat(1 + any(9)),
                "none",
                key.as_deref(),
                "external",
            );
        }
        all
    }
}
