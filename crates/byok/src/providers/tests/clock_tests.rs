//! A clock that is wrong is found by what the clouds never do, and named.

use super::*;
use crate::moment::iso;

const NOW: i64 = 1_796_000_000;
const HOUR: i64 = 3600;

fn sent(target: Target, valid_to: i64) -> Box<dyn Import> {
    let wrapping = Disposable::generate(of(target).stand_in_bits()).unwrap();
    let sent = of(target).usual_stand_in(KeyType::Aes256, &wrapping, valid_to).unwrap();
    let stated: Vec<(&str, &str)> = sent.stated.iter().map(|(n, v)| (*n, v.as_str())).collect();
    import(target, &sent.bytes, &stated).unwrap()
}

#[test]
fn parameters_valid_for_longer_than_the_cloud_ever_gives_name_the_clock() {
    for (target, hours) in
        [(Target::AwsKms, 24), (Target::GoogleKms, 72), (Target::AlibabaKms, 24), (Target::IbmKeyProtect, 24)]
    {
        let import = sent(target, NOW + hours * HOUR);
        import.check_times(NOW).unwrap();
        import.check_times(NOW - 300).unwrap();
        let refused = import.check_times(NOW - 16 * HOUR).unwrap_err();
        assert_eq!(refused.code(), "valid-too-long", "{target}");
        let said = refused.to_string();
        assert!(said.contains("clock") && said.contains(&iso(NOW - 16 * HOUR)), "{said}");
        // As time goes by what was read once stays good.
        import.check_fresh(NOW + HOUR).unwrap();
    }
    // A KEK ends when its owner says.
    sent(Target::AzureKeyVault, NOW + 9000 * HOUR).check_times(NOW).unwrap();
}

#[test]
fn expired_names_the_clock_as_well() {
    let refused = sent(Target::AwsKms, NOW).check_fresh(NOW + 5).unwrap_err();
    assert_eq!(refused.code(), "parameters-expired");
    let said = refused.to_string();
    assert!(said.contains(&iso(NOW)) && said.contains(&iso(NOW + 5)) && said.contains("clock"), "{said}");
}

#[test]
fn what_is_not_valid_yet_is_refused() {
    let mut kek = json!({
        "attributes": { "enabled": true, "notBefore": iso(NOW) },
        "key": {
            "kid": "https://hospital.vault.azure.net/keys/KEKforBYOK/0123456789abcdef0123456789abcdef", "kty": "RSA-HSM",
            "keyOps": ["import"], "e": "AQAB", "n": BASE64.encode(&modulus(spki(2048))),
        },
    });
    let stated = [("vault", "https://hospital.vault.azure.net"), ("key-name", "k")];
    for attributes in
        [json!({ "enabled": true, "notBefore": iso(NOW) }), json!({ "enabled": true, "nbf": NOW })]
    {
        kek["attributes"] = attributes;
        let import = import(Target::AzureKeyVault, kek.to_string().as_bytes(), &stated).unwrap();
        import.check_fresh(NOW).unwrap();
        import.check_fresh(NOW - 300).unwrap();
        let refused = import.check_fresh(NOW - HOUR).unwrap_err();
        assert_eq!(refused.code(), "not-yet-valid");
        assert!(refused.to_string().contains("clock"), "{refused}");
    }
    // The stand-in's certificate begins a day before it ends.
    let org = sent(Target::SalesforceShield, NOW + 24 * HOUR);
    org.check_fresh(NOW).unwrap();
    assert_eq!(code(org.check_fresh(NOW - HOUR)), "not-yet-valid");
    assert!(org.shown().iter().any(|(_, says)| says.contains(&iso(NOW))), "{:?}", org.shown());
    let token = json!({
        "creationDate": iso(NOW), "expirationDate": iso(NOW + HOUR), "nonce": BASE64.encode(&[3; 12]),
        "payload": BASE64.encode(spki_pem(4096).as_bytes()),
    });
    let stated = [("instance", "01234567-89ab-cdef-0123-456789abcdef"), ("key-name", "kk")];
    let token = import(Target::IbmKeyProtect, token.to_string().as_bytes(), &stated).unwrap();
    assert_eq!(code(token.check_fresh(NOW - HOUR)), "not-yet-valid");
}
