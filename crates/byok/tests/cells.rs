//! Walks every cell of the table of targets × keys × algorithms × sizes of wrapping keys.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(
    clippy::print_stdout,
    reason = "what was skipped, and how many cells there are, is for people to see"
)]

mod judges;

use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap};
use byok::table::{LEFT_OUT, ROWS, look_up};
use byok::{ByokError, Disposable, Hash, KeyType, Recipe, Target, expected_blob_len};
use judges::{Pyca, kwp, oaep, openssl, shell, wrap};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const SIZES: [u16; 3] = [2048, 3072, 4096];

struct Room {
    dir: tempfile::TempDir,
    wrapping: BTreeMap<u16, (Disposable, PathBuf)>,
}

impl Room {
    fn new(sizes: &[u16]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let wrapping = sizes
            .iter()
            .map(|bits| {
                let key = Disposable::generate(*bits).unwrap();
                let path = dir.path().join(format!("wrapping-{bits}.p8"));
                std::fs::write(&path, key.private_pkcs8().unwrap().expose()).unwrap();
                (*bits, (key, path))
            })
            .collect();
        Self { dir, wrapping }
    }

    /// A throw-away key of this kind, as openssl makes it.
    fn material(&self, key: KeyType) -> Vec<u8> {
        let algorithm = match key {
            KeyType::Rsa2048 | KeyType::Rsa3072 | KeyType::Rsa4096 => {
                format!("RSA -pkeyopt rsa_keygen_bits:{}", key.rsa_bits().unwrap())
            }
            KeyType::P256 => "EC -pkeyopt ec_paramgen_curve:P-256".to_owned(),
            KeyType::P384 => "EC -pkeyopt ec_paramgen_curve:P-384".to_owned(),
            KeyType::P521 => "EC -pkeyopt ec_paramgen_curve:P-521".to_owned(),
            KeyType::P256k1 => "EC -pkeyopt ec_paramgen_curve:secp256k1".to_owned(),
            KeyType::Ed25519 => "ED25519".to_owned(),
            raw => return shell(self.dir.path(), &format!("openssl rand {}", raw.material_len().0)).unwrap(),
        };
        // Not `genpkey -outform DER`: OpenSSL 3.0 writes PKCS#1 and SEC1 then.
        let line = format!(
            "openssl genpkey -algorithm {algorithm} 2>/dev/null | openssl pkcs8 -topk8 -nocrypt -outform DER"
        );
        shell(self.dir.path(), &line).unwrap()
    }
}

/// Keys of every kind, made once.
fn materials(room: &Room) -> BTreeMap<KeyType, Vec<u8>> {
    KeyType::ALL.iter().map(|k| (*k, room.material(*k))).collect()
}

#[test]
fn allowed_cells_open_with_three_programs_and_refused_ones_say_why() {
    let room = Room::new(&SIZES);
    let materials = materials(&room);
    let mut pyca = Pyca::start();
    let (mut allowed, mut refused, mut reasons) = (0, 0, BTreeMap::new());
    for row in ROWS {
        for (&key, material) in &materials {
            for bits in SIZES {
                match look_up(row.target, key, row.algorithm, bits) {
                    Ok(found) => {
                        let (disposable, path) = &room.wrapping[&bits];
                        let cell = format!("{} {key} {} {bits}", row.target, row.algorithm);
                        assert_eq!(found.recipe, row.recipe, "{cell}");
                        key.check_material(material).unwrap_or_else(|e| panic!("{cell}: {e}"));
                        let blob = wrap(disposable.spki(), row.recipe, material);
                        assert_eq!(blob.len(), expected_blob_len(row.recipe, bits, material.len()), "{cell}");
                        assert!(disposable.unwrap(row.recipe, &blob).unwrap().same_as(material), "{cell}");
                        let judged = openssl(room.dir.path(), path, bits, row.recipe, &blob);
                        assert_eq!(judged.as_deref(), Some(&material[..]), "openssl: {cell}");
                        if let Some(pyca) = &mut pyca {
                            let judged = pyca.open(path, row.recipe, row.recipe.hash(), &blob);
                            assert_eq!(judged.as_deref(), Some(&material[..]), "pyca/cryptography: {cell}");
                        }
                        allowed += 1;
                    }
                    Err(why) => {
                        assert!(why.to_string().len() > 20, "a reason in words");
                        *reasons.entry(why.code()).or_insert(0) += 1;
                        refused += 1;
                    }
                }
            }
        }
    }
    assert_eq!(allowed + refused, ROWS.len() * KeyType::ALL.len() * SIZES.len());
    println!("{allowed} cells open, {refused} are refused: {reasons:?}");
    if pyca.is_none() {
        println!("SKIPPED: pyca/cryptography could not be installed, so openssl judged alone");
    }
    for code in [
        "wrapping-key-size-for-algorithm",
        "algorithm-not-for-key-type",
        "key-type-not-taken",
        "key-too-long-for-wrapping-key",
        "key-stronger-than-wrapping-key",
    ] {
        assert!(reasons.contains_key(code), "no cell is refused with {code}");
    }
}

/// The recipes once more, written from the providers' documentation and not from the table: a wrong hash in the table
/// would otherwise be right everywhere.
#[test]
fn each_algorithm_has_the_recipe_that_its_provider_documents() {
    use Recipe::{Oaep, OaepThenAesEcb, RsaAesKeyWrap};
    use Target as T;
    let documented = [
        (T::AwsKms, "RSAES_OAEP_SHA_1", Oaep(Hash::Sha1)),
        (T::AwsKms, "RSAES_OAEP_SHA_256", Oaep(Hash::Sha256)),
        (T::AwsKms, "RSA_AES_KEY_WRAP_SHA_1", RsaAesKeyWrap(Hash::Sha1)),
        (T::AwsKms, "RSA_AES_KEY_WRAP_SHA_256", RsaAesKeyWrap(Hash::Sha256)),
        (T::AzureKeyVault, "CKM_RSA_AES_KEY_WRAP", RsaAesKeyWrap(Hash::Sha1)),
        (T::AzureManagedHsm, "CKM_RSA_AES_KEY_WRAP", RsaAesKeyWrap(Hash::Sha1)),
        (T::GoogleKms, "RSA_OAEP_3072_SHA1_AES_256", RsaAesKeyWrap(Hash::Sha1)),
        (T::GoogleKms, "RSA_OAEP_4096_SHA1_AES_256", RsaAesKeyWrap(Hash::Sha1)),
        (T::GoogleKms, "RSA_OAEP_3072_SHA256_AES_256", RsaAesKeyWrap(Hash::Sha256)),
        (T::GoogleKms, "RSA_OAEP_4096_SHA256_AES_256", RsaAesKeyWrap(Hash::Sha256)),
        (T::GoogleKms, "RSA_OAEP_3072_SHA256", Oaep(Hash::Sha256)),
        (T::GoogleKms, "RSA_OAEP_4096_SHA256", Oaep(Hash::Sha256)),
        (T::OracleVault, "RSA_OAEP_SHA256", Oaep(Hash::Sha256)),
        (T::OracleVault, "RSA_OAEP_AES_SHA256", RsaAesKeyWrap(Hash::Sha256)),
        (T::AlibabaKms, "RSAES_OAEP_SHA_256", Oaep(Hash::Sha256)),
        (T::AlibabaKms, "RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD", OaepThenAesEcb(Hash::Sha256)),
        (T::IbmKeyProtect, "RSAES_OAEP_SHA_256", Oaep(Hash::Sha256)),
        (T::Transit, "SHA1", RsaAesKeyWrap(Hash::Sha1)),
        (T::Transit, "SHA256", RsaAesKeyWrap(Hash::Sha256)),
        (T::Transit, "SHA384", RsaAesKeyWrap(Hash::Sha384)),
        (T::Transit, "SHA512", RsaAesKeyWrap(Hash::Sha512)),
        (T::SalesforceShield, "RSA-OAEP with SHA-1", Oaep(Hash::Sha1)),
    ];
    assert_eq!(ROWS.len(), documented.len());
    for (target, algorithm, recipe) in documented {
        let row = ROWS.iter().find(|r| r.target == target && r.algorithm == algorithm);
        assert_eq!(row.map(|r| r.recipe), Some(recipe), "{target} {algorithm}");
    }
}

#[test]
fn algorithms_that_are_left_out_are_refused_with_the_reason() {
    for left in LEFT_OUT {
        for key in KeyType::ALL {
            let got = look_up(left.target, *key, left.algorithm, 4096).map(|_| ()).unwrap_err();
            assert_eq!(got, ByokError::AlgorithmLeftOut { algorithm: left.algorithm, why: left.why });
        }
        assert!(ROWS.iter().all(|r| (r.target, r.algorithm) != (left.target, left.algorithm)));
    }
    for target in Target::ALL {
        assert_eq!(look_up(*target, KeyType::Aes256, "ROT13", 4096).unwrap_err().code(), "unknown-name");
    }
}

/// The recipes in use, each once.
fn recipes() -> Vec<Recipe> {
    let mut all: Vec<Recipe> = Vec::new();
    for row in ROWS {
        if !all.contains(&row.recipe) {
            all.push(row.recipe);
        }
    }
    all
}

/// Whether all three programs refuse a blob.
fn all_refuse(room: &Room, pyca: &mut Option<Pyca>, recipe: Recipe, blob: &[u8], what: &str) {
    let (disposable, path) = &room.wrapping[&3072];
    assert!(disposable.unwrap(recipe, blob).is_err(), "we take {what} ({recipe})");
    assert_eq!(openssl(room.dir.path(), path, 3072, recipe, blob), None, "openssl takes {what} ({recipe})");
    if let Some(pyca) = pyca {
        assert_eq!(pyca.open(path, recipe, recipe.hash(), blob), None, "pyca takes {what} ({recipe})");
    }
}

fn flipped(blob: &[u8], at: usize) -> Vec<u8> {
    let mut out = blob.to_vec();
    out[at] ^= 1;
    out
}

#[test]
fn wrong_recipes_are_refused_by_us_and_by_the_judges() {
    let room = Room::new(&[3072]);
    let mut pyca = Pyca::start();
    let (key, path) = &room.wrapping[&3072];
    let plain = [5; 32];
    for recipe in recipes() {
        let good = wrap(key.spki(), recipe, &plain);
        for other in [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            if other != recipe.hash() {
                let wrong = match recipe {
                    Recipe::Oaep(_) => Recipe::Oaep(other),
                    Recipe::RsaAesKeyWrap(_) => Recipe::RsaAesKeyWrap(other),
                    Recipe::OaepThenAesEcb(_) => Recipe::OaepThenAesEcb(other),
                };
                all_refuse(&room, &mut pyca, recipe, &wrap(key.spki(), wrong, &plain), "the wrong hash");
            }
        }
        all_refuse(&room, &mut pyca, recipe, &flipped(&good, 0), "a flipped bit in the RSA part");
        all_refuse(&room, &mut pyca, recipe, &flipped(&good, 383), "a flipped bit in the RSA part");
        all_refuse(&room, &mut pyca, recipe, &good[..good.len() - 1], "a cut blob");
        match recipe {
            Recipe::Oaep(_) => {}
            Recipe::RsaAesKeyWrap(hash) => {
                for at in 384..good.len() {
                    assert!(key.unwrap(recipe, &flipped(&good, at)).is_err(), "bit in byte {at}");
                }
                all_refuse(&room, &mut pyca, recipe, &flipped(&good, 384), "a flipped bit in the AES part");
                let swapped = [&good[384..], &good[..384]].concat();
                all_refuse(&room, &mut pyca, recipe, &swapped, "swapped halves");
                // RFC 3394 gives the same length; only the initial value tells them apart.
                let mut kw = [0; 40];
                AesKek::new(&AES_256, &[9; 32]).unwrap().wrap(&plain, &mut kw).unwrap();
                let kw = [&good[..384], &kw[..]].concat();
                all_refuse(&room, &mut pyca, recipe, &kw, "KW for KWP");
                let short = [oaep(key.spki(), hash, &[9; 16]), kwp(&[9; 32], &plain)].concat();
                assert!(key.unwrap(recipe, &short).is_err(), "an AES-128 key in the middle");
            }
            Recipe::OaepThenAesEcb(_) => {
                let swapped = [&good[384..], &good[..384]].concat();
                all_refuse(&room, &mut pyca, recipe, &swapped, "swapped halves");
                // This layout has no integrity: a flipped bit may open, and never to the key. The check of the form
                // and the comparison of public keys are what is left.
                for at in 384..good.len() {
                    let opened = key.unwrap(recipe, &flipped(&good, at));
                    assert!(opened.is_err() || opened.is_ok_and(|o| !o.same_as(&plain)), "bit in byte {at}");
                }
            }
        }
    }
    // OAEP-SHA-256 with MGF1-SHA-1, the default of some libraries and HSMs, made by openssl.
    std::fs::write(room.dir.path().join("plain"), plain).unwrap();
    let line = format!(
        "openssl pkeyutl -encrypt -inkey '{}' -keyform DER -in plain -pkeyopt rsa_padding_mode:oaep \
         -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha1",
        path.display()
    );
    let mixed = shell(room.dir.path(), &line).unwrap();
    for hash in [Hash::Sha1, Hash::Sha256] {
        all_refuse(&room, &mut pyca, Recipe::Oaep(hash), &mixed, "a mixed MGF");
    }
    if let Some(pyca) = &mut pyca {
        let seen = pyca.open(path, Recipe::Oaep(Hash::Sha256), Hash::Sha1, &mixed);
        assert_eq!(seen.as_deref(), Some(&plain[..]), "the judge itself can tell");
    }
}

#[test]
fn other_forms_of_private_keys_are_refused_by_name() {
    let room = Room::new(&[]);
    let run = |line: &str| shell(room.dir.path(), line).unwrap();
    let refused = |key: KeyType, der: &[u8]| match key.check_material(der) {
        Err(ByokError::MaterialForm(why)) => why,
        other => panic!("{other:?}"),
    };
    run("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem 2>/dev/null");
    run("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.pem");
    let pkcs1 = run("openssl rsa -in rsa.pem -traditional -outform DER 2>/dev/null");
    assert!(refused(KeyType::Rsa2048, &pkcs1).contains("PKCS#1"));
    let sec1 = run("openssl ec -in ec.pem -outform DER 2>/dev/null");
    assert!(refused(KeyType::P256, &sec1).contains("SEC1"));
    let spelt = run(
        "openssl pkcs8 -topk8 -nocrypt -in ec.pem | openssl ec -param_enc explicit -out x.pem 2>/dev/null; \
                     openssl pkcs8 -topk8 -nocrypt -in x.pem -outform DER",
    );
    assert!(refused(KeyType::P256, &spelt).contains("named curve"));
    let rsa = run("openssl pkcs8 -topk8 -nocrypt -in rsa.pem -outform DER");
    KeyType::Rsa2048.check_material(&rsa).unwrap();
    assert!(refused(KeyType::Rsa3072, &rsa).contains("another size"));
    assert!(refused(KeyType::P256, &rsa).contains("no elliptic-curve key"));
    assert!(refused(KeyType::Rsa2048, &[&rsa[..], &[0]].concat()).contains("bytes follow"));
    assert!(refused(KeyType::Rsa2048, &rsa[..rsa.len() - 1]).contains("stops in the middle"));
    let ec = run("openssl pkcs8 -topk8 -nocrypt -in ec.pem -outform DER");
    KeyType::P256.check_material(&ec).unwrap();
    assert!(refused(KeyType::P256k1, &ec).contains("another curve"));
    let made = |option: &str| {
        run(&format!(
            "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt {option} 2>/dev/null | \
             openssl pkcs8 -topk8 -nocrypt -outform DER"
        ))
    };
    let odd = made("rsa_keygen_pubexp:3");
    assert!(refused(KeyType::Rsa2048, &odd).contains("65537"));
    let three = made("rsa_keygen_primes:3");
    assert!(refused(KeyType::Rsa2048, &three).contains("two primes"));
    assert!(refused(KeyType::Rsa2048, &run("cat rsa.pem")).contains("not DER"));
    assert_eq!(KeyType::Aes256.check_material(&[0; 31]).unwrap_err().code(), "material-length");
    // Version 1 (RFC 5958), as some libraries write Ed25519 keys.
    let pair =
        aws_lc_rs::signature::Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new()).unwrap();
    assert!(refused(KeyType::Ed25519, pair.as_ref()).contains("version"));
}

#[test]
fn the_pages_show_the_table() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/byok");
    let mut wrong = Vec::new();
    for target in Target::ALL {
        let page = std::fs::read_to_string(docs.join(format!("{target}.md"))).unwrap_or_default();
        let table = byok::table::markdown(*target);
        if !page.contains(&table) {
            let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{target}.md"));
            std::fs::write(&path, &table).unwrap();
            wrong.push(path);
        }
        if wrong.is_empty() {
            assert!(
                page.contains("Sources") && page.contains("Not yet tried"),
                "{target}: sources, what was never tried"
            );
        }
    }
    assert!(wrong.is_empty(), "pages in docs/byok without their table; what belongs there is in {wrong:?}");
}
