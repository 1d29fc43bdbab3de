//! What people read of the ledger and of what is due.

use protocol::Mode;
use register::{AttemptOf, Attempts, Copy, Device, DeviceSort, Due, Key, Person};
use std::fmt::Display;
use transcript::count;

pub(in crate::pages) fn key(key: &Key) -> String {
    let or = |text: &Option<String>| text.clone().unwrap_or_else(|| NOT_RECORDED.to_owned());
    let strength = key.strength.map_or(String::new(), |bits| format!(", {bits} bits of security"));
    let system = key.system.as_ref().map_or(String::new(), |system| format!("  for {system}"));
    format!(
        "Key {}  {}  {}{strength}{system}  made {} ({})  protects until {}, processes until {}",
        key.check_value,
        key.state,
        or(&key.spec),
        key.made,
        key.run,
        or(&key.protects_until),
        key.processes_until.as_deref().unwrap_or(THE_SAME_DAY)
    )
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
    format!("{}, {} ({}), holds {holds}", person.name, person.role, person.id)
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
        Some(by) if due.is_within(7, today) => format!("by {by}, within a week"),
        Some(by) if due.is_within(30, today) => format!("by {by}, within 30 days"),
        Some(by) if due.is_within(90, today) => format!("by {by}, within 90 days"),
        Some(by) => format!("by {by}"),
        None => "at no day that a record names".to_owned(),
    };
    format!("{by}: {}", due.says)
}

pub(in crate::pages) fn due(mode: Mode, due: &Due, today: &str) -> String {
    format!("{}  {}", mode.word(), due_on(due, today))
}

pub(in crate::pages) const NOTHING_DUE: &str = "Nothing is due, by the records on this workstation.";

/// An appointment's title: what is due, without the ceremony.
pub(in crate::pages) fn calendar_title(due: &Due) -> String {
    let what = due.id.split(' ').next().unwrap_or_default();
    format!("Key custody: {what}")
}

pub(in crate::pages) fn calendar_written(path: &dyn Display) -> String {
    format!(
        "{path}: the days of production. It names keys by check value and what providers call them; take it to no calendar that may not know that."
    )
}
