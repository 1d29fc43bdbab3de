//! What is plugged in: the tokens of the PKCS#11 modules on this machine, each module tried in a process of its own, and
//! the YubiKeys.

use super::words;
use crate::desk::modules::{report_of, with};
use crate::screen;
use piv::{FactorySecret, What};
use protocol::{DeviceCard, DevicesView, Fact, Problem, Verdict};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokens::{TokenInfo, probe};

/// Everything that is there. `named` are modules besides the usual ones.
pub(crate) fn list(named: &[PathBuf]) -> DevicesView {
    let mut view = DevicesView { devices: Vec::new(), notes: Vec::new() };
    let modules = with(named);
    if modules.is_empty() {
        view.notes.push(words::NO_MODULE.to_owned());
    }
    for module in modules {
        of_module(&module, &mut view);
    }
    yubikeys(&mut view);
    view
}

fn of_module(module: &Path, view: &mut DevicesView) {
    let report = match report_of(module) {
        Ok(report) => report,
        Err(why) => return view.notes.push(why),
    };
    if report.tokens.is_empty() {
        view.notes.push(words::holds_no_token(&module.display()));
    }
    view.devices.extend(report.tokens.iter().map(|token| of_token(module, token)));
}

fn of_token(module: &Path, token: &TokenInfo) -> DeviceCard {
    let mut cautions = Vec::new();
    if !token.initialised {
        cautions.push(words::NOT_INITIALISED.to_owned());
    }
    if tokens::rehearsal::is_rehearsal(token) {
        cautions.push(words::FOR_REHEARSALS.to_owned());
    }
    if tokens::software::is_software(token) {
        cautions.push(words::IS_SOFTWARE.to_owned());
    }
    cautions.push(words::NOT_BELIEVED.to_owned());
    DeviceCard {
        kind: "HSM token".to_owned(),
        name: format!("{} {}", token.manufacturer, token.model),
        serial: token.serial.clone(),
        facts: vec![
            fact("Label", if token.label.is_empty() { "none" } else { &token.label }),
            fact(words::FIRMWARE, &token.firmware),
            fact("Module", &module.display().to_string()),
        ],
        uri: token.initialised.then(|| token.uri(module)),
        cautions,
    }
}

fn yubikeys(view: &mut DevicesView) {
    let found = match piv::list() {
        Ok(found) => found,
        Err(e) => {
            return view.notes.push(words::no_yubikey_seen(&e.happened(), e.to_do()));
        }
    };
    for reader in found {
        match reader.what {
            What::YubiKey(device) => view.devices.push(of_yubikey(device)),
            What::InUse { .. } => view.notes.push(words::card_in_use(&reader.reader)),
            What::Foreign => view.notes.push(words::card_foreign(&reader.reader)),
            What::Empty => {}
        }
    }
}

fn of_yubikey(device: piv::Device) -> DeviceCard {
    let mut facts = vec![fact(words::FIRMWARE, &device.firmware.to_string())];
    let mut cautions = Vec::new();
    match piv::Card::open(device.serial) {
        Ok(mut card) => {
            if let Ok(tries) = card.pin_tries_left() {
                facts.push(fact(words::TRIES_LEFT, &tries.to_string()));
            }
            let factory: Vec<FactorySecret> = card.factory_secrets().unwrap_or_default();
            if !factory.is_empty() {
                let secrets: Vec<String> = factory.iter().map(ToString::to_string).collect();
                cautions.push(words::still_of_the_factory(&secrets));
            }
            for key in card.keys().unwrap_or_default() {
                facts.push(fact(&format!("Slot {}", key.slot), &key.kind.to_string()));
            }
        }
        Err(e) => cautions.push(words::not_opened(&e.happened())),
    }
    cautions.push(words::NEVER_LEAVE.to_owned());
    DeviceCard {
        kind: "YubiKey".to_owned(),
        name: "YubiKey".to_owned(),
        serial: device.serial.to_string(),
        facts,
        uri: None,
        cautions,
    }
}

fn fact(name: &str, observed: &str) -> Fact {
    Fact { name: name.to_owned(), expected: None, observed: observed.to_owned(), verdict: Verdict::Noted }
}

/// Kind, name and serial number, as far as the device has them: a slot with a blank token has neither.
fn heading(device: &DeviceCard) -> String {
    let serial = if device.serial.is_empty() {
        words::NO_SERIAL.to_owned()
    } else {
        words::serial_number(&device.serial)
    };
    // A YubiKey's name says its kind.
    let name = if device.name == device.kind { "" } else { device.name.trim() };
    [device.kind.as_str(), name, &serial]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("  ")
}

/// `coffer devices`.
pub(crate) fn print(named: &[PathBuf]) -> ExitCode {
    let view = list(named);
    for device in &view.devices {
        screen::say(heading(device));
        for f in &device.facts {
            screen::say(format!("    {}: {}", f.name, f.observed));
        }
        if let Some(uri) = &device.uri {
            screen::say(format!("    --token '{uri}'"));
        }
        for caution in &device.cautions {
            screen::say(format!("    ! {caution}"));
        }
    }
    for note in &view.notes {
        screen::say(note);
    }
    if view.devices.is_empty() {
        screen::say(words::NOTHING_PLUGGED_IN);
    }
    ExitCode::SUCCESS
}

/// The hidden command that a probe runs.
pub(crate) fn probe_module(path: &Path) -> Result<ExitCode, Problem> {
    probe::child_main(path, None, &mut std::io::stdout()).map_err(|e| words::probe_failed(&e.to_string()))?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::heading;
    use protocol::DeviceCard;

    #[test]
    fn a_heading_says_what_a_device_lacks_and_nothing_twice() {
        let card = |kind: &str, name: &str, serial: &str| DeviceCard {
            kind: kind.to_owned(),
            name: name.to_owned(),
            serial: serial.to_owned(),
            facts: Vec::new(),
            uri: None,
            cautions: Vec::new(),
        };
        let blank = card("HSM token", "SoftHSM project SoftHSM v2", "");
        assert_eq!(heading(&blank), "HSM token  SoftHSM project SoftHSM v2  no serial number");
        assert_eq!(heading(&card("HSM token", " ", "")), "HSM token  no serial number");
        assert_eq!(heading(&card("YubiKey", "YubiKey", "30000003")), "YubiKey  serial number 30000003");
    }
}
