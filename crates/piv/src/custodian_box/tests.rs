use super::*;
use data_encoding::HEXLOWER;
use proptest::prelude::*;

const CONTEXT: &[u8] = b"share 2 of 0123-4567-89AB-CDEF";

struct Recipient {
    key: PrivateKey,
    spki: Vec<u8>,
}

fn recipient() -> Recipient {
    let key = PrivateKey::generate(&ECDH_P256).unwrap();
    let spki = spki_of(&key);
    Recipient { key, spki }
}

fn spki_of(key: &PrivateKey) -> Vec<u8> {
    let prefix = HEXLOWER.decode(b"3059301306072a8648ce3d020106082a8648ce3d030107034200").unwrap();
    [&prefix[..], key.compute_public_key().unwrap().as_ref()].concat()
}

fn shared(key: &PrivateKey, sealed: &[u8]) -> Vec<u8> {
    let point = UnparsedPublicKey::new(&ECDH_P256, &sealed[EPHEMERAL]);
    agreement::agree(key, point, (), |z| Ok(z.to_vec())).unwrap()
}

fn secret(bytes: &[u8]) -> SecretBytes {
    SecretBytes::copied_from(bytes).unwrap()
}

fn vector() -> serde_json::Value {
    serde_json::from_str(include_str!("../../tests/vectors/custodian-box-v1.json")).unwrap()
}

fn hex(value: &serde_json::Value) -> Vec<u8> {
    HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap()
}

/// Made by another implementation; see the format's page. It must open for ever.
#[test]
fn the_fixed_vector_opens_and_is_made_again() {
    let v = vector();
    let key = PrivateKey::from_private_key(&ECDH_P256, &hex(&v["recipient_private_key"])).unwrap();
    let sealed = hex(&v["box"]);
    assert_eq!(spki_of(&key), hex(&v["recipient_public_key"]));
    assert_eq!(header(&sealed).unwrap().recipient, fingerprint(&spki_of(&key)));
    assert_eq!(shared(&key, &sealed), hex(&v["shared_secret"]));
    let context = v["context"].as_str().unwrap().as_bytes();
    let opened = open(&shared(&key, &sealed), context, &sealed).unwrap();
    assert!(opened.same_as(&hex(&v["secret"])));

    let ephemeral = PrivateKey::from_private_key(&ECDH_P256, &hex(&v["ephemeral_private_key"])).unwrap();
    let again = seal(&ephemeral, &spki_of(&key), Purpose::Rehearsal, context, &opened).unwrap();
    assert_eq!(HEXLOWER.encode(&again), v["box"].as_str().unwrap());
}

#[test]
fn every_changed_byte_is_noticed() {
    let r = recipient();
    let sealed = encrypt_to(&r.spki, Purpose::Production, CONTEXT, &secret(&[7; 32])).unwrap();
    let z = shared(&r.key, &sealed);
    assert_eq!(sealed.len(), 99 + 32 + 16);
    for at in 0..sealed.len() {
        let mut bad = sealed.clone();
        bad[at] ^= 0x01;
        assert!(open(&z, CONTEXT, &bad).is_err(), "byte {at}");
    }
    assert!(open(&z, b"share 3 of 0123-4567-89AB-CDEF", &sealed).is_err(), "another context");
    assert!(open(&z, CONTEXT, &sealed[..sealed.len() - 1]).is_err(), "a byte less");
}

#[test]
fn a_header_that_cannot_be_is_refused() {
    let r = recipient();
    let sealed = encrypt_to(&r.spki, Purpose::Rehearsal, CONTEXT, &secret(&[7])).unwrap();
    assert_eq!(header(&sealed).unwrap().purpose, Purpose::Rehearsal);
    let with = |at: usize, byte: u8| {
        let mut bad = sealed.clone();
        bad[at] = byte;
        header(&bad)
    };
    let damaged = |r: Result<BoxHeader, PivError>| matches!(r, Err(PivError::BoxDamaged { .. }));
    assert!(damaged(with(0, 2)), "a later version");
    assert!(damaged(with(1, 2)), "an unknown flag");
    assert!(damaged(header(&[])));
    assert!(damaged(header(&sealed[..sealed.len() - 1])), "no room for a secret");
    assert!(damaged(header(&[&sealed[..], &[0; 1024]].concat())), "longer than any box");
}

#[test]
fn only_what_can_be_encrypted_is() {
    let r = recipient();
    let refused = |key: &[u8], secret: &SecretBytes| {
        matches!(encrypt_to(key, Purpose::Production, b"", secret), Err(PivError::NotEncryptable { .. }))
    };
    assert!(refused(&r.spki, &secret(&[])));
    assert!(refused(&r.spki, &secret(&[0; 1025])));
    assert!(!refused(&r.spki, &secret(&[0; 1024])));
    let mut off_curve = r.spki.clone();
    off_curve[90] ^= 1;
    assert!(refused(&off_curve, &secret(&[1])));
    assert!(refused(&r.spki[..90], &secret(&[1])));
    let mut other_curve = r.spki.clone();
    other_curve[22] ^= 1; // the curve's identifier
    assert!(refused(&other_curve, &secret(&[1])));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn what_is_sealed_is_opened(bytes in proptest::collection::vec(any::<u8>(), 1..1024), context: Vec<u8>) {
        let r = recipient();
        let sealed = encrypt_to(&r.spki, Purpose::Production, &context, &secret(&bytes)).unwrap();
        let opened = open(&shared(&r.key, &sealed), &context, &sealed).unwrap();
        prop_assert!(opened.same_as(&bytes));
    }

    #[test]
    fn no_bytes_make_the_header_panic(bytes: Vec<u8>) {
        let _ = header(&bytes);
    }
}
