//! Tokens that are software: their keys are in this computer's memory and files. Those that this program knows are known by
//! the name that they give themselves; that any other is hardware is its maker's word.

use crate::TokenInfo;

/// What such tokens call themselves, in small letters: `SoftHSM`, Kryoptic (and so the rehearsal token), `openCryptoki`'s and
/// `NSS`'s own tokens.
const NAMES: [&str; 6] = ["softhsm", "kryoptic", "soft token", "softtoken", "opencryptoki", "nss "];

/// Whether a token calls itself by a name that only software has.
pub fn is_software(info: &TokenInfo) -> bool {
    is_name_of_software(&info.manufacturer)
        || is_name_of_software(&info.model)
        || crate::rehearsal::is_rehearsal(info)
}

/// Whether a manufacturer's or model's name is one that only software has.
pub fn is_name_of_software(name: &str) -> bool {
    let name = name.to_lowercase();
    NAMES.iter().any(|known| name.contains(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn software_is_known_by_its_own_name_and_hardware_by_none() {
        let of = |manufacturer: &str, model: &str| TokenInfo {
            slot: 0,
            label: "a label".to_owned(),
            manufacturer: manufacturer.to_owned(),
            model: model.to_owned(),
            serial: "1".to_owned(),
            firmware: "1.0".to_owned(),
            initialised: true,
            pin_pad: false,
        };
        for (manufacturer, model) in [
            ("SoftHSM project", "SoftHSM v2"),
            ("Kryoptic Project", "v1"),
            ("IBM", "Soft Token"),
            ("Mozilla Foundation", "NSS 3"),
        ] {
            assert!(is_software(&of(manufacturer, model)), "{manufacturer}");
        }
        for (manufacturer, model) in [("SafeNet Inc.", "Luna G7"), ("Yubico", "YubiHSM"), ("Nitrokey", "HSM")]
        {
            assert!(!is_software(&of(manufacturer, model)), "{manufacturer}");
        }
    }
}
