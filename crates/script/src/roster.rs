//! The people: a TOML file with each person's role and passphrase verifier.

use crate::words;
use argon2::password_hash::PasswordVerifier;
use argon2::{Algorithm, Argon2, Params, Version};
use protocol::{Mode, Problem};
use secrets::{SecretText, leaving_no_trace};
use serde::Deserialize;

/// Who takes part.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// The people.
    #[serde(rename = "person")]
    pub people: Vec<Person>,
    /// Sites that need another number of their people than the others, where shares are dealt over sites.
    #[serde(default, rename = "site")]
    pub sites: Vec<SiteRule>,
}

/// How many of its people a site needs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SiteRule {
    /// The site, as its people's entries name it.
    pub name: String,
    /// How many of its custodians give its part, in place of the parameter `threshold`.
    pub people_needed: u8,
}

impl SiteRule {
    /// The roster's lines for it.
    pub fn lines(&self) -> String {
        let name = toml::Value::String(self.name.clone());
        format!("\n[[site]]\nname = {name}\npeople-needed = {}\n", self.people_needed)
    }
}

/// One person in one role.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Person {
    /// Unique, never used again for somebody else.
    pub id: String,
    /// Their name.
    pub name: String,
    /// The role they act in.
    pub role: String,
    /// Where what they hold lies: a building that can be lost as a whole, 1 to 40 characters. None where not recorded.
    pub site: Option<String>,
    /// The id of whom they report to, in this roster.
    pub reports_to: Option<String>,
    /// Argon2id verifier as a PHC string: `$argon2id$v=19$m=262144,t=3,p=4$…`.
    pub passphrase: Option<String>,
    /// A passphrase in the clear, for fictional people, or the PIN of their practice YubiKey. Production refuses a roster
    /// that has one.
    pub rehearsal_passphrase: Option<String>,
    /// The YubiKey that they sign with instead of a passphrase.
    pub yubikey: Option<OwnYubiKey>,
}

/// A person's own YubiKey, by what is public of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OwnYubiKey {
    /// The number printed on it.
    pub serial: u32,
    /// The P-256 key in slot 9C that they sign with.
    pub sign_key: P256Key,
    /// The P-256 key in slot 9D that opens what is encrypted to them, where they have one.
    pub box_key: Option<P256Key>,
}

impl OwnYubiKey {
    /// Its keys, the signing key first.
    fn keys(&self) -> impl Iterator<Item = &P256Key> {
        [&self.sign_key].into_iter().chain(&self.box_key)
    }

    /// The roster's line for it.
    pub fn line(&self) -> String {
        let opens = self.box_key.as_ref().map_or(String::new(), |key| format!(", box-key = \"{key}\""));
        format!("yubikey = {{ serial = {}, sign-key = \"{}\"{opens} }}\n", self.serial, self.sign_key)
    }
}

/// A P-256 public key: base64 of its DER `SubjectPublicKeyInfo` (RFC 5480), 91 bytes with an uncompressed point.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct P256Key(Vec<u8>);

impl P256Key {
    /// Takes the DER form; none where it is not such a key.
    pub fn of(spki: &[u8]) -> Option<Self> {
        let parsed =
            aws_lc_rs::signature::ParsedPublicKey::new(&aws_lc_rs::signature::ECDSA_P256_SHA256_ASN1, spki);
        (spki.len() == 91 && parsed.is_ok()).then(|| Self(spki.to_vec()))
    }

    /// DER `SubjectPublicKeyInfo`.
    pub fn spki(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<String> for P256Key {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let spki = data_encoding::BASE64.decode(text.as_bytes()).map_err(|_| words::KEY_NOT_BASE64)?;
        Self::of(&spki).ok_or(words::KEY_NOT_P256)
    }
}

impl std::fmt::Display for P256Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&data_encoding::BASE64.encode(&self.0))
    }
}

impl Roster {
    /// Reads the roster of an evidence pack: ids, names and roles, without what people sign in with.
    pub fn of_record(text: &str) -> Result<Self, Problem> {
        // As an editor left it, with a byte-order mark and any line ends.
        let plain = incoming::text(text.as_bytes()).unwrap_or_default();
        let roster: Self = toml::from_str(&plain)
            .map_err(|e| words::roster_unreadable().with_detail(e.message().to_owned()))?;
        roster.sites_are_names()?;
        roster.sites_are_of_people()?;
        roster.lines_end()?;
        Ok(roster)
    }

    /// Sites are told apart by their names, so two names that a reader takes for one are refused.
    fn sites_are_names(&self) -> Result<(), Problem> {
        let mut seen: Vec<(String, &str)> = Vec::new();
        for (person, site) in self.people.iter().filter_map(|p| Some((p, p.site.as_deref()?))) {
            if !is_site(site) {
                return Err(words::site_name(&person.name, LONGEST_SITE));
            }
            let folded = site.to_lowercase();
            match seen.iter().find(|(other, _)| *other == folded) {
                Some((_, other)) if *other != site => {
                    return Err(words::site_two_spellings(other, site));
                }
                Some(_) => {}
                None => seen.push((folded, site)),
            }
        }
        Ok(())
    }

    /// A rule is for a site that somebody is at, and there is one for it.
    fn sites_are_of_people(&self) -> Result<(), Problem> {
        for (at, rule) in self.sites.iter().enumerate() {
            // Never shown as it stands: it may be long, or hold control characters.
            if !self.people.iter().any(|p| p.site.as_ref() == Some(&rule.name)) {
                return Err(words::site_of_nobody(at + 1));
            }
            if self.sites.iter().take(at).any(|other| other.name == rule.name) {
                return Err(words::site_twice(&rule.name));
            }
        }
        Ok(())
    }

    /// How many of its people a site needs, where the roster has a rule for it.
    pub fn people_needed_at(&self, site: &str) -> Option<u8> {
        self.sites.iter().find(|rule| rule.name == site).map(|rule| rule.people_needed)
    }

    /// Whom somebody reports to is in the roster, and no line comes back to where it began.
    fn lines_end(&self) -> Result<(), Problem> {
        for person in &self.people {
            let mut at = person;
            // No line is longer than there are people; a circle that others stand in is found with them.
            for _ in 0..self.people.len() {
                let Some(above) = at.reports_to.as_deref() else { break };
                let Some(superior) = self.person(above) else {
                    // Never shown as it stands: it may be long, or hold control characters.
                    return Err(words::reports_to_unknown(&at.name));
                };
                if superior.id == person.id {
                    return Err(words::reports_in_circle(&person.name));
                }
                at = superior;
            }
        }
        Ok(())
    }

    /// The nearest one above a person, directly or through others, whom `within` holds.
    pub fn superior<'r>(&'r self, person: &'r Person, within: impl Fn(&str) -> bool) -> Option<&'r str> {
        let mut above = person.reports_to.as_deref();
        for _ in 0..self.people.len() {
            match above {
                Some(id) if !within(id) => above = self.person(id)?.reports_to.as_deref(),
                found => return found,
            }
        }
        None
    }

    /// Reads a roster and refuses what the mode does not allow.
    pub fn parse(text: &str, mode: Mode) -> Result<Self, Problem> {
        let roster = Self::of_record(text)?;
        for (at, person) in roster.people.iter().enumerate() {
            if roster.people.iter().take(at).any(|p| p.id == person.id) {
                return Err(words::roster_twice(&person.id));
            }
            // The same salt and hash under two names is one passphrase for two people.
            let same = |p: &&Person| p.passphrase.is_some() && p.passphrase == person.passphrase;
            if let Some(other) = roster.people.iter().take(at).find(same) {
                return Err(words::passphrase_shared(&other.name, &person.name));
            }
            if let Some(other) = yubikey_of_another(person, roster.people.get(..at).unwrap_or_default()) {
                return Err(words::yubikey_shared(&other.name, &person.name));
            }
            if mode == Mode::Production && person.rehearsal_passphrase.is_some() {
                return Err(words::rehearsal_roster(&person.name));
            }
            match (&person.passphrase, &person.yubikey) {
                (Some(_), Some(_)) => {
                    return Err(words::roster_two_ways(&person.name));
                }
                (None, None) if person.rehearsal_passphrase.is_none() => {
                    return Err(words::roster_no_passphrase(&person.name));
                }
                (Some(phc), None) => {
                    strong_enough(phc, mode).map_err(|why| words::roster_weak(&person.name, why))?;
                }
                _ => {}
            }
        }
        Ok(roster)
    }

    /// The roster as a pack has it: names, roles and the public keys that people sign with; no passphrase verifiers.
    pub fn public(&self) -> String {
        use std::fmt::Write as _;
        let mut text = String::from(words::PUBLIC_ROSTER);
        text.extend(self.sites.iter().map(SiteRule::lines));
        for p in &self.people {
            let q = |s: &str| toml::Value::String(s.to_owned()).to_string();
            let _ = write!(
                text,
                "\n[[person]]\nid = {}\nname = {}\nrole = {}\n",
                q(&p.id),
                q(&p.name),
                q(&p.role)
            );
            text.push_str(&p.place_lines(p.reports_to.as_deref()));
            if let Some(own) = &p.yubikey {
                text.push_str(&own.line());
            }
        }
        text
    }

    /// The people of a role, in the roster's order.
    pub fn of_role(&self, role: &str) -> Vec<&Person> {
        self.people.iter().filter(|p| p.role == role).collect()
    }

    /// A person by id.
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|p| p.id == id)
    }
}

/// How long a site's name may be, in characters.
const LONGEST_SITE: usize = 40;

/// Letters that are seen: what is drawn as nothing, or turns the line around, would make two names of one.
fn is_site(name: &str) -> bool {
    let unseen = |c: char| protocol::is_unseen(c) || (c.is_whitespace() && c != ' ');
    (1..=LONGEST_SITE).contains(&name.chars().count())
        && !name.chars().any(unseen)
        && name.split(' ').all(|word| !word.is_empty())
}

/// The earlier person whose YubiKey or key this person's is, where there is one. Two slots of one device are one device, and
/// a key is the same whether it signs or opens.
fn yubikey_of_another<'e>(person: &Person, earlier: &'e [Person]) -> Option<&'e Person> {
    let own = person.yubikey.as_ref()?;
    let shares = |other: &OwnYubiKey| {
        other.serial == own.serial || other.keys().any(|key| own.keys().any(|mine| mine == key))
    };
    earlier.iter().find(|p| p.yubikey.as_ref().is_some_and(shares))
}

impl Person {
    /// The roster's lines for where they stand: none, one or two. `superior` is whom they report to.
    pub fn place_lines(&self, superior: Option<&str>) -> String {
        let line = |name: &str, value: &str| {
            let quoted = toml::Value::String(value.to_owned());
            format!("{name} = {quoted}\n")
        };
        let site = self.site.as_deref().map(|site| line("site", site));
        let above = superior.map(|id| line("reports-to", id));
        site.into_iter().chain(above).collect()
    }

    /// Whether this is their passphrase. Somebody who signs with a YubiKey has none.
    pub fn signs_with(&self, passphrase: &SecretText) -> bool {
        if self.yubikey.is_some() {
            return false;
        }
        if let Some(phc) = &self.passphrase {
            let verifies = |hash: &argon2::PasswordHash| {
                Argon2::default().verify_password(passphrase.expose().as_bytes(), hash).is_ok()
            };
            return argon2::PasswordHash::new(phc).is_ok_and(|hash| leaving_no_trace(|| verifies(&hash)));
        }
        self.rehearsal_passphrase.as_ref().is_some_and(|clear| {
            secrets::SecretBytes::copied_from(clear.as_bytes())
                .is_ok_and(|clear| clear.same_as(passphrase.expose().as_bytes()))
        })
    }
}

/// Makes the PHC verifier of a passphrase: Argon2id, 256 MiB, t=3, p=4 (RFC 9106), 16 random bytes of salt.
pub fn verifier(passphrase: &SecretText) -> Result<String, String> {
    verifier_with(passphrase, 256 * 1024, 3, 4)
}

/// The same with a cost of one's own: memory in KiB, passes, lanes.
pub fn verifier_with(
    passphrase: &SecretText,
    memory: u32,
    passes: u32,
    lanes: u32,
) -> Result<String, String> {
    use argon2::password_hash::PasswordHasher;
    let params = Params::new(memory, passes, lanes, None).map_err(|e| e.to_string())?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    leaving_no_trace(|| {
        let hash = argon2.hash_password(passphrase.expose().as_bytes());
        hash.map(|hash| hash.to_string()).map_err(|e| e.to_string())
    })
}

/// The most that a verifier may ask of this computer: memory in KiB, passes, lanes.
const MOST_MEMORY: u32 = 1024 * 1024;
const MOST_PASSES: u32 = 16;
const MOST_LANES: u32 = 16;

/// Production asks for at least RFC 9106's second choice, 64 MiB and t=3.
fn strong_enough(phc: &str, mode: Mode) -> Result<(), &'static str> {
    let hash = argon2::PasswordHash::new(phc).map_err(|_| words::NOT_PHC)?;
    if hash.algorithm.as_str() != "argon2id" {
        return Err(words::NOT_ARGON2ID);
    }
    let params = Params::try_from(&hash).map_err(|_| words::NO_PARAMETERS)?;
    if mode == Mode::Production && (params.m_cost() < 64 * 1024 || params.t_cost() < 3) {
        return Err(words::TOO_WEAK);
    }
    // A roster that asks for all of this computer's memory, or for hours, would stop every sign-in.
    if params.m_cost() > MOST_MEMORY || params.t_cost() > MOST_PASSES || params.p_cost() > MOST_LANES {
        return Err(words::TOO_COSTLY);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_costs_neither_too_little_nor_too_much() {
        let phc = |m: u32, t: u32, p: u32| {
            format!(
                "$argon2id$v=19$m={m},t={t},p={p}$c2FsdHNhbHRzYWx0$YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo0NTY3ODk"
            )
        };
        for (costs, rehearsal, production) in [
            ((64 * 1024, 3, 4), Ok(()), Ok(())),
            ((1024, 1, 1), Ok(()), Err(words::TOO_WEAK)),
            ((MOST_MEMORY, MOST_PASSES, MOST_LANES), Ok(()), Ok(())),
            ((MOST_MEMORY + 1, 3, 4), Err(words::TOO_COSTLY), Err(words::TOO_COSTLY)),
            ((64 * 1024, MOST_PASSES + 1, 4), Err(words::TOO_COSTLY), Err(words::TOO_COSTLY)),
            ((64 * 1024, 3, MOST_LANES + 1), Err(words::TOO_COSTLY), Err(words::TOO_COSTLY)),
        ] {
            let text = phc(costs.0, costs.1, costs.2);
            assert_eq!(strong_enough(&text, Mode::Rehearsal), rehearsal, "{costs:?}");
            assert_eq!(strong_enough(&text, Mode::Production), production, "{costs:?}");
        }
    }
}
