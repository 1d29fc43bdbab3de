//! What a turn's YubiKey is asked for: which one it is, and the key that the plan wants on it.

use engine::words::out_of_order;
use engine::{Cue, Past};
use piv::{KeyKind, KeyRequest, Overwrite, PinRule, Slot, TouchRule};
use protocol::Problem;

/// The serial number of this turn's YubiKey, as it was found.
pub(super) fn serial(cue: Cue<'_>, past: &Past<'_>) -> Result<u32, Problem> {
    let serial = past.newest(&facts::YUBIKEY_SERIAL.of(cue.step.turn));
    serial.and_then(|s| s.parse().ok()).ok_or_else(out_of_order)
}

/// The key that the plan asks for.
pub(super) fn key(cue: Cue<'_>, overwrite: Overwrite) -> Result<KeyRequest, Problem> {
    let value = |name: &str| cue.plan.value(name);
    let kind = KeyKind::MADE.into_iter().find(|k| k.to_string() == value("key-kind"));
    let slot = u8::from_str_radix(value("slot"), 16).ok().and_then(Slot::from_reference);
    let pin = match value("pin-rule") {
        "always" => Some(PinRule::Always),
        "once" => Some(PinRule::Once),
        _ => None,
    };
    let touch = match value("touch-rule") {
        "always" => Some(TouchRule::Always),
        "cached" => Some(TouchRule::Cached),
        "never" => Some(TouchRule::Never),
        _ => None,
    };
    match (kind, slot, pin, touch) {
        (Some(kind), Some(slot), Some(pin), Some(touch)) => {
            Ok(KeyRequest { slot, kind, pin, touch, overwrite })
        }
        _ => Err(out_of_order()),
    }
}
