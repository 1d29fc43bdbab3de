//! What is plugged in: the tokens of the PKCS#11 modules on this machine, each module tried in a process of its own, and
//! the YubiKeys.

use crate::screen;
use piv::{FactorySecret, What};
use protocol::{DeviceCard, DevicesView, Fact, Problem, Verdict};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;
use tokens::{TokenInfo, probe};

/// Where Debian and the vendors of common HSMs put their modules. Others are named with --module.
const USUAL: &[&str] = &[
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/pkcs11/yubihsm_pkcs11.so",
    "/usr/lib/x86_64-linux-gnu/pkcs11/libopencryptoki.so",
    "/usr/lib/x86_64-linux-gnu/pkcs11/libtpm2_pkcs11.so",
    "/usr/safenet/lunaclient/lib/libCryptoki2_64.so",
    "/opt/nfast/toolkits/pkcs11/libcknfast.so",
    "/opt/utimaco/lib/libcs_pkcs11_R3.so",
    "/opt/cloudhsm/lib/libcloudhsm_pkcs11.so",
];
/// How long a module may take to say what it holds.
const LIMIT: Duration = Duration::from_secs(10);

/// Everything that is there. `named` are modules besides the usual ones.
pub(crate) fn list(named: &[PathBuf]) -> DevicesView {
    let mut view = DevicesView { devices: Vec::new(), notes: Vec::new() };
    let mut modules = usual();
    for module in named.iter().map(|p| outside::meant_path(p).into_owned()) {
        if !modules.contains(&module) {
            modules.push(module);
        }
    }
    if modules.is_empty() {
        view.notes.push(
            "No PKCS#11 module was found in the usual places. Name the vendor's module with --module, or rehearse with \
             the embedded token."
                .to_owned(),
        );
    }
    for module in modules {
        of_module(&module, &mut view);
    }
    yubikeys(&mut view);
    view
}

/// The modules that are in the usual places, each once.
pub(crate) fn usual() -> Vec<PathBuf> {
    let mut seen = Vec::new();
    let there = USUAL.iter().map(PathBuf::from).filter(|p| p.is_file());
    there
        .filter(|p| {
            let real = p.canonicalize().unwrap_or_else(|_| p.clone());
            let new = !seen.contains(&real);
            seen.push(real);
            new
        })
        .collect()
}

/// What a module says that is tried in a process of its own, or why it cannot be used, in a sentence.
pub(crate) fn report_of(module: &Path) -> Result<probe::Report, String> {
    let program = std::env::current_exe()
        .map_err(|e| format!("This program cannot find itself ({e}), so no module was tried."))?;
    let mut command = Command::new(program);
    command.arg("probe-module").arg(module);
    probe::run_in_child(module, command, LIMIT).map_err(|e| format!("{}: {e}.", module.display()))
}

fn of_module(module: &Path, view: &mut DevicesView) {
    let report = match report_of(module) {
        Ok(report) => report,
        Err(why) => return view.notes.push(why),
    };
    if report.tokens.is_empty() {
        view.notes
            .push(format!("{} works, and holds no token. Plug the HSM in and look again.", module.display()));
    }
    view.devices.extend(report.tokens.iter().map(|token| of_token(module, token)));
}

fn of_token(module: &Path, token: &TokenInfo) -> DeviceCard {
    let mut cautions = Vec::new();
    if !token.initialised {
        cautions.push(
            "It is not initialised: give it a label and a PIN with the vendor's tool first.".to_owned(),
        );
    }
    if tokens::rehearsal::is_rehearsal(token) {
        cautions.push("It keeps keys in a file and protects nothing: for rehearsals only.".to_owned());
    }
    cautions.push("What it says of itself is not believed: play token-check to see what it does.".to_owned());
    DeviceCard {
        kind: "HSM token".to_owned(),
        name: format!("{} {}", token.manufacturer, token.model),
        serial: token.serial.clone(),
        facts: vec![
            fact("Label", if token.label.is_empty() { "none" } else { &token.label }),
            fact("Firmware, as it says", &token.firmware),
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
            return view.notes.push(format!(
                "No YubiKey can be seen: {}. To use one, {}.",
                e.happened(),
                e.to_do()
            ));
        }
    };
    for reader in found {
        match reader.what {
            What::YubiKey(device) => view.devices.push(of_yubikey(device)),
            What::InUse { .. } => view.notes.push(format!("The card in {} is in use.", reader.reader)),
            What::Foreign => {
                view.notes.push(format!(
                    "The card in {} is no YubiKey with its PIV application on.",
                    reader.reader
                ));
            }
            What::Empty => {}
        }
    }
}

fn of_yubikey(device: piv::Device) -> DeviceCard {
    let mut facts = vec![fact("Firmware, as it says", &device.firmware.to_string())];
    let mut cautions = Vec::new();
    match piv::Card::open(device.serial) {
        Ok(mut card) => {
            if let Ok(tries) = card.pin_tries_left() {
                facts.push(fact("PIN tries left", &tries.to_string()));
            }
            let factory: Vec<FactorySecret> = card.factory_secrets().unwrap_or_default();
            if !factory.is_empty() {
                let words: Vec<String> = factory.iter().map(ToString::to_string).collect();
                cautions
                    .push(format!("It still has the factory's {}, which everybody knows.", words.join(", ")));
            }
            for key in card.keys().unwrap_or_default() {
                facts.push(fact(&format!("Slot {}", key.slot), &key.kind.to_string()));
            }
        }
        Err(e) => cautions.push(format!("It could not be opened: {}.", e.happened())),
    }
    cautions.push("Its keys never leave it: they cannot be backed up or brought to a cloud.".to_owned());
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
        "no serial number".to_owned()
    } else {
        format!("serial number {}", device.serial)
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
        screen::say("Nothing is plugged in that a ceremony could use.");
    }
    ExitCode::SUCCESS
}

/// The hidden command that a probe runs.
pub(crate) fn probe_module(path: &Path) -> Result<ExitCode, Problem> {
    probe::child_main(path, None, &mut std::io::stdout()).map_err(|e| {
        Problem::new("probe-failed", e.to_string(), "Nothing was changed.", "Look at the module again.")
    })?;
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
