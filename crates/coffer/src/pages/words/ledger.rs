//! What people read of the ledger and of what is due.

use protocol::Mode;
use register::{Approval, AttemptOf, Attempts, CloudKey, Copy, Device, DeviceSort, Due, Key, Medium, Person};
use std::fmt::Display;
use transcript::count;

pub(in crate::pages) fn key(key: &Key) -> String {
    let or = |text: &Option<String>| text.clone().unwrap_or_else(|| NOT_RECORDED.to_owned());
    let strength = key.strength.map_or(String::new(), |bits| format!(", {bits} bits of security"));
    let system = key.system.as_ref().map_or(String::new(), |system| format!("  for {system}"));
    let set = key.days_set_by.as_ref().map_or(String::new(), |run| format!(", set by two people ({run})"));
    format!(
        "Key {}  {}  {}{strength}{system}  made {} ({})  protects until {}, processes until {}{set}",
        key.check_value,
        key.state,
        or(&key.spec),
        key.made,
        key.run,
        or(&key.protects_until),
        key.processes_until.as_deref().unwrap_or(THE_SAME_DAY)
    )
}

// A key's story.
pub(in crate::pages) const STRENGTH: &str = "Security strength";
pub(in crate::pages) const MADE: &str = "Made";
pub(in crate::pages) const SYSTEM: &str = "For the system";
pub(in crate::pages) const OWNER: &str = "Owner";
pub(in crate::pages) const USED_BY: &str = "Used by";
pub(in crate::pages) const PROTECTS_UNTIL: &str = "Protects until";
pub(in crate::pages) const PROCESSES_UNTIL: &str = "Opens what it protected until";
pub(in crate::pages) const DAYS_SET_BY: &str = "Days set by two people in";
pub(in crate::pages) const OPENED_BY: &str = "Its backup is opened by";

pub(in crate::pages) fn bits(bits: u16) -> String {
    format!("{bits} bits (SP 800-57 Part 1 Rev. 5, table 2)")
}

pub(in crate::pages) fn shares_of_set(set: &str) -> String {
    format!("the shares of set {set}")
}

const NOT_RECORDED: &str = "not recorded";
const THE_SAME_DAY: &str = "the same day";

pub(in crate::pages) fn copy(copy: &Copy) -> String {
    match &copy.place.became {
        Some((became, run)) => format!("{}: {became} ({run})", copy.place.says),
        None if copy.place.perhaps => format!("{}, perhaps of another key", copy.place.says),
        None => copy.place.says.clone(),
    }
}

pub(in crate::pages) fn person(person: &Person) -> String {
    let shares: Vec<String> = person.holds.iter().map(|(set, n)| format!("share {n} of {set}")).collect();
    let holds = if shares.is_empty() { "nothing".to_owned() } else { shares.join(", ") };
    let left = person.left.as_ref().map_or(String::new(), |(day, run)| format!(", left on {day} ({run})"));
    format!("{}, {} ({}), holds {holds}{left}", person.name, person.role, person.id)
}

pub(in crate::pages) fn device(device: &Device) -> String {
    let sort = match device.sort {
        DeviceSort::Token => "token",
        DeviceSort::Yubikey => "YubiKey",
    };
    let more = [
        device.label.as_ref().map(|label| format!("labelled {label}")),
        device.model.clone(),
        device.firmware.as_ref().map(|firmware| format!("firmware {firmware} as it says")),
        device.holder.as_ref().map(|holder| format!("enrolled for {holder}")),
        device.tried.as_ref().map(|at| format!("tried {at}")),
    ];
    let more: Vec<String> = more.into_iter().flatten().collect();
    format!("{sort} {}, {}, seen last {} ({})", device.serial, more.join(", "), device.seen, device.run)
}

/// What somebody looked up of a device, with its age.
pub(in crate::pages) fn validation(device: &Device, today: &str) -> Option<String> {
    let v = device.validation.as_ref()?;
    let age = age(&v.looked_up, today).map_or(String::new(), |days| format!(", {days} ago"));
    Some(format!(
        "  looked up on {}{age} by {} ({}): certificate {}, {}, level {}, {}; that it is this device's is not known here",
        v.looked_up, v.by, v.run, v.certificate, v.standard, v.level, v.status
    ))
}

fn age(day: &str, today: &str) -> Option<String> {
    let days = (script::day(today)? - script::day(day)?) / (24 * 60 * 60);
    Some(count(days, "day", "days"))
}

pub(in crate::pages) fn cloud(cloud: &CloudKey) -> String {
    let received = match &cloud.received {
        Some((at, run)) => format!("taken in by its receipt of {at} ({run})"),
        None => "no receipt was read".to_owned(),
    };
    let seen = cloud.seen.as_ref().map_or(String::new(), |seen| {
        format!(", {} as the provider showed it on {} ({})", seen.condition, seen.on, seen.run)
    });
    let until = cloud.expires.as_ref().map_or(String::new(), |until| format!(", kept until {until}"));
    format!("{} at {} for {} ({}), {received}{seen}{until}", cloud.name, cloud.target, cloud.key, cloud.run)
}

pub(in crate::pages) const APPROVED: &str = "Scripts approved for production";

pub(in crate::pages) fn approval(approval: &Approval) -> String {
    format!("{} until {} ({}), SHA-256 {}", approval.script, approval.until, approval.run, approval.sha256)
}

pub(in crate::pages) fn approved_by(approval: &Approval) -> String {
    format!("for production until {}, by the record of {} here", approval.until, approval.run)
}

pub(in crate::pages) fn medium(medium: &Medium) -> String {
    let said = [&medium.sort, &medium.event, &medium.with, &medium.place, &medium.holds];
    let said: Vec<&str> = said.into_iter().flatten().map(String::as_str).collect();
    format!("{}: {} ({})", medium.medium, said.join(", "), medium.run)
}

pub(in crate::pages) fn refused(attempts: &Attempts) -> String {
    let times = count(attempts.times, "time", "times");
    let what = match attempts.of {
        AttemptOf::Person => format!("{times} a passphrase or PIN that was not that of {}", attempts.whose),
        AttemptOf::Token => format!("{times} a PIN by the token {}", attempts.whose),
    };
    format!("{what}, last {} ({})", attempts.last, attempts.run)
}

/// What is due, with how long that is.
pub(in crate::pages) fn due_on(due: &Due, today: &str) -> String {
    let by = match &due.by {
        Some(by) if by.as_str() < today => format!("overdue since {by}"),
        Some(by) => age(today, by).map_or_else(|| format!("by {by}"), |days| format!("by {by}, in {days}")),
        None => "at no day that a record names".to_owned(),
    };
    format!("{by}: {}", due.says)
}

pub(in crate::pages) fn due(mode: Mode, due: &Due, today: &str) -> String {
    format!("{}  {}", mode.word(), due_on(due, today))
}

pub(in crate::pages) const NOTHING_DUE: &str = "Nothing is due, by the records on this workstation.";

pub(in crate::pages) fn calendar_written(path: &dyn Display) -> String {
    format!(
        "{path}: the days of production. It names keys by check value and what providers call them; take it to no calendar that may not know that."
    )
}
