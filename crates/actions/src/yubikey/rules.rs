//! What holds over a whole record: keys that it says were made on YubiKeys were, each on one of its own.

use super::words;
use data_encoding::HEXLOWER;
use engine::{Departure, Past, Rule, Whole};
use facts::Named as _;
use piv::{Attested, Roots, Slot, verify_attestation};
use protocol::Mode;
use std::collections::BTreeMap;
use std::path::Path;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use transcript::{Entry, Head};

/// Larger than any certificate or chain of them, in bytes.
const LARGEST: u64 = 64 * 1024;

/// The attestation of every key that the record says was made on a YubiKey, verified again from the files in the pack: in
/// production up to Yubico's roots, in a rehearsal up to the root that the pack names. What it states is what the record
/// says, the key has signed what it is said to have signed, and no two people or turns have one device or one key.
pub(crate) struct MadeOnItsYubiKey;

/// What an entry says of a key.
struct Claim {
    /// Whose, or of which turn.
    whose: String,
    /// How the names of its files end, from the first that is this key's own.
    files: String,
    slot: Option<String>,
    key_sha256: String,
    root_sha256: String,
    rules: Option<String>,
    copyable: bool,
    serial: Option<String>,
}

impl Rule for MadeOnItsYubiKey {
    fn holds(&self, whole: &Whole<'_>) -> Result<(), Departure> {
        let there = whole.past.files();
        // The newest of each: going back and making a key anew replaces what stood before.
        let mut made = BTreeMap::new();
        for entry in whole.past.entries {
            enrolled_as_it_says(whole, entry)?;
            let files = whole.pack.map(|pack| Files { pack, entry });
            for claim in claims(whole, entry) {
                let missing = || departs(entry, "attestation-missing", words::not_attested(&claim.whose));
                let attestation =
                    named(entry, &format!("{}attestation.pem", claim.files)).ok_or_else(missing)?;
                // What became void was removed, by decision.
                let Some(files) = files.as_ref().filter(|_| there.contains_key(attestation)) else {
                    continue;
                };
                let stated = checked(whole, files, &claim).map_err(|why| {
                    departs(entry, "attestation", words::attestation_fails(&claim.whose, &why))
                })?;
                made.insert(claim.whose, stated);
            }
            for (turn, _) in facts::YUBIKEY_APPROVAL.all_in(entry) {
                let both = named(entry, "approval.txt").and(named(entry, "approval.sig"));
                let missing = || departs(entry, "approval", words::NO_APPROVAL.to_owned());
                let there = there.contains_key(both.ok_or_else(missing)?);
                let Some((files, stated)) = files.as_ref().zip(made.get(turn)).filter(|_| there) else {
                    continue;
                };
                files
                    .signed(whole.past, &stated.public_key, "approval")
                    .map_err(|why| departs(entry, "approval", words::approval_fails(turn, &why)))?;
            }
        }
        apart(&made)
    }
}

fn departs(entry: &Entry, code: &'static str, says: String) -> Departure {
    Departure::of(Some(entry), "make-yubikey-key", code, says)
}

/// Whoever is enrolled is so with a passphrase or with a YubiKey, which the outcome names.
fn enrolled_as_it_says(whole: &Whole<'_>, entry: &Entry) -> Result<(), Departure> {
    for (id, enrolled) in facts::ENROLLED.all_in(entry) {
        let Some(person) = whole.plan.roster.person(id) else { continue };
        let said = |name: &str| enrolled.get(name).and_then(|v| v.as_str());
        let serials: Vec<String> = facts::YUBIKEY_SERIAL.all_in(entry).map(|(_, serial)| serial).collect();
        let as_it_says = match said("with") {
            Some("passphrase") => serials.is_empty(),
            Some("yubikey") => said("serial").is_some_and(|own| serials == [own]),
            _ => false,
        };
        if !as_it_says {
            return Err(departs(entry, "enrolled-otherwise", words::enrolled_otherwise(&person.name)));
        }
    }
    Ok(())
}

/// The keys that an entry says were made: one a turn, and two of a person who is enrolled.
fn claims(whole: &Whole<'_>, entry: &Entry) -> Vec<Claim> {
    let mut found = Vec::new();
    for (turn, key_sha256) in facts::YUBIKEY_PUBLIC_KEY_SHA256.all_in(entry) {
        found.push(Claim {
            whose: turn.to_owned(),
            files: String::new(),
            slot: facts::YUBIKEY_SLOT.of(turn).within(entry),
            key_sha256,
            root_sha256: facts::YUBIKEY_ROOT_SHA256.of(turn).within(entry).unwrap_or_default(),
            rules: facts::YUBIKEY_RULES.of(turn).within(entry),
            copyable: facts::YUBIKEY_COPYABLE.of(turn).within(entry).as_deref() == Some("yes"),
            serial: whole.past.newest(&facts::YUBIKEY_SERIAL.of(turn)),
        });
    }
    for (person, enrolled) in facts::ENROLLED.all_in(entry) {
        let said = |name: &str| enrolled.get(name).and_then(|v| v.as_str()).map(str::to_owned);
        if said("with").as_deref() != Some("yubikey") || whole.plan.roster.person(person).is_none() {
            continue;
        }
        for (key, slot) in [("sign", Slot::Signature), ("box", Slot::KeyManagement)] {
            found.push(Claim {
                whose: format!("{person}, {key}"),
                files: format!("{person}-{key}-"),
                slot: Some(slot.to_string()),
                key_sha256: said(&format!("{key}-key-sha256")).unwrap_or_default(),
                root_sha256: said("attestation-root-sha256").unwrap_or_default(),
                // What is recorded of a person's rules is of the key that signs.
                rules: said("rules").filter(|_| slot == Slot::Signature),
                copyable: enrolled.get("can-be-copied").and_then(serde_json::Value::as_bool) == Some(true),
                serial: said("serial"),
            });
        }
    }
    found
}

/// The name of the file of an entry that ends so.
fn named<'e>(entry: &'e Entry, ending: &str) -> Option<&'e str> {
    let mut names = entry.files.iter().map(|f| f.name.as_str());
    names.find(|name| name.ends_with(&format!("-{ending}")))
}

/// The files that one entry names, in a pack.
struct Files<'r> {
    pack: &'r Path,
    entry: &'r Entry,
}

impl Files<'_> {
    fn read(&self, ending: &str) -> Result<Vec<u8>, String> {
        let name = named(self.entry, ending).ok_or_else(|| words::no_such_file(ending))?;
        outside::read_plain(&self.pack.join(name), LARGEST).map_err(|e| words::file_unreadable(name, &e))
    }

    /// The first certificate of a file.
    fn certificate(&self, ending: &str) -> Result<Vec<u8>, String> {
        let text = incoming::text(&self.read(ending)?).map_err(|_| words::NOT_CERTIFICATES.to_owned())?;
        let blocks = incoming::pem_blocks(&text).unwrap_or_default();
        blocks.into_iter().next().map(|block| block.der).ok_or_else(|| words::NOT_CERTIFICATES.to_owned())
    }

    /// Whether a key has signed a head of this record: the text and the signature are two files.
    fn signed(&self, past: Past<'_>, spki: &[u8], what: &str) -> Result<(), String> {
        let (text, signature) = (self.read(&format!("{what}.txt"))?, self.read(&format!("{what}.sig"))?);
        let before = past.entries.iter().take_while(|e| e.seq < self.entry.seq);
        let of_record = before.map(|e| Head { entries: e.seq, chain: e.chain }.text());
        if !of_record.into_iter().any(|head| head.as_bytes() == text) {
            return Err(words::NOT_A_HEAD_OF_THIS.to_owned());
        }
        if piv::is_signed_by(spki, &text, &signature) {
            Ok(())
        } else {
            Err(words::NOT_SIGNED_BY_IT.to_owned())
        }
    }
}

/// Verifies one attestation again, and compares what it states with what the record says. Gives why not, in words.
fn checked(whole: &Whole<'_>, files: &Files<'_>, claim: &Claim) -> Result<Attested, String> {
    let of = |name: &str| format!("{}{name}", claim.files);
    let (attestation, chain) = (files.certificate(&of("attestation.pem"))?, of("attestation-chain.pem"));
    let device = files.certificate(&chain)?;
    let roots = match whole.plan.mode {
        Mode::Production => Roots::yubico(),
        Mode::Rehearsal => {
            let root = files.read(&of("attestation-root.pem"))?;
            Roots::from_pem(&[root, files.read(&chain)?].concat())
        }
    }
    .map_err(|_| words::NOT_CERTIFICATES.to_owned())?;
    let made = OffsetDateTime::parse(&files.entry.utc, &Rfc3339).map_or(0, OffsetDateTime::unix_timestamp);
    let stated = verify_attestation(&attestation, &device, &roots, u64::try_from(made).unwrap_or(0))
        .map_err(|fault| fault.to_string())?;
    let differs = [
        (words::PUBLIC_KEY_SHA256, script::sha256_hex(&stated.public_key) != claim.key_sha256),
        (words::ROOT_SHA256, HEXLOWER.encode(&stated.root_sha256) != claim.root_sha256),
        (words::SERIAL_NUMBER, claim.serial.as_ref().is_none_or(|s| *s != stated.serial.to_string())),
        (words::SLOT, claim.slot.as_ref().is_none_or(|s| *s != stated.slot.to_string())),
        (words::RULES, claim.rules.as_ref().is_some_and(|r| *r != words::rules(stated.pin, stated.touch))),
        (words::CAN_BE_COPIED, claim.copyable != stated.lets_copy()),
    ];
    if let Some((what, _)) = differs.iter().find(|(_, differs)| *differs) {
        return Err(words::states_another(what));
    }
    if let Some(person) = claim.files.strip_suffix("sign-") {
        files.signed(whole.past, &stated.public_key, &format!("{person}possession"))?;
    }
    Ok(stated)
}

/// No two have one device or one key. Both keys of a person are on their one device.
fn apart(made: &BTreeMap<String, Attested>) -> Result<(), Departure> {
    let owner = |whose: &str| whose.split(", ").next().unwrap_or_default().to_owned();
    for (at, (whose, one)) in made.iter().enumerate() {
        for (other, another) in made.iter().take(at) {
            let same_device = one.serial == another.serial && owner(whose) != owner(other);
            if same_device || one.public_key == another.public_key {
                let says = words::one_device_for_two(other, whose);
                return Err(Departure::of(None, "make-yubikey-key", "one-device-for-two", says));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use piv::{Firmware, PinRule, TouchRule};

    fn made(keys: &[(&str, u32, u8)]) -> BTreeMap<String, Attested> {
        let one = |(whose, serial, key): &(&str, u32, u8)| {
            let stated = Attested {
                slot: Slot::Signature,
                public_key: vec![*key],
                serial: *serial,
                firmware: Firmware::OLDEST,
                form_factor: None,
                pin: PinRule::Always,
                touch: TouchRule::Always,
                root: String::new(),
                root_sha256: [0; 32],
                chain: Vec::new(),
            };
            ((*whose).to_owned(), stated)
        };
        keys.iter().map(one).collect()
    }

    #[test]
    fn one_device_or_one_key_never_counts_for_two() {
        let is_apart = |keys: &[(&str, u32, u8)]| apart(&made(keys)).is_ok();
        assert!(is_apart(&[("1", 7, 1), ("2", 8, 2), ("adm, box", 9, 3), ("adm, sign", 9, 4)]));
        assert!(!is_apart(&[("1", 7, 1), ("2", 7, 2)]), "two slots of one device");
        assert!(!is_apart(&[("1", 7, 1), ("2", 8, 1)]), "one key in two devices");
        assert!(!is_apart(&[("adm, sign", 7, 1), ("wit, sign", 7, 2)]), "two people on one device");
        assert!(!is_apart(&[("adm, box", 7, 1), ("adm, sign", 7, 1)]), "one key that signs and opens");
    }
}
