use super::*;
use crate::{Disposable, pem};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use serde_json::json;

fn fill(to: &mut [u8]) -> Result<(), ByokError> {
    SystemRandom::new().fill(to).map_err(|_| ByokError::Disposable)
}

/// Splits as the service must: a random polynomial over the integers modulo 257 for each byte.
fn split(secret: &[u8], n: u16, required: usize) -> Vec<Vec<u8>> {
    let mut shares = vec![Vec::new(); usize::from(n)];
    for byte in secret {
        let mut coefficients = vec![u32::from(*byte)];
        for _ in 1..required {
            let mut two = [0; 2];
            fill(&mut two).unwrap();
            coefficients.push(u32::from(u16::from_le_bytes(two)) % 257);
        }
        for (x, share) in (1..=n).zip(&mut shares) {
            let v = coefficients.iter().rev().fold(0, |acc, c| (acc * u32::from(x) + c) % 257);
            share.extend((x << 9 | u16::try_from(v).unwrap()).to_le_bytes());
        }
    }
    shares
}

fn secret(bytes: &[u8]) -> SecretBytes {
    SecretBytes::copied_from(bytes).unwrap()
}

fn random<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    fill(&mut out).unwrap();
    out
}

const PARTS: [(&str, &[u8]); 2] = [("backup key", b"the first secret"), ("internal", &[7; 1000])];

/// A security domain file as the service would write it for these custodians.
fn synthesise(custodians: &[Custodian], required: usize) -> Value {
    let master = random::<32>();
    let data: Vec<_> = PARTS
        .iter()
        .map(|(tag, plain)| {
            let key = derive::item_key(&secret(&master), tag).unwrap();
            json!({ "tag": tag, "compact_jwe": jwe::seal_direct(tag, &key, random(), &secret(plain)).unwrap() })
        })
        .collect();
    let shares = split(&master, u16::try_from(custodians.len()).unwrap(), required);
    let sealed: Vec<_> = custodians
        .iter()
        .zip(shares)
        .map(|(c, share)| {
            let (_, key) = certificate(&c.certificate).unwrap();
            let jwe = jwe::seal_for(key.spki(), &secret(&random::<64>()), random(), &secret(&share)).unwrap();
            json!({ "enc_key": jwe, "x5t_256": BASE64URL_NOPAD.encode(&c.thumbprint()) })
        })
        .collect();
    json!({
        "EncData": { "data": data, "kdf": "sp108_kdf" },
        "SharedKeys": { "required": required, "key_algorithm": "shamir_share", "enc_shares": sealed },
        "Version": "something azure-cli does not read",
    })
}

fn custodians() -> &'static [Custodian] {
    static ALL: std::sync::OnceLock<Vec<Custodian>> = std::sync::OnceLock::new();
    ALL.get_or_init(|| {
        (1..=3)
            .map(|n| {
                make_custodian(&format!("custodian-{n}"), 1_795_000_000, 1_900_000_000, &mut fill).unwrap()
            })
            .collect()
    })
}

fn domain(file: &Value) -> SecurityDomain {
    SecurityDomain::read(file.to_string().as_bytes()).unwrap()
}

fn open_all(domain: &SecurityDomain) -> Vec<Share> {
    custodians()
        .iter()
        .map(|c| domain.open_share(domain.share_for(&c.certificate).unwrap(), &c.private_key).unwrap())
        .collect()
}

#[test]
fn the_key_derivation_gives_azure_clis_own_vector() {
    let got = derive::one_block(&secret(&[0x41; 32]), "label", "context", 256).unwrap();
    let expected = "f0ca51f6308791404bf68b56024ee7c64d6c737716f81d47e1e68b5c4e399575";
    assert_eq!(data_encoding::HEXLOWER.encode(got.expose()), expected);
}

#[test]
fn a_sealed_part_opens_until_it_is_touched() {
    let key = secret(&random::<64>());
    let compact = jwe::seal_direct("t", &key, random(), &secret(b"plain")).unwrap();
    assert!(Jwe::read(&compact).unwrap().open(&key).unwrap().same_as(b"plain"));
    for at in 0..compact.len() {
        let mut bytes = compact.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let opened = Jwe::read(std::str::from_utf8(&bytes).unwrap()).and_then(|j| j.open(&key));
        assert!(opened.is_err(), "byte {at}");
    }
    for other in ["", "a.b.c.d", "a.b.c.d.e.f", &compact.replace("..", ".AAAA.")] {
        assert!(Jwe::read(other).is_err(), "{other}");
    }
}

/// PowerShell's `>` and Notepad's mark made a security domain unreadable, and a certificate in PEM likewise.
#[test]
fn a_security_domain_and_its_certificates_read_in_every_encoding() {
    let file = format!("{:#}\n", synthesise(custodians(), 2));
    let pem = pem::encode(&custodians()[0].certificate, "CERTIFICATE");
    let written = |text: &str, ends: &str| {
        let text = text.replace('\n', ends);
        let wide = |mark: &[u8], write: fn(u16) -> [u8; 2]| {
            [mark.to_vec(), text.encode_utf16().flat_map(write).collect()].concat()
        };
        [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            wide(b"\xff\xfe", u16::to_le_bytes),
            wide(b"\xfe\xff", u16::to_be_bytes),
        ]
    };
    for ends in ["\n", "\r\n", "\r"] {
        for bytes in written(&file, ends) {
            assert_eq!(SecurityDomain::read(&bytes).unwrap().custodians(), 3, "{ends:?}");
        }
        for bytes in written(&pem, ends) {
            assert_eq!(thumbprint(&bytes).unwrap(), sha256(&custodians()[0].certificate), "{ends:?}");
        }
    }
    assert_eq!(thumbprint(&custodians()[0].certificate).unwrap(), sha256(&custodians()[0].certificate));
    let refused = SecurityDomain::read(b"Key  Value\n---  -----\n").err().unwrap();
    assert!(refused.to_string().contains("a table") && refused.remedy().contains("security-domain download"));
}

#[test]
fn every_pair_of_three_opens_it_and_one_alone_does_not() {
    let file = synthesise(custodians(), 2);
    let domain = domain(&file);
    assert_eq!((domain.required(), domain.custodians()), (2, 3));
    let shares = open_all(&domain);
    for pair in [[0, 1], [1, 2], [2, 0]] {
        let test = domain.test_quorum(&[&shares[pair[0]], &shares[pair[1]]]).unwrap();
        assert_eq!(test.opened, ["backup key", "internal"]);
    }
    let all: Vec<&Share> = shares.iter().collect();
    domain.test_quorum(&all).unwrap();
    let alone = domain.test_quorum(&all[..1]).unwrap_err();
    assert_eq!(alone, ByokError::QuorumTooSmall { found: 1, required: 2 });
    assert_eq!(domain.test_quorum(&[all[0], all[0]]).unwrap_err().code(), "security-domain");
    // A share of another security domain has the right form and gives the wrong key.
    let other = self::domain(&synthesise(custodians(), 2));
    let theirs = open_all(&other);
    assert_eq!(domain.test_quorum(&[all[0], &theirs[1]]).unwrap_err().code(), "quorum-wrong");
}

#[test]
fn a_share_opens_for_its_custodian_alone_and_by_a_token_too() {
    let domain = domain(&synthesise(custodians(), 2));
    let [one, two, _] = custodians() else { panic!() };
    let at = domain.share_for(&one.certificate).unwrap();
    let wrong = domain.open_share(at, &two.private_key).unwrap_err();
    assert_eq!(wrong, ByokError::ShareNotOpened(at + 1));
    assert_eq!(domain.share_for(b"another certificate"), None);
    assert_eq!(domain.share_hash(at), Some(crate::Hash::Sha256));
    // What a token does: RSAES-OAEP of the wrapped content key.
    let content_key = domain.shares[at].jwe.unwrap_key(&one.private_key).unwrap();
    assert_eq!((content_key.len(), domain.wrapped_key(at).unwrap().len()), (64, 384));
    assert_eq!(domain.open_share_with(at, &content_key).unwrap().number(), 1);
}

#[test]
fn a_restore_blob_opens_with_the_exchange_key() {
    let domain = domain(&synthesise(custodians(), 2));
    let shares = open_all(&domain);
    let exchange = make_custodian("exchange", 1_795_000_000, 1_900_000_000, &mut fill).unwrap();
    let blob = domain
        .restore_blob(&[&shares[2], &shares[0]], exchange.certificate_pem().as_bytes(), &mut fill)
        .unwrap();
    let blob: Value = serde_json::from_slice(&blob).unwrap();
    let wrapped = &blob["WrappedKey"];
    assert_eq!(wrapped["x5t_256"], BASE64URL_NOPAD.encode(&exchange.thumbprint()));
    let jwe = Jwe::read(wrapped["enc_key"].as_str().unwrap()).unwrap();
    let master = jwe.open(&jwe.unwrap_key(&exchange.private_key).unwrap()).unwrap();
    assert_eq!(master.len(), 32);
    for (item, (tag, plain)) in blob["EncData"]["data"].as_array().unwrap().iter().zip(PARTS) {
        assert_eq!(item["tag"], tag);
        let key = derive::item_key(&master, tag).unwrap();
        assert!(Jwe::read(item["compact_jwe"].as_str().unwrap()).unwrap().open(&key).unwrap().same_as(plain));
    }
    // One share too few, and a random generator that fails.
    assert!(domain.restore_blob(&[&shares[0]], &exchange.certificate, &mut fill).is_err());
    let none = &mut |_: &mut [u8]| Err(ByokError::Disposable);
    assert!(domain.restore_blob(&[&shares[0], &shares[1]], &exchange.certificate, none).is_err());
}

#[test]
fn files_that_are_refused() {
    let good = synthesise(custodians(), 2);
    let with = |pointer: &str, value: Value| {
        let mut file = good.clone();
        *file.pointer_mut(pointer).unwrap() = value;
        match SecurityDomain::read(file.to_string().as_bytes()) {
            Err(ByokError::SecurityDomain(why)) => why,
            other => panic!("{pointer}: {other:?}"),
        }
    };
    assert!(with("/SharedKeys/required", json!(1)).contains("2 to 10"));
    assert!(with("/SharedKeys/required", json!(4)).contains("3 shares, 4 required"));
    assert!(with("/SharedKeys/key_algorithm", json!("other")).contains("other"));
    assert!(with("/SharedKeys/enc_shares", json!([])).contains("0 parts"));
    assert!(with("/SharedKeys/enc_shares/0/x5t_256", json!("AAAA")).contains("SHA-256"));
    let first = good["SharedKeys"]["enc_shares"][0].clone();
    assert!(with("/SharedKeys/enc_shares/1", first).contains("one certificate"));
    assert!(with("/EncData/kdf", json!("other")).contains("derived by"));
    assert!(with("/EncData/data/0/tag", json!("a\nb")).contains("tag"));
    let share = good["SharedKeys"]["enc_shares"][0]["enc_key"].clone();
    assert!(with("/EncData/data/0/compact_jwe", share).contains("dir"));
    assert!(SecurityDomain::read(b"{}").is_err());
    assert!(SecurityDomain::read(&vec![b' '; LARGEST + 1]).is_err());
}

#[test]
fn share_words_are_checked() {
    for bad in [&[][..], &[0, 0], &[1], &[0, 2, 0, 4], &[1, 3]] {
        assert!(Share::read(&secret(bad)).is_err(), "{bad:?}");
    }
    assert_eq!(Share::read(&secret(&[0, 3, 255, 2])).unwrap().number(), 1);
}

#[test]
fn a_certificate_is_one_for_openssl() {
    let custodian = &custodians()[0];
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("c.cer"), custodian.certificate_pem()).unwrap();
    let shell = |line: &str| {
        let done =
            std::process::Command::new("sh").args(["-euc", line]).current_dir(dir.path()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    };
    shell("openssl verify -CAfile c.cer -check_ss_sig -partial_chain -no_check_time c.cer");
    let text = shell("openssl x509 -in c.cer -noout -subject -issuer -text");
    assert!(text.contains("subject=CN = custodian-1") && text.contains("issuer=CN = custodian-1"), "{text}");
    assert!(text.contains("sha256WithRSAEncryption") && text.contains("Key Encipherment"), "{text}");
    let foreign = Disposable::generate(2048).unwrap();
    assert!(certificate(foreign.spki()).is_err());
    for bad in ["", "a b", "x,CN=y"] {
        assert!(make_custodian(bad, 0, 1, &mut fill).is_err());
    }
    assert!(make_custodian("x", 2, 1, &mut fill).is_err());
    let command = download_command("hsm1", &["a.cer", "b.cer", "c.cer"], 2).unwrap();
    assert!(command.contains("--sd-wrapping-keys a.cer b.cer c.cer --sd-quorum 2"));
    assert!(download_command("hsm1", &["a.cer", "b.cer"], 2).is_err());
    assert!(download_command("hsm1; rm", &["a.cer", "b.cer", "c.cer"], 2).is_err());
}

#[test]
fn any_enough_shares_give_the_secret_and_one_fewer_do_not() {
    for (n, required) in [(3, 2), (3, 3), (5, 3), (10, 2), (10, 7), (10, 10)] {
        let key = random::<32>();
        let shares: Vec<Share> =
            split(&key, n, required).iter().map(|s| Share::read(&secret(s)).unwrap()).collect();
        for start in 0..shares.len() {
            let some: Vec<&Share> = shares.iter().cycle().skip(start).take(required).collect();
            assert!(
                shares::combine(&some, required).unwrap().same_as(&key),
                "{required} of {n} from {start}"
            );
            if required > 2 {
                // Too few, with the threshold lowered by somebody: a secret comes out, and not this one.
                let few = shares::combine(&some[1..], required - 1);
                assert!(few.is_err() || few.is_ok_and(|s| !s.same_as(&key)));
            }
        }
    }
}
