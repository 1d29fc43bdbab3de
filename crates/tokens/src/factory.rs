//! The credentials that HSMs leave their makers with: whoever has read a manual has them.

use crate::TokenInfo;
use secrets::SecretText;

/// By a part of the model's name, in small letters: the PIN that opens it as it comes. A `YubiHSM` 2 has one authentication key,
/// number 1 with the password `password`, which its PKCS#11 module takes as `0001password` (docs.yubico.com, `YubiHSM` 2 User
/// Guide, "Initial Provisioning" and "PKCS#11 with `YubiHSM` 2").
const KNOWN: [(&str, &str); 1] = [("yubihsm", "0001password")];

/// Whether a PIN is the one that such a token came with.
pub fn is_factory_pin(info: &TokenInfo, pin: &SecretText) -> bool {
    let model = info.model.to_lowercase();
    let mut known = KNOWN.iter().filter(|(name, _)| model.contains(name));
    known.any(|(_, factory)| pin.expose() == *factory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_of_the_factory_only_on_the_token_that_comes_with_it() {
        let of = |model: &str, pin: &str| {
            let info = TokenInfo {
                slot: 0,
                label: "a label".to_owned(),
                manufacturer: "a maker".to_owned(),
                model: model.to_owned(),
                serial: "1".to_owned(),
                firmware: "2.4".to_owned(),
                initialised: true,
                pin_pad: false,
            };
            is_factory_pin(&info, &SecretText::new(pin.to_owned()).unwrap())
        };
        assert!(of("YubiHSM", "0001password"));
        assert!(!of("YubiHSM", "0002another one"));
        assert!(!of("SoftHSM v2", "0001password"));
    }
}
